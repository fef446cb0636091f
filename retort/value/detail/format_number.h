// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Numbers as digits, for format() and %-formatting. Pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "retort/value/evaluator.h"

namespace retort::detail {

/// No format asks for more digits than this (C's int, in CPython).
inline constexpr std::int64_t kMaxPrecision = 2147483647;

/// A magnitude in two parts, since only digits are grouped. What is not finite has no digits.
struct NumberText {
  std::string digits;  ///< before the point or the exponent
  std::string rest;    ///< from the point on
};

/// How to write a real.
struct RealForm {
  char type = 'g';              ///< e, f, g; r as repr()
  std::int64_t precision = 6;   ///< up to kMaxPrecision
  bool alternate = false;       ///< always a point, and all of g's digits
  bool whole_has_zero = false;  ///< "1.0" where g writes "1"
};

/// The magnitude of `number`; its sign is the caller's.
NumberText real_text(double number, const RealForm& form, Evaluator& evaluator);
/// A magnitude in base 2, 8, 10 or 16.
std::string integer_digits(std::uint64_t magnitude, unsigned base, bool upper);
/// The magnitude of an integer.
inline std::uint64_t magnitude_of(std::int64_t number) {
  return number < 0 ? -static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
}
/// Appends a character of a code point; OverflowError outside of Unicode.
void append_character(std::string& out, std::int64_t code_point);
/// Appends ascii(value): its repr with all beyond ASCII escaped.
void append_ascii(std::string& out, const Value& value);

}  // namespace retort::detail
