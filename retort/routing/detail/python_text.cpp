// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/detail/python_text.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "retort/base/text.h"

namespace retort::routing::detail {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
using text::is_digit;

std::string_view strip(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string non_finite(double value) {
  if (std::isnan(value)) return "nan";
  return value < 0 ? "-inf" : "inf";
}

// Digits with single underscores between them, appended without the underscores.
bool take_digits(std::string_view text, std::string& out) {
  bool last_digit = false;
  for (const char c : text) {
    if (is_digit(c)) {
      out += c;
    } else if (c != '_' || !last_digit) {
      return false;
    }
    last_digit = c != '_';
  }
  return last_digit;
}

}  // namespace

std::string float_repr(double value) {
  if (!std::isfinite(value)) return non_finite(value);
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string_view shortest(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = shortest.find('e');
  std::string_view mantissa = shortest.substr(0, e);
  std::string_view exponent_text = shortest.substr(e + 1);
  if (exponent_text.front() == '+') exponent_text.remove_prefix(1);
  int exponent = 0;
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  std::string sign;
  if (mantissa.front() == '-') {
    sign = "-";
    mantissa.remove_prefix(1);
  }
  if (exponent < -4 || exponent >= 16) {
    std::string result = sign + std::string(mantissa) + (exponent < 0 ? "e-" : "e+");
    const int magnitude = exponent < 0 ? -exponent : exponent;
    if (magnitude < 10) result += '0';
    return result + std::to_string(magnitude);
  }
  std::string digits;
  for (const char c : mantissa) {
    if (c != '.') digits += c;
  }
  if (exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  const std::size_t whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return sign + digits + std::string(whole - digits.size(), '0') + ".0";
  return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

std::string float_url_text(double value) {
  if (!std::isfinite(value)) return non_finite(value);
  char buffer[400];  // the largest double has 309 digits before the point
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, 6).ptr;
  std::string result(buffer, end);
  result.erase(result.find_last_not_of('0') + 1);
  return result;
}

std::optional<std::string> python_int(std::string_view text) {
  text = strip(text);
  std::string result;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    if (text.front() == '-') result = "-";
    text.remove_prefix(1);
  }
  std::string digits;
  if (!take_digits(text, digits)) return std::nullopt;
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return "0";
  return result + digits.substr(first);
}

std::optional<double> python_float(std::string_view text) {
  text = strip(text);
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const double sign = negative ? -1.0 : 1.0;
  const std::string word = text::to_lower(text);
  if (word == "inf" || word == "infinity") return sign * std::numeric_limits<double>::infinity();
  if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
  std::string plain;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '_') {
      plain += word[i];
    } else if (i == 0 || i + 1 == word.size() || !is_digit(word[i - 1]) || !is_digit(word[i + 1])) {
      return std::nullopt;
    }
  }
  if (plain.empty() || (!is_digit(plain.front()) && plain.front() != '.')) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (end != plain.data() + plain.size() || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    value = plain.find("e-") == std::string::npos ? std::numeric_limits<double>::infinity() : 0.0;
  }
  return sign * value;
}

std::optional<std::int64_t> to_int64(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

double decimal_to_double(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc::result_out_of_range) return value;
  const bool negative = text.front() == '-';
  const std::string_view whole = text.substr(0, text.find('.'));
  const bool large = whole.find_first_of("123456789") != std::string_view::npos;
  value = large ? std::numeric_limits<double>::infinity() : 0.0;
  return negative ? -value : value;
}

namespace {

struct Block {
  std::size_t a, b, size;
};

// The longest common block of a[alo,ahi) and b[blo,bhi); of equal ones the first in a,
// then in b.
Block longest_match(std::string_view a, std::string_view b, std::size_t alo, std::size_t ahi, std::size_t blo,
                    std::size_t bhi) {
  Block best{alo, blo, 0};
  std::vector<std::size_t> before(bhi - blo + 1, 0), now(bhi - blo + 1, 0);
  for (std::size_t i = alo; i < ahi; ++i) {
    for (std::size_t j = blo; j < bhi; ++j) {
      std::size_t& run = now[j - blo + 1];
      run = a[i] == b[j] ? before[j - blo] + 1 : 0;
      if (run > best.size) best = {i + 1 - run, j + 1 - run, run};
    }
    before.swap(now);
  }
  return best;
}

}  // namespace

double similarity(std::string_view a, std::string_view b) {
  if (a.empty() && b.empty()) return 1.0;
  struct Range {
    std::size_t alo, ahi, blo, bhi;
  };
  std::vector<Range> todo{{0, a.size(), 0, b.size()}};
  std::size_t matched = 0;
  while (!todo.empty()) {
    const Range r = todo.back();
    todo.pop_back();
    const Block block = longest_match(a, b, r.alo, r.ahi, r.blo, r.bhi);
    if (block.size == 0) continue;
    matched += block.size;
    if (r.alo < block.a && r.blo < block.b) todo.push_back({r.alo, block.a, r.blo, block.b});
    const std::size_t a_end = block.a + block.size, b_end = block.b + block.size;
    if (a_end < r.ahi && b_end < r.bhi) todo.push_back({a_end, r.ahi, b_end, r.bhi});
  }
  return 2.0 * static_cast<double>(matched) / static_cast<double>(a.size() + b.size());
}

}  // namespace retort::routing::detail
