// SPDX-License-Identifier: BSD-3-Clause
#include <utility>

#include <fmt/format.h>

#include "retort/value/detail/builtin_call.h"
#include "retort/value/detail/dict_walk.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/methods.h"

namespace retort {
namespace detail {
namespace {

Value part_of(const Value::Entry& entry, DictPart part) {
  switch (part) {
    case DictPart::keys:
      return entry.key;
    case DictPart::values:
      return entry.value;
    default:
      return Value::tuple({entry.key, entry.value});
  }
}

class DictIterator final : public ValueIterator {
 public:
  DictIterator(const Value& dict, DictPart part, bool reversed)
      : dict_(dict), size_(dict.entries().size()), part_(part), reversed_(reversed) {}

  bool next(Value& out) override {
    if (!dict_.is_dict()) return false;
    check_unchanged(dict_, size_);
    if (at_ == size_) {
      dict_ = Value();  // it stays at the end
      return false;
    }
    out = part_of(dict_.entries()[reversed_ ? size_ - 1 - at_ : at_], part_);
    ++at_;
    return true;
  }

 private:
  Value dict_;
  std::size_t size_;
  std::size_t at_ = 0;
  DictPart part_;
  bool reversed_;
};

class DictView final : public Object {
 public:
  DictView(Value dict, DictPart part) : dict_(std::move(dict)), part_(part) {}

  std::string_view type_name() const override {
    static constexpr std::string_view kNames[] = {"dict_keys", "dict_values", "dict_items"};
    return kNames[static_cast<std::size_t>(part_)];
  }
  Value attribute(std::string_view name) const override;
  Owned<ValueIterator> iterate() const override { return walk_dict(dict_, part_, false); }
  Owned<ValueIterator> iterate_reversed() const override { return walk_dict(dict_, part_, true); }
  bool length(std::size_t& out) const override {
    out = dict_.entries().size();
    return true;
  }
  bool contains(const Value& needle, bool& out) const override;
  void append_repr(std::string& out) const override;
  bool equals(const Object& other) const override;
  std::size_t hash() const override {
    if (part_ == DictPart::values) return Object::hash();
    throw TypeError(fmt::format("unhashable type: '{}'", type_name()));
  }
  void freeze() override { dict_.freeze(); }

 private:
  Value dict_;
  DictPart part_;
};

Value is_disjoint(const Value& self, const CallArguments& arguments) {
  BuiltinCall call(fmt::format("{}.isdisjoint", self.type_name()), 1, 1, arguments);
  bool disjoint = true;
  for_each(call[0], call.evaluator(), [&](const Value& item) {
    bool found = false;
    self.as_object().contains(item, found);
    disjoint = !found;
    return disjoint;
  });
  return disjoint;
}

Value DictView::attribute(std::string_view name) const {
  if (part_ == DictPart::values || name != "isdisjoint") return {};
  return bind_method(Value::object(std::make_unique<DictView>(dict_, part_)), {"isdisjoint", is_disjoint});
}

bool DictView::contains(const Value& needle, bool& out) const {
  out = false;
  if (part_ == DictPart::keys) {
    needle.hash();  // throws for what cannot be a key
    out = dict_.find(needle) != nullptr;
  } else if (part_ == DictPart::values) {
    for (std::size_t i = 0; !out && i < dict_.entries().size(); ++i)
      out = Value(dict_.entries()[i].value) == needle;
  } else if (needle.is_tuple() && needle.size() == 2) {
    needle[0].hash();
    const Value* found = dict_.find(needle[0]);
    out = found && Value(*found) == needle[1];
  }
  return true;
}

void DictView::append_repr(std::string& out) const {
  out += type_name();
  out += "([";
  for (std::size_t i = 0; i < dict_.entries().size(); ++i) {
    if (i) out += ", ";
    part_of(dict_.entries()[i], part_).append_repr(out);
  }
  out += "])";
}

// Keys and items are sets to Python; values are not, and equal nothing but themselves.
bool DictView::equals(const Object& other) const {
  if (this == &other) return true;
  const auto* view = dynamic_cast<const DictView*>(&other);
  if (!view || part_ == DictPart::values || view->part_ == DictPart::values) return false;
  if (dict_.entries().size() != view->dict_.entries().size()) return false;
  for (std::size_t i = 0; i < dict_.entries().size(); ++i) {
    bool found = false;
    view->contains(part_of(dict_.entries()[i], part_), found);
    if (!found) return false;
  }
  return true;
}

Value make_view(const Value& dict, DictPart part) {
  if (dict.is_view()) return make_view(dict.copy(), part);
  dict.entries();  // TypeError when it is no dict
  return Value::object(std::make_unique<DictView>(dict, part));
}

}  // namespace

Owned<ValueIterator> walk_dict(const Value& dict, DictPart part, bool reversed) {
  return std::make_unique<DictIterator>(dict, part, reversed);
}

void check_unchanged(const Value& dict, std::size_t size) {
  if (dict.entries().size() != size) throw RuntimeError("dictionary changed size during iteration");
}

}  // namespace detail

Value dict_keys(const Value& dict) { return detail::make_view(dict, detail::DictPart::keys); }
Value dict_values(const Value& dict) { return detail::make_view(dict, detail::DictPart::values); }
Value dict_items(const Value& dict) { return detail::make_view(dict, detail::DictPart::items); }

}  // namespace retort
