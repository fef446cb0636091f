// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/python_number.h"

#include <charconv>
#include <limits>
#include <string>

#include "retort/base/decimal.h"
#include "retort/base/text.h"

namespace retort::wtf::detail {
namespace {

constexpr std::string_view kSpace = " \t\n\r\v\f";

std::string_view stripped(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// Without white space around it and underscores between its digits; nothing where an underscore is
/// elsewhere.
std::optional<std::string> plain(std::string_view text) {
  text = stripped(text);
  if (text.empty()) return {};
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
    } else if (i == 0 || i + 1 == text.size() || !text::is_digit(text[i - 1]) ||
               !text::is_digit(text[i + 1])) {
      return {};
    }
  }
  return out;
}

/// std::from_chars knows no plus.
std::string_view without_plus(std::string_view number) {
  if (number.size() > 1 && number[0] == '+' && number[1] != '-') number.remove_prefix(1);
  return number;
}

template <class T>
std::optional<T> read(std::string_view number) {
  T out{};
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), out);
  if (error != std::errc() || end != number.data() + number.size()) return {};
  return out;
}

}  // namespace

std::optional<std::int64_t> python_int(std::string_view text) {
  const std::optional<std::string> number = plain(text);
  if (!number) return {};
  return read<std::int64_t>(without_plus(*number));
}

std::optional<double> python_float(std::string_view text) {
  const std::optional<std::string> number = plain(text);
  if (!number) return {};
  const std::string_view digits = without_plus(*number);
  if (digits.find_first_of("xX(") != std::string_view::npos) return {};  // "nan(1)"
  double out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (end != digits.data() + digits.size()) return {};
  if (error == std::errc()) return out;
  if (error != std::errc::result_out_of_range) return {};
  // Too large or too small: which, its exponent says, or where its point is.
  const std::size_t exponent = digits.find_first_of("eE");
  const bool tiny = exponent != std::string_view::npos ? digits[exponent + 1] == '-'
                                                       : digits.find_first_of("123456789") > digits.find('.');
  const double size = tiny ? 0.0 : std::numeric_limits<double>::infinity();
  return digits[0] == '-' ? -size : size;
}

std::optional<Decimal> python_decimal(std::string_view text) {
  std::string number(stripped(text));
  std::erase(number, '_');  // wherever they are
  Decimal out;
  if (!Decimal::parse(number, out)) return {};
  return out;
}

}  // namespace retort::wtf::detail
