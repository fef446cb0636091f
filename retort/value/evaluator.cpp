// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/evaluator.h"

#include <fmt/format.h>

#include "retort/value/error.h"
#include "retort/value/methods.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"

namespace retort {

Value Evaluator::attribute(const Value& object, std::string_view name) { return get_attribute(object, name); }

Value Evaluator::item(const Value& object, const Value& key) { return ops::item(object, key); }

Value Evaluator::field_member(const Value& object, const Value& key, bool is_attribute) {
  return is_attribute ? attribute(object, key.as_string()) : item(object, key);
}

Value Evaluator::call(const Value& callable, const CallArguments& arguments) {
  if (callable.is_undefined()) fail_undefined(callable);
  if (!callable.is_object() || !callable.as_object().is_callable())
    throw TypeError(fmt::format("'{}' object is not callable", callable.type_name()));
  CallArguments with_evaluator = arguments;
  with_evaluator.evaluator = this;
  return callable.as_object().call(with_evaluator);
}

void Evaluator::refuse(std::size_t bytes) {
  if (bytes > kMaxResultBytes) throw LimitError(fmt::format("a result of {} bytes is too large", bytes));
  throw LimitError("the memory limit is used up");
}

void Evaluator::refuse_steps() { throw LimitError("the limit of steps is used up"); }

}  // namespace retort
