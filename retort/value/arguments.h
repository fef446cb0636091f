// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Arguments: a call's positional and keyword arguments bound to a function's parameters, as
// Python binds them. What does not fit is a TypeError in Python's words. Borrows the call's
// values: for the length of the call.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "retort/value/evaluator.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort {

class Arguments {
 public:
  static constexpr std::size_t kMax = 12;

  /// `function` is the name that messages show ("replace"); of the parameters the first
  /// `required` have no default. TypeError for missing, surplus, unknown and repeated ones.
  Arguments(std::string_view function, std::initializer_list<std::string_view> parameters,
            std::size_t required, const CallArguments& call);

  /// The evaluator of the call, or one without limits.
  Evaluator& evaluator() const { return *evaluator_; }

  bool has(std::size_t i) const { return values_[i] != nullptr; }
  /// Given and not none.
  bool given(std::size_t i) const { return has(i) && !values_[i]->is_none(); }
  /// Precondition: required or has(i).
  const Value& operator[](std::size_t i) const { return *values_[i]; }
  Value get(std::size_t i, Value otherwise) const { return has(i) ? *values_[i] : otherwise; }

  // As a C++ type; TypeError in Python's words when it is none. A bool is an integer.
  std::int64_t integer(std::size_t i) const;
  std::int64_t integer(std::size_t i, std::int64_t otherwise) const {
    return has(i) ? integer(i) : otherwise;
  }
  std::string_view text(std::size_t i) const;
  std::string_view text(std::size_t i, std::string_view otherwise) const {
    return has(i) ? text(i) : otherwise;
  }
  bool truthy(std::size_t i, bool otherwise) const { return has(i) ? values_[i]->truthy() : otherwise; }

 private:
  const Value* values_[kMax] = {};
  Evaluator unbounded_;  // of a call from outside of any evaluation
  Evaluator* evaluator_;
  std::string_view function_;
};

}  // namespace retort
