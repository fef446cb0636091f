// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What operators ask of their operands. Pure functions.

#include <cstdint>
#include <string>

#include "retort/value/evaluator.h"
#include "retort/value/value.h"
#include "retort/value/view_type.h"

namespace retort::detail {

inline bool is_integral(const Value& value) { return value.is_int() || value.is_bool(); }
inline bool is_numeric(const Value& value) { return value.is_number() || value.is_bool(); }
/// Precondition: is_integral.
inline std::int64_t integer_of(const Value& value) {
  return value.is_bool() ? std::int64_t{value.as_bool()} : value.as_int();
}
/// Precondition: is_numeric.
inline double real_of(const Value& value) {
  return value.is_bool() ? static_cast<double>(value.as_bool()) : value.as_double();
}

/// A view that Python would see as a list or dict; records are like objects.
inline bool is_container_view(const Value& value) {
  return value.is_view() && value.view_type().shape() != ViewType::Shape::record;
}
inline Value plain(const Value& value) {
  return is_container_view(value) ? value.view_type().copy(value.view_target()) : value;
}
/// The same, and charges for a copy.
inline Value plain(const Value& value, Evaluator& evaluator) {
  std::size_t size = 0;
  if (!is_container_view(value)) return value;
  if (value.view_type().length(value.view_target(), size)) evaluator.charge(size * sizeof(Value::Entry));
  return plain(value);
}

}  // namespace retort::detail
