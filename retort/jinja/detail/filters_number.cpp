// SPDX-License-Identifier: BSD-3-Clause
// Filters on numbers, and default.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "retort/jinja/detail/filter_support.h"
#include "retort/jinja/detail/filters.h"
#include "retort/jinja/error.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"

namespace retort::jinja::detail {

Value filter_default(Render&, const CallArguments& call) {
  const Arguments args("do_default", {"value", "default_value", "boolean"}, 1, call);
  const bool missing = args[0].is_undefined() || (args.truthy(2, false) && !args[0].truthy());
  return missing ? args.get(1, "") : args[0];
}

Value filter_abs(Render&, const CallArguments& call) {
  const Arguments args("abs", {"x"}, 1, call);
  const Value& value = args[0];
  if (value.is_double()) return std::fabs(value.as_double());
  if (value.is_bool()) return value.as_bool() ? 1 : 0;
  if (value.is_int()) return value.as_int() < 0 ? ops::negative(value) : value;
  throw TypeError(fmt::format("bad operand type for abs(): '{}'", value.type_name()));
}

namespace {

// int(float(value)); false where Python has no number for it.
bool through_double(const Value& value, Value& out) {
  double number = 0;
  try {
    number = ops::to_double(value);
  } catch (const TypeError&) {
    return false;
  } catch (const ValueError&) {
    return false;
  }
  if (!std::isfinite(number)) return false;
  out = ops::to_integer(number);
  return true;
}

}  // namespace

Value filter_int(Render&, const CallArguments& call) {
  const Arguments args("do_int", {"value", "default", "base"}, 1, call);
  const Value& value = args[0];
  if (value.is_undefined()) fail_undefined(value);
  Value out = args.get(1, 0);
  try {
    if (!value.is_string()) return ops::to_integer(value);
    const std::int64_t base = args.integer(2, 10);
    return ops::to_integer(value, base < 0 || base > 36 ? 1 : static_cast<int>(base));
  } catch (const TypeError&) {
    through_double(value, out);
  } catch (const ValueError&) {
    through_double(value, out);
  }
  return out;
}

Value filter_float(Render&, const CallArguments& call) {
  const Arguments args("do_float", {"value", "default"}, 1, call);
  if (args[0].is_undefined()) fail_undefined(args[0]);
  try {
    return ops::to_double(args[0]);
  } catch (const TypeError&) {
    return args.get(1, 0.0);
  } catch (const ValueError&) {
    return args.get(1, 0.0);
  }
}

// Rounding.

namespace {

// A number of digits, within what makes a difference.
int digits_of(const Arguments& args, std::size_t i) {
  const std::int64_t digits = args.integer(i, 0);
  return static_cast<int>(digits > 5000 ? 5000 : digits < -5000 ? -5000 : digits);
}

// round(number, digits) of an integer: half to even.
std::int64_t round_integer(std::int64_t number, int digits) {
  if (digits >= 0) return number;
  if (digits < -19) return 0;
  std::uint64_t unit = 1;
  for (int i = 0; i < -digits; ++i) unit *= 10;  // 10^19 fits
  const bool negative = number < 0;
  const std::uint64_t size =
      negative ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
  const std::uint64_t rest = size % unit;
  std::uint64_t out = size - rest;
  if (rest > unit / 2 || (rest == unit / 2 && (out / unit) % 2 == 1)) {
    out += unit;  // at most 10^19: no wrap
  }
  if (out > static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0))
    throw OverflowError("integer overflow in round()");
  return static_cast<std::int64_t>(negative ? 0 - out : out);
}

Value round_common(const Arguments& args) {
  const Value& value = args[0];
  const bool to_integer = args.has(1) && args[1].is_none();
  if (value.is_undefined() || (!value.is_number() && !value.is_bool())) {
    throw TypeError(fmt::format("type {} doesn't define __round__ method", value.type_name()));
  }
  const int digits = to_integer ? 0 : digits_of(args, 1);
  if (!value.is_double()) return round_integer(value.is_bool() ? value.as_bool() : value.as_int(), digits);
  if (to_integer && std::isnan(value.as_double())) throw ValueError("cannot convert float NaN to integer");
  const double rounded = ops::round_half_even(value.as_double(), digits);
  return to_integer ? ops::to_integer(rounded) : Value(rounded);
}

// whole / 10^digits, correctly rounded, as Python divides integers of any size.
double divide_by_power(double whole, int digits) {
  char buffer[400];
  char* end = std::to_chars(buffer, buffer + 340, whole, std::chars_format::fixed, 0).ptr;
  *end++ = 'e';
  *end++ = '-';
  end = std::to_chars(end, buffer + sizeof buffer, digits).ptr;
  double out = 0;
  std::from_chars(buffer, end, out);
  return out;
}

double power_of_ten(int digits) {
  const std::string text = "1e" + std::to_string(digits);
  double out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

// math.ceil(value * 10**digits) / 10**digits, or floor.
Value round_towards(const Value& value, int digits, bool up) {
  if (value.is_undefined()) fail_undefined(value);
  if (value.is_string() || value.is_bytes() || value.is_sequence())
    throw TypeError(fmt::format("must be real number, not {}", value.type_name()));
  if (!value.is_number() && !value.is_bool()) {
    throw TypeError(fmt::format("unsupported operand type(s) for *: '{}' and '{}'", value.type_name(),
                                digits < 0 ? "float" : "int"));
  }
  const double number = value.is_bool() ? value.as_bool() : value.as_double();
  if (!value.is_double() && digits >= 0) return number;  // an integer already
  if (digits > 308) throw OverflowError("int too large to convert to float");
  const double power = digits >= 0 ? power_of_ten(digits) : std::pow(10.0, digits);
  const double scaled = number * power;
  if (std::isnan(scaled)) throw ValueError("cannot convert float NaN to integer");
  if (std::isinf(scaled)) throw OverflowError("cannot convert float infinity to integer");
  const double whole = (up ? std::ceil(scaled) : std::floor(scaled)) + 0.0;
  if (digits >= 0) return divide_by_power(whole, digits);
  if (power == 0) throw ZeroDivisionError("float division by zero");
  return whole / power;
}

}  // namespace

Value filter_round(Render&, const CallArguments& call) {
  const Arguments args("do_round", {"value", "precision", "method"}, 1, call);
  const Value method = args.get(2, "common");
  method.hash();
  if (method == Value("common")) return round_common(args);
  const bool up = method == Value("ceil");
  if (!up && !(method == Value("floor"))) throw FilterArgumentError("method must be common, ceil or floor");
  return round_towards(args[0], digits_of(args, 1), up);
}

}  // namespace retort::jinja::detail
