// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/literal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

#include "retort/base/utf8.h"
#include "retort/value/error.h"
#include "retort/value/operators.h"

namespace retort::jinja::detail {

namespace {

constexpr int kMaxDepth = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
int digit_of(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

/// One string or bytes literal behind its prefix.
class StringReader {
 public:
  StringReader(std::string_view text, std::size_t& at, bool raw, bool bytes)
      : text_(text), at_(at), raw_(raw), bytes_(bytes) {}
  bool read(std::string& out);

 private:
  bool read_escape(std::string& out);
  bool read_code(std::size_t digits, std::string& out);
  void put(std::uint32_t code, std::string& out) {
    if (bytes_) {
      out += static_cast<char>(code);
    } else {
      utf8::append(out, code);
    }
  }

  std::string_view text_;
  std::size_t& at_;
  bool raw_;
  bool bytes_;
};

bool StringReader::read(std::string& out) {
  const char quote = text_[at_];
  const bool triple = text_.substr(at_, 3) == std::string(3, quote);
  const std::string end(triple ? 3 : 1, quote);
  at_ += end.size();
  while (at_ < text_.size()) {
    if (text_.substr(at_, end.size()) == end) {
      at_ += end.size();
      return true;
    }
    const char c = text_[at_];
    if ((c == '\n' && !triple) || (bytes_ && static_cast<unsigned char>(c) >= 0x80) || c == '\0')
      return false;
    if (c != '\\') {
      out += c;
      ++at_;
    } else if (raw_) {
      out += text_.substr(at_, 2);
      at_ += 2;
    } else if (!read_escape(out)) {
      return false;
    }
  }
  return false;
}

bool StringReader::read_escape(std::string& out) {
  if (at_ + 1 >= text_.size()) return false;
  const char c = text_[at_ + 1];
  at_ += 2;
  constexpr std::string_view kNames = "abfnrtv\\'\"", kValues = "\a\b\f\n\r\t\v\\'\"";
  if (const std::size_t simple = kNames.find(c); simple != kNames.npos) {
    out += kValues[simple];
  } else if (c == '\n') {
    return true;  // the line goes on
  } else if (c >= '0' && c <= '7') {
    std::uint32_t code = static_cast<std::uint32_t>(c - '0');
    for (int i = 0; i < 2 && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '7'; ++i)
      code = code * 8 + static_cast<std::uint32_t>(text_[at_++] - '0');
    if (bytes_ && code > 0xff) code &= 0xff;
    put(code, out);
  } else if (c == 'x') {
    return read_code(2, out);
  } else if (!bytes_ && (c == 'u' || c == 'U')) {
    return read_code(c == 'u' ? 4 : 8, out);
  } else if (!bytes_ && c == 'N') {
    return false;
  } else {  // no escape: both stay
    out += '\\';
    out += c;
  }
  return true;
}

bool StringReader::read_code(std::size_t digits, std::string& out) {
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < digits; ++i, ++at_) {
    if (at_ >= text_.size() || digit_of(text_[at_]) > 15) return false;
    code = code * 16 + static_cast<std::uint32_t>(digit_of(text_[at_]));
  }
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
  put(code, out);
  return true;
}

class LiteralReader {
 public:
  explicit LiteralReader(std::string_view text) : text_(text) {}
  bool read(Value& out);

 private:
  void skip();
  bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c);
  bool value(Value& out);
  bool items(char end, Value& out, bool& comma);
  bool parentheses(Value& out);
  bool dict(Value& out);
  bool sign(Value& out);
  bool number(Value& out);
  bool whole(std::string_view word, Value& out) const;
  bool real(std::string_view word, Value& out) const;
  bool strings(Value& out);
  bool word(Value& out);

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int brackets_ = 0;  // inside of them a line may end
};

void LiteralReader::skip() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == ' ' || c == '\t' || c == '\f' || (brackets_ && (c == '\n' || c == '\r'))) {
      ++at_;
    } else if (text_.substr(at_, 2) == "\\\n") {
      at_ += 2;
    } else {
      return;
    }
  }
}

bool LiteralReader::take(char c) {
  skip();
  if (!at(c)) return false;
  ++at_;
  return true;
}

bool LiteralReader::read(Value& out) {
  while (at('\n')) ++at_;
  if (at(' ') || at('\t')) return false;  // Python: unexpected indent
  if (!value(out)) return false;
  if (skip(), at(',')) {
    Value list = Value::list({out});
    while (take(',')) {
      skip();
      if (at_ == text_.size() || at('\n')) break;
      Value item;
      if (!value(item)) return false;
      list.push_back(std::move(item));
    }
    out = Value::tuple(list.items());
  }
  while (skip(), at('\n')) ++at_;
  return at_ == text_.size();
}

bool LiteralReader::value(Value& out) {
  skip();
  if (at_ == text_.size() || depth_ >= kMaxDepth) return false;
  ++depth_;
  bool good = false;
  bool comma = false;
  const char c = text_[at_];
  if (c == '(') {
    good = parentheses(out);
  } else if (c == '[') {
    good = items(']', out, comma);
  } else if (c == '{') {
    good = dict(out);
  } else if (c == '-' || c == '+') {
    good = sign(out);
  } else if (is_digit(c) || c == '.') {
    good = number(out);
  } else if (c == '"' || c == '\'') {
    good = strings(out);
  } else {
    good = word(out);
  }
  --depth_;
  return good;
}

bool LiteralReader::items(char end, Value& out, bool& comma) {
  ++at_;
  ++brackets_;
  out = Value::list();
  while (!take(end)) {
    if (!out.empty() && !comma) return false;
    Value item;
    if (!value(item)) return false;
    out.push_back(std::move(item));
    comma = take(',');
  }
  --brackets_;
  return true;
}

bool LiteralReader::parentheses(Value& out) {
  Value list;
  bool comma = false;
  if (!items(')', list, comma)) return false;
  out = list.size() == 1 && !comma ? Value(list[0]) : Value::tuple(list.items());
  return true;
}

bool LiteralReader::dict(Value& out) {
  ++at_;
  ++brackets_;
  out = Value::dict();
  bool comma = true;
  while (!take('}')) {
    Value key, item;
    if (!comma || !value(key) || !take(':') || !value(item)) return false;
    out.set(key, std::move(item));
    comma = take(',');
  }
  --brackets_;
  return true;
}

// Of a number alone, once: --1 is none.
bool LiteralReader::sign(Value& out) {
  const bool negative = text_[at_++] == '-';
  skip();
  if (at_ == text_.size() || (!is_digit(text_[at_]) && text_[at_] != '.')) {
    if (!at('(') || !parentheses(out) || !out.is_number()) return false;
  } else if (!number(out)) {
    return false;
  }
  if (negative) out = ops::negative(out);
  return true;
}

bool LiteralReader::number(Value& out) {
  const std::size_t begin = at_;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    const char before = at_ > begin ? text_[at_ - 1] : ' ';
    const bool hexadecimal = text_.size() > begin + 1 && (text_[begin + 1] == 'x' || text_[begin + 1] == 'X');
    const bool exponent_sign = (c == '+' || c == '-') && (before == 'e' || before == 'E') && !hexadecimal;
    if (!is_word(c) && c != '.' && !exponent_sign) break;
    ++at_;
  }
  std::string word;
  for (std::size_t i = begin; i < at_; ++i) {
    if (text_[i] != '_') {
      word += text_[i];
    } else if (i == begin || i + 1 == at_ || digit_of(text_[i + 1]) > 15 || text_[i - 1] == '_' ||
               text_[i - 1] == '.') {
      return false;
    }
  }
  return whole(word, out) || real(word, out);
}

bool LiteralReader::whole(std::string_view word, Value& out) const {
  int base = 10;
  if (word.size() > 2 && word[0] == '0') {
    const char kind = word[1];
    base = kind == 'x' || kind == 'X'   ? 16
           : kind == 'o' || kind == 'O' ? 8
           : kind == 'b' || kind == 'B' ? 2
                                        : 10;
    if (base != 10) word.remove_prefix(2);
  }
  if (base == 10 && word[0] == '0' && word.find_first_not_of('0') != word.npos) return false;  // 017
  std::int64_t number = 0;
  if (word.front() == '-') return false;
  const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), number, base);
  if (failed != std::errc() || end != word.data() + word.size()) return false;
  out = number;
  return true;
}

bool LiteralReader::real(std::string_view word, Value& out) const {
  if (word.find_first_not_of("0123456789.eE+-") != word.npos) return false;
  if (word.find_first_of(".eE") == word.npos) return false;
  if (word.find_first_of("0123456789") == word.npos || word[0] == 'e' || word[0] == 'E') return false;
  double number = 0;
  const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (end != word.data() + word.size()) return false;
  if (failed == std::errc::result_out_of_range) {
    const std::size_t exponent = word.find_first_of("eE");
    number = exponent != word.npos && word.find('-', exponent) != word.npos ? 0.0 : HUGE_VAL;
  } else if (failed != std::errc()) {
    return false;
  }
  out = number;
  return true;
}

// Neighbours are one.
bool LiteralReader::strings(Value& out) {
  std::string text;
  std::optional<bool> all_bytes;
  for (;;) {
    skip();
    std::size_t quote = at_;
    while (quote < text_.size() && quote < at_ + 2 && is_word(text_[quote])) ++quote;
    if (quote >= text_.size() || (text_[quote] != '"' && text_[quote] != '\'')) break;
    bool raw = false, bytes = false, unicode = false;
    for (const char c : text_.substr(at_, quote - at_)) {
      bool& seen = c == 'r' || c == 'R' ? raw : c == 'b' || c == 'B' ? bytes : unicode;
      if (seen || (&seen == &unicode && c != 'u' && c != 'U')) return false;
      seen = true;
    }
    if ((unicode && (raw || bytes)) || (all_bytes && *all_bytes != bytes)) return false;
    all_bytes = bytes;
    at_ = quote;
    if (!StringReader(text_, at_, raw, bytes).read(text)) return false;
  }
  if (!all_bytes) return false;
  out = *all_bytes ? Value::bytes(text) : Value(text);
  return true;
}

bool LiteralReader::word(Value& out) {
  std::size_t end = at_;
  while (end < text_.size() && is_word(text_[end])) ++end;
  if (end < text_.size() && (text_[end] == '"' || text_[end] == '\'')) return strings(out);
  const std::string_view name = text_.substr(at_, end - at_);
  if (name == "None") {
    out = nullptr;
  } else if (name == "True" || name == "False") {
    out = name == "True";
  } else {
    return false;
  }
  at_ = end;
  return true;
}

}  // namespace

bool read_literal(std::string_view text, Value& out) {
  if (!utf8::valid(text)) return false;
  try {
    return LiteralReader(text).read(out);
  } catch (const EvaluationError&) {
    return false;  // a dict with a key that has no hash
  }
}

}  // namespace retort::jinja::detail
