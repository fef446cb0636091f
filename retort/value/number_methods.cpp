// SPDX-License-Identifier: BSD-3-Clause
// The methods of int (and bool) and float.
#include <bit>
#include <cmath>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "retort/value/detail/builtin_call.h"
#include "retort/value/error.h"
#include "retort/value/methods.h"

namespace retort::detail {
namespace {

// |number|, which for INT64_MIN is no std::int64_t.
std::uint64_t magnitude(const Value& number) {
  const std::int64_t n = to_index(number);
  return n < 0 ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
}

Value int_ratio(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("int.as_integer_ratio", 0, 0, arguments);
  return Value::tuple({to_index(self), 1});
}

Value int_bit_count(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("int.bit_count", 0, 0, arguments);
  return std::popcount(magnitude(self));
}

Value int_bit_length(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("int.bit_length", 0, 0, arguments);
  return 64 - std::countl_zero(magnitude(self));
}

Value int_conjugate(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("int.conjugate", 0, 0, arguments);
  return to_index(self);
}

Value int_is_integer(const Value&, const CallArguments& arguments) {
  const BuiltinCall call("int.is_integer", 0, 0, arguments);
  return true;
}

Value float_ratio(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("float.as_integer_ratio", 0, 0, arguments);
  const double number = self.as_double();
  if (std::isnan(number)) throw ValueError("cannot convert NaN to integer ratio");
  if (std::isinf(number)) throw OverflowError("cannot convert Infinity to integer ratio");
  int exponent = 0;
  const double fraction = std::frexp(number, &exponent);
  if (fraction == 0) return Value::tuple({0, 1});
  auto numerator = static_cast<std::int64_t>(std::ldexp(fraction, 53));  // exact
  exponent -= 53;
  const int spare = std::countr_zero(static_cast<std::uint64_t>(numerator));
  numerator /= std::int64_t{1} << spare;
  exponent += spare;
  // The numerator has 53 - spare bits; 63 is what there is.
  if (exponent < -62 || exponent > 10 + spare) throw OverflowError("the ratio does not fit 64 bits");
  if (exponent >= 0) return Value::tuple({numerator * (std::int64_t{1} << exponent), 1});
  return Value::tuple({numerator, std::int64_t{1} << -exponent});
}

Value float_conjugate(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("float.conjugate", 0, 0, arguments);
  return self;
}

Value float_hex(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("float.hex", 0, 0, arguments);
  const double number = self.as_double();
  if (!std::isfinite(number)) return self.str();
  const auto bits = std::bit_cast<std::uint64_t>(number);
  const char* sign = std::signbit(number) ? "-" : "";
  if (number == 0) return fmt::format("{}0x0.0p+0", sign);
  const auto biased = static_cast<int>(bits >> 52 & 0x7ff);
  const int lead = biased ? 1 : 0;  // subnormal numbers have none
  return fmt::format("{}0x{}.{:013x}p{:+}", sign, lead, bits & ((std::uint64_t{1} << 52) - 1),
                     (biased ? biased : 1) - 1023);
}

Value float_is_integer(const Value& self, const CallArguments& arguments) {
  const BuiltinCall call("float.is_integer", 0, 0, arguments);
  const double number = self.as_double();
  return std::isfinite(number) && number == std::floor(number);
}

constexpr Method kIntMethods[] = {
    {"as_integer_ratio", int_ratio}, {"bit_count", int_bit_count},   {"bit_length", int_bit_length},
    {"conjugate", int_conjugate},    {"is_integer", int_is_integer},
};

constexpr Method kFloatMethods[] = {
    {"as_integer_ratio", float_ratio},
    {"conjugate", float_conjugate},
    {"hex", float_hex},
    {"is_integer", float_is_integer},
};

}  // namespace

ValueSpan<Method> int_methods() { return {kIntMethods, std::size(kIntMethods)}; }
ValueSpan<Method> float_methods() { return {kFloatMethods, std::size(kFloatMethods)}; }

}  // namespace retort::detail
