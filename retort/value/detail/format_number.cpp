// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/detail/format_number.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/value/error.h"
#include "retort/value/text_form.h"

namespace retort::detail {
namespace {

// No double has more digits than these, all in all and after the point: the others are zeros.
constexpr std::int64_t kMaxDigits = 800;
constexpr std::int64_t kMaxFraction = 1100;

std::string write(double magnitude, std::chars_format format, std::int64_t precision) {
  char buffer[kMaxFraction + 400];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, magnitude, format, static_cast<int>(precision));
  return std::string(buffer, end.ptr);
}

std::string exponent_text(int exponent) {
  return fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
}

/// Decimal digits, the first before the point, and the power of ten.
struct Scientific {
  std::string digits;
  int exponent = 0;
};

Scientific scientific(double magnitude, std::int64_t digits) {
  const std::string text = write(magnitude, std::chars_format::scientific, digits - 1);
  const std::size_t e = text.find('e');
  Scientific out;
  out.digits = text.substr(0, 1);
  if (e > 2) out.digits.append(text, 2, e - 2);
  std::from_chars(text.data() + e + 2, text.data() + text.size(), out.exponent);
  if (text[e + 1] == '-') out.exponent = -out.exponent;
  return out;
}

NumberText split(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  return {std::string(text.substr(0, end)), std::string(text.substr(end))};
}

std::size_t zeros_beyond(std::int64_t precision, std::int64_t most, Evaluator& evaluator) {
  const auto zeros = static_cast<std::size_t>(std::max(precision - most, std::int64_t{0}));
  evaluator.charge(zeros);
  return zeros;
}

NumberText fixed_text(double magnitude, const RealForm& form, Evaluator& evaluator) {
  const std::size_t zeros = zeros_beyond(form.precision, kMaxFraction, evaluator);
  NumberText out = split(write(magnitude, std::chars_format::fixed, std::min(form.precision, kMaxFraction)));
  out.rest.append(zeros, '0');
  if (form.alternate && out.rest.empty()) out.rest = ".";
  return out;
}

NumberText exponent_form(const Scientific& number, std::size_t zeros, bool alternate) {
  NumberText out{number.digits.substr(0, 1), {}};
  if (number.digits.size() > 1 || zeros > 0 || alternate) out.rest = ".";
  out.rest.append(number.digits, 1).append(zeros, '0');
  out.rest += exponent_text(number.exponent);
  return out;
}

NumberText positional_form(const Scientific& number, std::size_t zeros, const RealForm& form) {
  NumberText out;
  std::string fraction;
  if (number.exponent < 0) {
    out.digits = "0";
    fraction.assign(static_cast<std::size_t>(-number.exponent - 1), '0');
    fraction += number.digits;
  } else {
    const auto whole = static_cast<std::size_t>(number.exponent) + 1;
    out.digits = number.digits.substr(0, whole);
    if (out.digits.size() < whole) out.digits.append(whole - out.digits.size(), '0');
    if (number.digits.size() > whole) fraction = number.digits.substr(whole);
  }
  fraction.append(zeros, '0');
  if (fraction.empty() && form.whole_has_zero) fraction = "0";
  if (!fraction.empty() || form.alternate) out.rest = "." + fraction;
  return out;
}

NumberText general_text(double magnitude, const RealForm& form, Evaluator& evaluator) {
  const std::int64_t precision = std::max(form.precision, std::int64_t{1});
  Scientific number = scientific(magnitude, std::min(precision, kMaxDigits));
  std::size_t zeros = 0;
  if (form.alternate) {
    zeros = zeros_beyond(precision, kMaxDigits, evaluator);
  } else {
    number.digits.resize(std::max(number.digits.find_last_not_of('0') + 1, std::size_t{1}));
  }
  const std::int64_t room = form.whole_has_zero ? precision - 1 : precision;
  if (number.exponent < -4 || number.exponent >= room) return exponent_form(number, zeros, form.alternate);
  return positional_form(number, zeros, form);
}

NumberText shortest_text(double magnitude, bool alternate) {
  std::string text;
  append_double(text, magnitude);
  NumberText out = split(text);
  if (alternate && out.rest.find('.') == out.rest.npos) out.rest.insert(0, 1, '.');
  return out;
}

}  // namespace

NumberText real_text(double number, const RealForm& form, Evaluator& evaluator) {
  if (!std::isfinite(number)) return {{}, std::isnan(number) ? "nan" : "inf"};
  const double magnitude = std::fabs(number);
  switch (form.type) {
    case 'e': {
      const std::size_t zeros = zeros_beyond(form.precision, kMaxDigits, evaluator);
      const Scientific digits = scientific(magnitude, std::min(form.precision, kMaxDigits) + 1);
      return exponent_form(digits, zeros, form.alternate);
    }
    case 'f':
      return fixed_text(magnitude, form, evaluator);
    case 'r':
      return shortest_text(magnitude, form.alternate);
    default:
      return general_text(magnitude, form, evaluator);
  }
}

std::string integer_digits(std::uint64_t magnitude, unsigned base, bool upper) {
  const char* const signs = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  char buffer[64];
  char* at = buffer + sizeof buffer;
  do {
    *--at = signs[magnitude % base];
    magnitude /= base;
  } while (magnitude != 0);
  return std::string(at, buffer + sizeof buffer);
}

void append_character(std::string& out, std::int64_t code_point) {
  if (code_point < 0 || code_point > 0x10ffff) throw OverflowError("%c arg not in range(0x110000)");
  utf8::append(out, static_cast<char32_t>(code_point));
}

void append_ascii(std::string& out, const Value& value) {
  const std::string repr = value.repr();
  for (std::size_t at = 0; at < repr.size();) {
    const char32_t c = utf8::decode(repr, at);
    const auto number = static_cast<unsigned>(c);
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x100) {
      out += fmt::format("\\x{:02x}", number);
    } else if (c < 0x10000) {
      out += fmt::format("\\u{:04x}", number);
    } else {
      out += fmt::format("\\U{:08x}", number);
    }
  }
}

}  // namespace retort::detail
