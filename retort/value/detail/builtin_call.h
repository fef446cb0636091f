// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The arguments of Python's functions that are written in C: positional ones only, and
// other words than Python's own functions have (arguments.h) for those that do not fit.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "retort/value/evaluator.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::detail {

class BuiltinCall {
 public:
  /// `name` is "list.append", or "range" for a function. TypeError unless `min` to `max`
  /// positional arguments and no named ones are there.
  BuiltinCall(std::string_view name, std::size_t min, std::size_t max, const CallArguments& call);

  Evaluator& evaluator() { return call_.evaluator ? *call_.evaluator : unbounded_; }
  std::size_t size() const { return call_.positional.size(); }
  const Value& operator[](std::size_t i) const { return call_.positional[i]; }
  Value get(std::size_t i, Value otherwise) const {
    return i < size() ? call_.positional[i] : static_cast<Value&&>(otherwise);
  }
  std::int64_t integer(std::size_t i) const;
  /// A slice's bound as the position in `length` items that it means.
  std::size_t bound(std::size_t i, std::size_t otherwise, std::size_t length) const;

 private:
  CallArguments call_;
  Evaluator unbounded_;  // of a call from outside of any evaluation
};

/// An integer or bool. TypeError: "'str' object cannot be interpreted as an integer".
std::int64_t to_index(const Value& value);

}  // namespace retort::detail
