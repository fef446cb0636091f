// SPDX-License-Identifier: BSD-3-Clause
// Objects that can be walked once: make_generator() and reversed().
#include <string>
#include <utility>

#include <fmt/format.h>

#include "retort/value/detail/descent.h"
#include "retort/value/detail/dict_walk.h"
#include "retort/value/detail/held_iterator.h"
#include "retort/value/detail/operands.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/undefined.h"
#include "retort/value/view_type.h"

namespace retort {
namespace {

// The one walk that all iterations share.
class Walk {
 public:
  explicit Walk(Owned<ValueIterator> items) : items_(std::move(items)) {}

  bool next(Value& out) {
    if (running_) throw ValueError("generator already executing");
    if (!items_) return false;
    const detail::Descent descent(0);  // generators of generators
    running_ = true;
    bool more = false;
    try {
      more = items_->next(out);
    } catch (...) {
      running_ = false;
      items_ = nullptr;  // as in Python, one that has failed is at its end
      throw;
    }
    running_ = false;
    if (!more) items_ = nullptr;
    return more;
  }

 private:
  Owned<ValueIterator> items_;
  bool running_ = false;
};

class WalkIterator final : public ValueIterator {
 public:
  explicit WalkIterator(Walk& walk) : walk_(walk) {}
  bool next(Value& out) override { return walk_.next(out); }

 private:
  Walk& walk_;
};

class Generator final : public Object {
 public:
  Generator(std::string_view type, Owned<ValueIterator> items) : type_(type), walk_(std::move(items)) {}
  std::string_view type_name() const override { return type_; }
  Owned<ValueIterator> iterate() const override { return std::make_unique<WalkIterator>(walk_); }
  void freeze() override { throw TypeError(fmt::format("a {} cannot be frozen", type_)); }

 private:
  std::string type_;
  mutable Walk walk_;  // walking is no change of the object to those who hold it
};

// Whatever has items by position.
class ReversedItems final : public ValueIterator {
 public:
  ReversedItems(const Value& items, std::size_t size) : items_(items), at_(size) {}
  bool next(Value& out) override {
    if (at_ == 0) return false;
    --at_;
    if (items_.is_sequence()) {
      if (at_ >= items_.items().size()) {  // the list has shrunk
        at_ = 0;
        return false;
      }
      out = items_.items()[at_];
    } else if (items_.is_bytes()) {
      out = static_cast<unsigned char>(items_.as_bytes()[at_]);
    } else {
      out = items_.as_object().item(at_);
    }
    return true;
  }

 private:
  Value items_;
  std::size_t at_;
};

class ReversedText final : public ValueIterator {
 public:
  explicit ReversedText(const Value& text) : text_(text), end_(text.as_string().size()) {}
  bool next(Value& out) override {
    if (end_ == 0) return false;
    const std::string_view text = text_.as_string();
    std::size_t start = end_ - 1;
    while (start > 0 && end_ - start < 4 && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80) --start;
    const std::string_view character = text.substr(start, end_ - start);
    out = text_.is_markup() ? Value::markup(character) : Value(character);
    end_ = start;
    return true;
  }

 private:
  Value text_;
  std::size_t end_;
};

[[noreturn]] void throw_not_reversible(const Value& value) {
  throw TypeError(fmt::format("'{}' object is not reversible", value.type_name()));
}

std::string_view reversed_type(std::string_view type) {
  if (type == "range") return "range_iterator";
  if (type == "dict_keys") return "dict_reversekeyiterator";
  if (type == "dict_values") return "dict_reversevalueiterator";
  if (type == "dict_items") return "dict_reverseitemiterator";
  return "reversed";
}

Value reversed_object(const Value& value) {
  const Object& object = value.as_object();
  if (auto items = object.iterate_reversed()) {
    return make_generator(reversed_type(object.type_name()),
                          std::make_unique<detail::HeldIterator>(value, std::move(items)));
  }
  std::size_t size = 0;
  if (!object.length(size) || (size && object.item(0).is_undefined())) throw_not_reversible(value);
  return make_generator("reversed", std::make_unique<ReversedItems>(value, size));
}

Value reversed_view(const Value& value, Evaluator& evaluator) {
  if (value.view_type().shape() == ViewType::Shape::record) throw_not_reversible(value);
  return reversed(detail::plain(value, evaluator), evaluator);
}

}  // namespace

Value make_generator(std::string_view type, Owned<ValueIterator> items) {
  return Value::object(std::make_unique<Generator>(type, std::move(items)));
}

Value reversed(const Value& value, Evaluator& evaluator) {
  using Kind = Value::Kind;
  switch (value.kind()) {
    case Kind::list:
      return make_generator("list_reverseiterator", std::make_unique<ReversedItems>(value, value.size()));
    case Kind::tuple:
    case Kind::bytes:
      return make_generator("reversed", std::make_unique<ReversedItems>(value, value.size()));
    case Kind::string:
    case Kind::markup:
      return make_generator("reversed", std::make_unique<ReversedText>(value));
    case Kind::dict:
      return make_generator("dict_reversekeyiterator",
                            detail::walk_dict(value, detail::DictPart::keys, true));
    case Kind::object:
      return reversed_object(value);
    case Kind::view:
      return reversed_view(value, evaluator);
    case Kind::undefined:
      return make_generator("reversed", iterate(value));  // nothing, or what its Undefined says
    default:
      throw_not_reversible(value);
  }
}

}  // namespace retort
