// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/iterate.h"

#include <utility>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/value/detail/box.h"
#include "retort/value/detail/dict_walk.h"
#include "retort/value/detail/held_iterator.h"
#include "retort/value/detail/sort.h"
#include "retort/value/error.h"
#include "retort/value/undefined.h"
#include "retort/value/view_type.h"

namespace retort {
namespace {

using Kind = Value::Kind;

// The text of the code point at `at`, which moves past it.
Value next_character(std::string_view text, std::size_t& at) {
  const std::size_t start = at;
  utf8::decode(text, at);
  return Value(text.substr(start, at - start));
}

std::int64_t byte_at(std::string_view bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

class ItemsIterator final : public ValueIterator {
 public:
  explicit ItemsIterator(const Value& items) : items_(items) {}
  bool next(Value& out) override {
    if (!items_.is_sequence()) return false;
    if (at_ >= items_.items().size()) {
      items_ = Value();  // once at the end it stays there, even if the list grows
      return false;
    }
    out = items_.items()[at_++];
    return true;
  }

 private:
  Value items_;
  std::size_t at_ = 0;
};

class TextIterator final : public ValueIterator {
 public:
  explicit TextIterator(const Value& text) : text_(text) {}
  bool next(Value& out) override {
    if (at_ >= text_.as_string().size()) return false;
    out = next_character(text_.as_string(), at_);
    return true;
  }

 private:
  Value text_;
  std::size_t at_ = 0;
};

class BytesIterator final : public ValueIterator {
 public:
  explicit BytesIterator(const Value& bytes) : bytes_(bytes) {}
  bool next(Value& out) override {
    if (at_ >= bytes_.as_bytes().size()) return false;
    out = byte_at(bytes_.as_bytes(), at_++);
    return true;
  }

 private:
  Value bytes_;
  std::size_t at_ = 0;
};

class NoItems final : public ValueIterator {
 public:
  bool next(Value&) override { return false; }
};

// Null for what cannot be iterated.
Owned<ValueIterator> try_iterate(const Value& value) {
  Owned<ValueIterator> items;
  switch (value.kind()) {
    case Kind::list:
    case Kind::tuple:
      return std::make_unique<ItemsIterator>(value);
    case Kind::dict:
      return detail::walk_dict(value, detail::DictPart::keys, false);
    case Kind::string:
    case Kind::markup:
      return std::make_unique<TextIterator>(value);
    case Kind::bytes:
      return std::make_unique<BytesIterator>(value);
    case Kind::object:
      items = value.as_object().iterate();
      break;
    case Kind::view:
      return value.view_type().iterate(value.view_target());
    case Kind::undefined:
      if (!value.undefined_info()) return std::make_unique<NoItems>();
      items = value.undefined_info()->iterate();
      break;
    default:
      return nullptr;
  }
  if (!items) return nullptr;
  return std::make_unique<detail::HeldIterator>(value, std::move(items));
}

// Pays for the items of a new container: those that are known to come in advance.
class ItemBudget {
 public:
  explicit ItemBudget(Evaluator& evaluator) : evaluator_(evaluator) {}

  void expect(std::size_t count) {
    evaluator_.charge(count > kMost ? kMaxResultBytes + 1 : count * sizeof(Value));
    paid_ = count;
  }
  void add() {
    if (++made_ <= paid_) return;
    evaluator_.charge(made_ > kMost ? kMaxResultBytes + 1 : sizeof(Value));
  }

 private:
  static constexpr std::size_t kMost = kMaxResultBytes / sizeof(Value);
  Evaluator& evaluator_;
  std::size_t paid_ = 0;
  std::size_t made_ = 0;
};

// The number of items where it is known before they are walked.
std::size_t known_length(const Value& value) {
  std::size_t length = 0;
  switch (value.kind()) {
    case Kind::list:
    case Kind::tuple:
    case Kind::dict:
      return value.size();
    case Kind::object:
      return value.as_object().length(length) ? length : 0;
    case Kind::view:
      return value.view_type().length(value.view_target(), length) ? length : 0;
    default:
      return 0;
  }
}

Value collect(const Value& value, Kind kind, Evaluator& evaluator) {
  auto box = std::make_unique<detail::ItemsBox>(kind);
  auto& items = box->items;
  ItemBudget budget(evaluator);
  const std::size_t expected = known_length(value);
  budget.expect(expected);
  items.reserve(expected);
  for_each(value, evaluator, [&](const Value& item) {
    budget.add();
    items.push_back(item);
    return true;
  });
  return ValueAccess::from(box.release());
}

}  // namespace

Owned<ValueIterator> iterate(const Value& value) {
  auto items = try_iterate(value);
  if (!items) throw TypeError(fmt::format("'{}' object is not iterable", value.type_name()));
  return items;
}

bool is_iterable(const Value& value) {
  switch (value.kind()) {
    case Kind::object:
    case Kind::view:
    case Kind::undefined:
      return static_cast<bool>(try_iterate(value));
    case Kind::none:
    case Kind::boolean:
    case Kind::integer:
    case Kind::real:
      return false;
    default:
      return true;
  }
}

// Does not allocate for the kinds that it walks itself. The value is held: what `f` does may
// end the one that the caller refers to.
void for_each(const Value& value, Evaluator& evaluator, const Function<bool(const Value&)>& f) {
  const Value held = value;
  if (held.is_sequence()) {
    for (std::size_t i = 0; i < held.items().size(); ++i) {
      evaluator.step();
      const Value item = held.items()[i];
      if (!f(item)) return;
    }
  } else if (held.is_dict()) {
    const std::size_t size = held.entries().size();
    for (std::size_t i = 0; detail::check_unchanged(held, size), i < size; ++i) {
      evaluator.step();
      const Value key = held.entries()[i].key;
      if (!f(key)) return;
    }
  } else if (held.is_string()) {
    for (std::size_t at = 0; at < held.as_string().size();) {
      evaluator.step();
      if (!f(next_character(held.as_string(), at))) return;
    }
  } else {
    const auto items = iterate(held);
    Value item;
    while (items->next(item)) {
      evaluator.step();
      if (!f(item)) return;
    }
  }
}

Value to_list(const Value& value, Evaluator& evaluator) { return collect(value, Kind::list, evaluator); }

Value to_tuple(const Value& value, Evaluator& evaluator) {
  return value.is_tuple() ? value : collect(value, Kind::tuple, evaluator);
}

Value sorted(const Value& value, const Function<Value(const Value&)>& key, bool reverse,
             Evaluator& evaluator) {
  const Value items = to_list(value, evaluator);
  Value out = Value::list();
  evaluator.charge(items.size() * sizeof(Value));
  out.reserve(items.size());
  for (const std::size_t i : detail::sorted_order(items.items(), key, reverse, evaluator))
    out.push_back(items[i]);
  return out;
}

}  // namespace retort
