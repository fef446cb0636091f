// SPDX-License-Identifier: BSD-3-Clause
// Python's conversions to numbers: int(), float(), round().
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/base/utf8.h"
#include "retort/value/detail/operands.h"
#include "retort/value/error.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"
#include "retort/value/unicode.h"

namespace retort::ops {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// What int() and float() read: the digits and spaces of other scripts as ASCII's, without
/// spaces at the ends. What is no number's stays no number's.
std::string number_text(const Value& value) {
  const std::string_view text = value.is_bytes() ? value.as_bytes() : value.as_string();
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80 || value.is_bytes()) {
      out += text[at++];
      continue;
    }
    const char32_t c = utf8::decode(text, at);
    const int digit = unicode::digit_value(c);
    out += digit >= 0 ? static_cast<char>('0' + digit) : unicode::is_space(c) ? ' ' : '?';
  }
  std::size_t begin = 0, end = out.size();
  while (begin < end && is_space(out[begin])) ++begin;
  while (begin < end && is_space(out[end - 1])) --end;
  return out.substr(begin, end - begin);
}

/// The value of a digit in a base up to 36; 36 for none.
int digit_of(char c) {
  if (text::is_digit(c)) return c - '0';
  const char lower = text::lower(c);
  return lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 36;
}

/// The base that a prefix names ("0x"); 0 for none.
int prefix_base(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return 0;
  const char letter = text::lower(text[1]);
  return letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
}

enum class Parsed { good, bad, too_large };

Parsed parse_digits(std::string_view digits, int base, std::uint64_t limit, std::uint64_t& out) {
  bool after_digit = false, large = false;
  for (const char c : digits) {
    if (c == '_' && after_digit) {
      after_digit = false;
      continue;
    }
    const int digit = digit_of(c);
    if (digit >= base) return Parsed::bad;
    after_digit = true;
    large = large || __builtin_mul_overflow(out, static_cast<std::uint64_t>(base), &out) ||
            __builtin_add_overflow(out, static_cast<std::uint64_t>(digit), &out) || out > limit;
  }
  if (!after_digit) return Parsed::bad;
  return large ? Parsed::too_large : Parsed::good;
}

Parsed parse_integer(std::string_view text, int base, std::int64_t& out) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const int prefix = prefix_base(text);
  bool zero_only = false;
  if (prefix != 0 && (base == 0 || base == prefix)) {
    base = prefix;
    text.remove_prefix(2);
    if (!text.empty() && text[0] == '_') text.remove_prefix(1);
  } else if (base == 0) {
    base = 10;
    zero_only = !text.empty() && text[0] == '0';  // "010" would be octal in C
  }
  const std::uint64_t limit = static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  std::uint64_t magnitude = 0;
  const Parsed parsed = parse_digits(text, base, limit, magnitude);
  if (zero_only && (parsed == Parsed::too_large || magnitude != 0)) return Parsed::bad;
  out = static_cast<std::int64_t>(negative ? -magnitude : magnitude);
  return parsed;
}

Value integer_of_text(const Value& value, int base) {
  std::int64_t out = 0;
  switch (parse_integer(number_text(value), base, out)) {
    case Parsed::good:
      return out;
    case Parsed::too_large:
      throw OverflowError("an integer beyond 64 bits does not fit a Value");
    default:
      break;
  }
  constexpr std::size_t shown = 200;  // as Python shows of it
  const std::string repr = value.repr();
  std::size_t end = 0;
  for (std::size_t n = 0; n < shown && end < repr.size(); ++n) utf8::decode(repr, end);
  throw ValueError(
      fmt::format("invalid literal for int() with base {}: {}", base, std::string_view(repr).substr(0, end)));
}

Value integer_of_real(double number) {
  if (std::isnan(number)) throw ValueError("cannot convert float NaN to integer");
  if (std::isinf(number)) throw OverflowError("cannot convert float infinity to integer");
  const double whole = std::trunc(number);
  if (whole < -9223372036854775808.0 || whole >= 9223372036854775808.0)
    throw OverflowError("an integer beyond 64 bits does not fit a Value");
  return static_cast<std::int64_t>(whole);
}

/// Takes the underscores between digits out; false for any other.
bool remove_underscores(std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
    } else if (i == 0 || i + 1 == text.size() || !text::is_digit(text[i - 1]) ||
               !text::is_digit(text[i + 1])) {
      return false;
    }
  }
  text = std::move(out);
  return true;
}

/// What a number that a double cannot hold becomes: zero or infinity, by the power of ten of
/// its first digit.
double beyond_range(std::string_view text) {
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  std::int64_t exponent = 0;
  if (e < text.size()) {
    const bool negative = text[e + 1] == '-';
    for (const char c : text.substr(e + 1)) {
      if (text::is_digit(c) && exponent < (std::int64_t{1} << 50)) exponent = exponent * 10 + (c - '0');
    }
    if (negative) exponent = -exponent;
  }
  const std::string_view mantissa = text.substr(0, e);
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first = static_cast<std::int64_t>(mantissa.find_first_of("123456789"));
  return point - first + exponent > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

/// digits [. digits] [e [sign] digits], with a digit before or after the point.
bool is_decimal_number(std::string_view text) {
  std::size_t at = 0;
  const auto skip_digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && text::is_digit(text[at])) ++at;
    return at - from;
  };
  std::size_t digits = skip_digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    digits += skip_digits();
  }
  if (digits == 0) return false;
  if (at < text.size() && text::lower(text[at]) == 'e') {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (skip_digits() == 0) return false;
  }
  return at == text.size();
}

bool parse_double(std::string text, double& out) {
  if (!remove_underscores(text)) return false;
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest[0] == '-';
  if (negative || (!rest.empty() && rest[0] == '+')) rest.remove_prefix(1);
  const std::string lower = rest.size() <= 8 ? text::to_lower(rest) : std::string();
  if (lower == "nan") {
    out = std::numeric_limits<double>::quiet_NaN();
  } else if (lower == "inf" || lower == "infinity") {
    out = std::numeric_limits<double>::infinity();
  } else if (!is_decimal_number(rest)) {
    return false;
  } else if (std::from_chars(rest.data(), rest.data() + rest.size(), out).ec != std::errc()) {
    out = beyond_range(rest);
  }
  if (negative) out = -out;
  return true;
}

/// Adds one to a decimal number's last digit.
void increment(std::string& digits) {
  std::size_t at = digits.size();
  while (at > 0 && digits[at - 1] == '9') digits[--at] = '0';
  if (at == 0) {
    digits.insert(digits.begin(), '1');
  } else {
    ++digits[at - 1];
  }
}

/// Rounds a magnitude of at least 1 to a power of ten, on all its decimal digits.
double round_to_power(double magnitude, int power) {
  constexpr int all_digits = 770;  // no double has more
  char buffer[all_digits + 10];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, magnitude, std::chars_format::scientific, all_digits);
  const std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));  // "1.234e+05"
  const std::size_t e = text.find('e');
  std::string digits(1, text[0]);
  digits += text.substr(2, e - 2);
  int exponent = 0;
  std::from_chars(text.data() + e + 2, text.data() + text.size(), exponent);
  if (exponent + 1 < power) return 0;
  const auto kept = static_cast<std::size_t>(exponent + 1 - power);
  std::string whole = kept == 0 ? "0" : digits.substr(0, kept);
  const std::string_view cut = std::string_view(digits).substr(kept);
  const bool more = cut.substr(1).find_first_not_of('0') != cut.npos;
  const bool odd = (whole.back() - '0') % 2 != 0;
  if (cut[0] > '5' || (cut[0] == '5' && (more || odd))) increment(whole);
  whole += fmt::format("e{}", power);
  double out = 0;
  if (std::from_chars(whole.data(), whole.data() + whole.size(), out).ec != std::errc())
    throw OverflowError("rounded value too large to represent");
  return out;
}

}  // namespace

double round_half_even(double number, int digits) {
  constexpr int most = 323, least = -308;  // beyond, nothing changes, or nothing is left
  if (!std::isfinite(number) || number == 0 || digits > most) return number;
  if (digits < least) return std::copysign(0.0, number);
  if (digits < 0) {
    const double magnitude = std::fabs(number);
    return std::copysign(magnitude < 1 ? 0.0 : round_to_power(magnitude, -digits), number);
  }
  char buffer[320 + most];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed, digits);
  double out = number;
  if (std::from_chars(buffer, end.ptr, out).ec != std::errc())
    throw OverflowError("rounded value too large to represent");
  return out;
}

Value to_integer(const Value& value, int base) {
  if (base != 0 && (base < 2 || base > 36)) throw ValueError("int() base must be >= 2 and <= 36, or 0");
  if (value.is_string() || value.is_bytes()) return integer_of_text(value, base);
  if (base != 10) throw TypeError("int() can't convert non-string with explicit base");
  if (value.is_undefined()) fail_undefined(value);
  if (detail::is_integral(value)) return detail::integer_of(value);
  if (value.is_double()) return integer_of_real(value.as_double());
  throw TypeError(fmt::format(
      "int() argument must be a string, a bytes-like object or a real number, not '{}'", value.type_name()));
}

double to_double(const Value& value) {
  if (value.is_undefined()) fail_undefined(value);
  if (detail::is_numeric(value)) return detail::real_of(value);
  if (!value.is_string() && !value.is_bytes())
    throw TypeError(
        fmt::format("float() argument must be a string or a real number, not '{}'", value.type_name()));
  double out = 0;
  if (parse_double(number_text(value), out)) return out;
  throw ValueError(fmt::format("could not convert string to float: {}", value.repr()));
}

}  // namespace retort::ops
