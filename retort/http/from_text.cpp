// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/from_text.h"

#include <charconv>
#include <limits>

#include "retort/http/field_view.h"

namespace retort::http {
namespace {

std::string_view strip(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\r\f\v";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// The digits without single underscores between them; false for any other place of one.
bool without_underscores(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
      continue;
    }
    const auto digit = [&](std::size_t k) { return k < text.size() && text[k] >= '0' && text[k] <= '9'; };
    if (i == 0 || !digit(i - 1) || !digit(i + 1)) return false;
  }
  return true;
}

template <class T>
bool parse_integer(std::string_view text, T& out) {
  text = strip(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  std::string plain;
  if (text.find('_') != std::string_view::npos) {
    if (!without_underscores(text, plain)) return false;
    text = plain;
  }
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end) return false;
  out = value;
  return true;
}

template <class T>
bool parse_real(std::string_view text, T& out) {
  text = strip(text);
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.empty() || text[0] == '+' || text[0] == '-') return false;
  std::string plain;
  if (text.find('_') != std::string_view::npos) {
    if (!without_underscores(text, plain)) return false;
    text = plain;
  }
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range && stop == end) {
    value = std::numeric_limits<T>::infinity();  // as Python reads 1e999
    const std::size_t exponent = text.find_first_of("eE");
    if (exponent + 1 < text.size() && text[exponent + 1] == '-') value = 0;
  } else if (error != std::errc() || stop != end || text.find('(') != std::string_view::npos) {
    return false;
  }
  out = negative ? -value : value;
  return true;
}

}  // namespace

bool from_text(std::string_view text, short& out) { return parse_integer(text, out); }
bool from_text(std::string_view text, unsigned short& out) { return parse_integer(text, out); }
bool from_text(std::string_view text, int& out) { return parse_integer(text, out); }
bool from_text(std::string_view text, unsigned& out) { return parse_integer(text, out); }
bool from_text(std::string_view text, long& out) { return parse_integer(text, out); }
bool from_text(std::string_view text, unsigned long& out) { return parse_integer(text, out); }
bool from_text(std::string_view text, long long& out) { return parse_integer(text, out); }
bool from_text(std::string_view text, unsigned long long& out) { return parse_integer(text, out); }
bool from_text(std::string_view text, float& out) { return parse_real(text, out); }
bool from_text(std::string_view text, double& out) { return parse_real(text, out); }

bool from_text(std::string_view text, bool& out) {
  for (const std::string_view yes : {"1", "true", "yes", "on", "y", "t"}) {
    if (iequals(text, yes)) {
      out = true;
      return true;
    }
  }
  for (const std::string_view no : {"0", "false", "no", "off", "n", "f"}) {
    if (iequals(text, no)) {
      out = false;
      return true;
    }
  }
  return false;
}

bool from_text(std::string_view text, std::string& out) {
  out = text;
  return true;
}

bool from_text(std::string_view text, std::string_view& out) {
  out = text;
  return true;
}

}  // namespace retort::http
