// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/lexer_text.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

#include "retort/base/utf8.h"
#include "retort/value/unicode.h"

namespace retort::jinja {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f'); }
bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

// The value of a digit (\d: of any script) at a place, and the place after it; -1 for others.
int digit_at(std::string_view text, std::size_t at, std::size_t& after) {
  if (at >= text.size()) return -1;
  after = at + 1;
  if (is_ascii(text[at])) return is_ascii_digit(text[at]) ? text[at] - '0' : -1;
  after = at;
  return unicode::digit_value(utf8::decode(text, after));
}

// Digits with single underscores among them: (\d+_)*\d+. The place itself when there are none.
std::size_t skip_digits(std::string_view text, std::size_t at) {
  std::size_t after = at;
  while (true) {
    if (digit_at(text, at, after) < 0) break;
    at = after;
    if (at < text.size() && text[at] == '_' && digit_at(text, at + 1, after) >= 0) ++at;
  }
  return at;
}

// A digit of an integer of that base, (_?[0-9a-f]); -1 when there is none.
int integer_digit(std::string_view text, std::size_t at, int base, std::size_t& after) {
  if (at < text.size() && text[at] == '_') ++at;
  if (at >= text.size()) return -1;
  const char lower = static_cast<char>(text[at] | 0x20);
  if (base == 16 && is_ascii(text[at]) && lower >= 'a' && lower <= 'f') {
    after = at + 1;
    return lower - 'a' + 10;
  }
  if (base < 10 && !is_ascii(text[at])) return -1;
  const int digit = digit_at(text, at, after);
  return digit < base ? digit : -1;
}

int base_at(std::string_view text, std::size_t at) {
  if (text[at] != '0' || at + 1 >= text.size()) return 10;
  std::size_t after = 0;
  const char letter = static_cast<char>(text[at + 1] | 0x20);
  const int base = letter == 'b' ? 2 : letter == 'o' ? 8 : letter == 'x' ? 16 : 10;
  return base != 10 && integer_digit(text, at + 2, base, after) >= 0 ? base : 10;
}

// What a float literal is that std::from_chars finds out of range: infinite, or nothing.
double beyond_range(std::string_view literal) {
  const std::size_t e = std::min(literal.find_first_of("eE"), literal.size());
  const std::size_t point = std::min(literal.find('.'), e);
  const std::size_t first = literal.find_first_of("123456789");
  // 10 to the magnitude is just above the literal without its exponent.
  std::int64_t magnitude = first < point ? static_cast<std::int64_t>(point - first)
                                         : -static_cast<std::int64_t>(first - point - 1);
  if (e < literal.size()) {
    const bool negative = literal[e + 1] == '-';
    std::int64_t exponent = 0;
    for (const char c : literal.substr(e + 1)) {
      if (is_ascii_digit(c)) exponent = std::min<std::int64_t>(exponent * 10 + (c - '0'), 1'000'000'000'000);
    }
    magnitude += negative ? -exponent : exponent;
  }
  return magnitude > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

}  // namespace

std::size_t space_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  if (is_ascii(text[at])) return is_ascii_space(text[at]) ? 1 : 0;
  std::size_t after = at;
  return unicode::is_space(utf8::decode(text, after)) ? after - at : 0;
}

bool space_ends_at(std::string_view text, std::size_t at) {
  std::size_t begin = at - 1;
  while (begin > 0 && at - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xc0u) == 0x80u) --begin;
  return begin + space_at(text, begin) == at;
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const std::size_t size = space_at(text, at);
    if (size == 0) break;
    at += size;
  }
  return at;
}

std::size_t rstrip_size(std::string_view text) {
  std::size_t size = text.size();
  while (size > 0 && space_ends_at(text, size)) {
    --size;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0u) == 0x80u) --size;
  }
  return size;
}

bool is_name_character(char32_t c) {
  return c == '_' || unicode::is_alpha(c) || unicode::is_decimal(c) || unicode::is_digit(c) ||
         unicode::is_numeric(c) || unicode::is_id_continue(c);
}

bool is_identifier(std::string_view name) {
  std::size_t at = 0;
  if (name.empty() || !unicode::is_id_start(utf8::decode(name, at))) return false;
  while (at < name.size()) {
    if (!unicode::is_id_continue(utf8::decode(name, at))) return false;
  }
  return true;
}

std::string_view first_character(std::string_view text, std::size_t at) {
  std::size_t after = at;
  utf8::decode(text, after);
  return text.substr(at, after - at);
}

std::size_t float_end(std::string_view text, std::size_t at) {
  const std::size_t whole = skip_digits(text, at);
  if (whole == at) return at;
  std::size_t end = whole;
  if (whole < text.size() && text[whole] == '.') {
    const std::size_t fraction = skip_digits(text, whole + 1);
    if (fraction > whole + 1) end = fraction;
  }
  if (end < text.size() && (text[end] | 0x20) == 'e') {
    std::size_t digits = end + 1;
    if (digits < text.size() && (text[digits] == '+' || text[digits] == '-')) ++digits;
    const std::size_t exponent = skip_digits(text, digits);
    if (exponent > digits) return exponent;
  }
  return end > whole ? end : at;
}

bool read_float(std::string_view literal, double& value) {
  std::string clean;
  if (literal.find('_') != std::string_view::npos) {
    for (const char c : literal) {
      if (c != '_') clean += c;
    }
    literal = clean;
  }
  if (!std::all_of(literal.begin(), literal.end(), is_ascii)) return false;
  const std::from_chars_result read = std::from_chars(literal.data(), literal.data() + literal.size(), value);
  if (read.ec == std::errc::result_out_of_range) value = beyond_range(literal);
  return true;
}

std::size_t read_integer(std::string_view text, std::size_t at, std::int64_t& value, bool& fits) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const int base = base_at(text, at);
  const bool zeros = base == 10 && text[at] == '0';  // 0, 00, 0_0: the literal ends before a 1
  if (base != 10) at += 2;
  value = 0;
  fits = true;
  for (bool first = true;; first = false) {
    std::size_t after = at;
    const int digit = first && base == 10 ? digit_at(text, at, after) : integer_digit(text, at, base, after);
    if (digit < 0 || (zeros && (digit > 0 || !is_ascii(text[after - 1])))) return at;
    at = after;
    if (value > (kMax - digit) / base) {
      fits = false;
    } else {
      value = value * base + digit;
    }
  }
}

std::size_t read_operator(std::string_view text, std::size_t at, TokenType& type) {
  const char next = at + 1 < text.size() ? text[at + 1] : '\0';
  const auto either = [&](char second, TokenType two, TokenType one) -> std::size_t {
    type = next == second ? two : one;
    return next == second ? 2 : 1;
  };
  const auto single = [&](TokenType one) -> std::size_t {
    type = one;
    return 1;
  };
  switch (text[at]) {
    case '+':
      return single(TokenType::add);
    case '-':
      return single(TokenType::sub);
    case '/':
      return either('/', TokenType::floordiv, TokenType::div);
    case '*':
      return either('*', TokenType::pow, TokenType::mul);
    case '%':
      return single(TokenType::mod);
    case '~':
      return single(TokenType::tilde);
    case '[':
      return single(TokenType::lbracket);
    case ']':
      return single(TokenType::rbracket);
    case '(':
      return single(TokenType::lparen);
    case ')':
      return single(TokenType::rparen);
    case '{':
      return single(TokenType::lbrace);
    case '}':
      return single(TokenType::rbrace);
    case '=':
      return either('=', TokenType::eq, TokenType::assign);
    case '>':
      return either('=', TokenType::gteq, TokenType::gt);
    case '<':
      return either('=', TokenType::lteq, TokenType::lt);
    case '.':
      return single(TokenType::dot);
    case ':':
      return single(TokenType::colon);
    case '|':
      return single(TokenType::pipe);
    case ',':
      return single(TokenType::comma);
    case ';':
      return single(TokenType::semicolon);
    case '!':
      type = TokenType::ne;
      return next == '=' ? 2 : 0;
    default:
      return 0;
  }
}

}  // namespace retort::jinja
