// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/group.h"

#include <memory>
#include <string>
#include <utility>

#include "retort/value/evaluator.h"
#include "retort/value/iterate.h"
#include "retort/value/methods.h"
#include "retort/value/object.h"
#include "retort/value/operators.h"

namespace retort::jinja::detail {
namespace {

class Group : public Object {
 public:
  explicit Group(Value tuple) : tuple_(std::move(tuple)) {}

  std::string_view type_name() const override { return "_GroupTuple"; }
  Value attribute(std::string_view name) const override {
    if (name == "grouper") return tuple_[0];
    if (name == "list") return tuple_[1];
    return get_attribute(tuple_, name);
  }
  Value item(const Value& key) const override { return ops::item(tuple_, key); }
  Value slice(const Value& start, const Value& stop, const Value& step) const override {
    Evaluator unbounded;
    return ops::slice(tuple_, start, stop, step, unbounded);
  }
  bool contains(const Value& needle, bool& out) const override {
    Evaluator unbounded;
    out = ops::contains(tuple_, needle, unbounded);
    return true;
  }
  Owned<ValueIterator> iterate() const override { return retort::iterate(tuple_); }
  Owned<ValueIterator> iterate_reversed() const override {
    return retort::iterate(Value::tuple({tuple_[1], tuple_[0]}));
  }
  bool length(std::size_t& out) const override {
    out = tuple_.size();
    return true;
  }
  void append_repr(std::string& out) const override { tuple_.append_repr(out); }
  Value to_json() const override { return tuple_; }
  bool equals(const Object& other) const override {
    const auto* group = dynamic_cast<const Group*>(&other);
    return group && tuple_ == group->tuple_;
  }
  bool equals_value(const Value& other) const override { return tuple_ == other; }
  std::size_t hash() const override { return tuple_.hash(); }
  void freeze() override { tuple_.freeze(); }

 private:
  Value tuple_;
};

}  // namespace

Value make_group(const Value& grouper, const Value& list) {
  return Value::object(std::make_unique<Group>(Value::tuple({grouper, list})));
}

}  // namespace retort::jinja::detail
