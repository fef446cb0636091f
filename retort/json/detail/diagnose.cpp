// SPDX-License-Identifier: BSD-3-Clause
#include "retort/json/detail/diagnose.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/base/utf8.h"

namespace retort::json_detail {
namespace {

class Checker {
 public:
  Checker(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  // Each returns false once error_ is set.
  bool document() {
    if (text_.starts_with("\xef\xbb\xbf")) return fail("Unexpected UTF-8 BOM", 0);
    if (!value()) return false;
    while (!open_.empty()) {
      if (!after_value()) return false;
    }
    skip_space();
    return at_ == text_.size() || fail("Extra data", at_);
  }
  const Error& error() const { return error_; }

 private:
  bool fail(std::string_view message, std::size_t at) {
    error_ = Error{std::string(message), at};
    return false;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() {
    while (at_ < text_.size() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) ++at_;
  }

  // A value, or the beginning of a list or dict whose rest after_value() reads.
  bool value() {
    for (;;) {
      skip_space();
      const char c = peek();
      if (c == '"') return string();
      if (c == '-' || text::is_digit(c)) return number();
      if (c != '[' && c != '{') return word();
      if (open_.size() >= max_depth_) return fail(fmt::format("nested deeper than {}", max_depth_), at_);
      open_.push_back(c);
      ++at_;
      skip_space();
      if (peek() == (c == '[' ? ']' : '}')) return close();
      if (c == '{' && !name()) return false;
    }
  }

  bool close() {
    open_.pop_back();
    ++at_;
    return true;
  }

  bool after_value() {
    skip_space();
    const bool list = open_.back() == '[';
    if (peek() == (list ? ']' : '}')) return close();
    if (peek() != ',') return fail("Expecting ',' delimiter", at_);
    const std::size_t comma = at_++;
    skip_space();
    if (peek() == (list ? ']' : '}')) return fail("Illegal trailing comma before end of container", comma);
    return (list || name()) && value();
  }

  bool name() {
    skip_space();
    if (peek() != '"') return fail("Expecting property name enclosed in double quotes", at_);
    if (!string()) return false;
    skip_space();
    if (peek() != ':') return fail("Expecting ':' delimiter", at_);
    ++at_;
    return true;
  }

  bool word() {
    for (const std::string_view known : {"true", "false", "null"}) {
      if (!text_.substr(at_).starts_with(known)) continue;
      at_ += known.size();
      return true;
    }
    return fail("Expecting value", at_);
  }

  bool string() {
    const std::size_t start = at_++;
    for (;;) {
      if (at_ >= text_.size()) return fail("Unterminated string starting at", start);
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') return ++at_, true;
      if (c < 0x20) return fail("Invalid control character at", at_);
      if (c == '\\') {
        if (!escape(start)) return false;
      } else if (c < 0x80) {
        ++at_;
      } else {
        const std::size_t before = at_;
        utf8::decode(text_, at_);
        if (!utf8::valid(text_.substr(before, at_ - before))) return fail("ill-formed UTF-8", before);
      }
    }
  }

  bool escape(std::size_t string_start) {
    const std::size_t start = at_++;
    if (at_ >= text_.size()) return fail("Unterminated string starting at", string_start);
    if (std::string_view("\"\\/bfnrt").find(peek()) != std::string_view::npos) return ++at_, true;
    if (peek() != 'u') return fail("Invalid \\escape", start);
    const auto first = code_unit(start);
    if (!first) return fail("Invalid \\uXXXX escape", start);
    if (*first < 0xd800 || *first > 0xdfff) return true;
    const auto second = code_unit(at_);
    if (*first > 0xdbff || !second || *second < 0xdc00 || *second > 0xdfff)
      return fail("a surrogate without its other half", start);
    return true;
  }

  // The XXXX of the \uXXXX at `at`, which at_ then is behind.
  std::optional<unsigned> code_unit(std::size_t at) {
    if (at + 6 > text_.size() || text_[at] != '\\' || text_[at + 1] != 'u') return std::nullopt;
    unsigned unit = 0;
    const char* digits = text_.data() + at + 2;
    if (std::from_chars(digits, digits + 4, unit, 16).ptr != digits + 4) return std::nullopt;
    at_ = at + 6;
    return unit;
  }

  void digits() {
    while (text::is_digit(peek())) ++at_;
  }

  bool number() {
    const std::size_t start = at_;
    if (peek() == '-') ++at_;
    if (!text::is_digit(peek())) return fail("Expecting value", start);
    if (peek() == '0') {
      ++at_;
    } else {
      digits();
    }
    bool whole = true;
    if (peek() == '.') {
      if (at_ + 1 >= text_.size() || !text::is_digit(text_[at_ + 1])) return extra_after_number();
      ++at_;
      digits();
      whole = false;
    }
    if (peek() == 'e' || peek() == 'E') {
      std::size_t digit = at_ + 1;
      if (digit < text_.size() && (text_[digit] == '+' || text_[digit] == '-')) ++digit;
      if (digit >= text_.size() || !text::is_digit(text_[digit])) return extra_after_number();
      at_ = digit;
      digits();
      whole = false;
    }
    return whole ? integer(start) : real(start);
  }

  // As Python's reader, which takes the number before and then finds no delimiter.
  bool extra_after_number() { return fail(open_.empty() ? "Extra data" : "Expecting ',' delimiter", at_); }

  bool integer(std::size_t start) {
    std::int64_t out = 0;
    const auto result = std::from_chars(text_.data() + start, text_.data() + at_, out);
    return result.ec == std::errc() || fail("an integer does not fit 64 bits", start);
  }

  // What is too small is zero; only what is too large is an error.
  bool real(std::size_t start) {
    double out = 0;
    const std::string_view digits = text_.substr(start, at_ - start);
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (result.ec == std::errc()) return true;
    const std::size_t e = digits.find_first_of("eE");
    const bool tiny = e == std::string_view::npos ? digits.find_first_of("123456789") > digits.find('.')
                                                  : digits[e + 1] == '-';
    return tiny || fail("a number is too large", start);
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  std::vector<char> open_;  // the brackets that are open
  Error error_;
};

}  // namespace

Error diagnose(std::string_view text, std::size_t max_depth, std::string_view otherwise) {
  Checker checker(text, max_depth);
  if (checker.document()) return Error{std::string(otherwise)};
  return checker.error();
}

}  // namespace retort::json_detail
