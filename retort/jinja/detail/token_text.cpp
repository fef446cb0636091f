// SPDX-License-Identifier: BSD-3-Clause
// Newlines, string escapes, and the descriptions of tokens.
#include <algorithm>
#include <string>

#include "retort/base/utf8.h"
#include "retort/jinja/detail/lexer.h"
#include "retort/jinja/detail/lexer_text.h"

namespace retort::jinja {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The character that an escape of one letter stands for; 0 when it is none.
char simple_escape(char letter) {
  switch (letter) {
    case '\\':
    case '\'':
    case '"':
      return letter;
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return 0;
  }
}

class Unescaper {
 public:
  explicit Unescaper(std::string_view text) : text_(text) { out_.reserve(text.size()); }

  // Null, or what is wrong.
  const char* run();
  const std::string& out() const { return out_; }

 private:
  const char* escape();
  const char* hex(int digits, const char* truncated);
  const char* named();
  void octal();
  void unknown();

  std::string_view text_;
  std::size_t at_ = 0;  // behind the backslash
  std::string out_;
};

const char* Unescaper::run() {
  while (at_ < text_.size()) {
    const std::size_t backslash = std::min(text_.find('\\', at_), text_.size());
    out_.append(text_.substr(at_, backslash - at_));
    at_ = backslash + 1;
    if (at_ >= text_.size()) break;
    if (const char* message = escape()) return message;
  }
  return nullptr;
}

const char* Unescaper::escape() {
  const char letter = text_[at_];
  if (const char c = simple_escape(letter)) {
    out_ += c;
    ++at_;
    return nullptr;
  }
  switch (letter) {
    case '\n':
      ++at_;
      return nullptr;
    case 'x':
      return hex(2, "truncated \\xXX escape");
    case 'u':
      return hex(4, "truncated \\uXXXX escape");
    case 'U':
      return hex(8, "truncated \\UXXXXXXXX escape");
    case 'N':
      return named();
    default:
      break;
  }
  if (letter >= '0' && letter <= '7') {
    octal();
  } else {
    unknown();
  }
  return nullptr;
}

const char* Unescaper::hex(int digits, const char* truncated) {
  std::uint32_t code = 0;
  ++at_;
  for (int i = 0; i < digits; ++i, ++at_) {
    const int value = at_ < text_.size() ? hex_value(text_[at_]) : -1;
    if (value < 0) return truncated;
    code = code * 16 + static_cast<std::uint32_t>(value);
  }
  if (code > 0x10ffff) return "illegal Unicode character";
  if (code >= 0xd800 && code < 0xe000) return "surrogates not allowed";
  utf8::append(out_, code);
  return nullptr;
}

const char* Unescaper::named() {
  const std::size_t brace = at_ + 1;
  if (brace >= text_.size() || text_[brace] != '{') return "malformed \\N character escape";
  const std::size_t close = text_.find('}', brace);
  if (close == std::string_view::npos || close == brace + 1) return "malformed \\N character escape";
  return "unknown Unicode character name";
}

void Unescaper::octal() {
  std::uint32_t code = 0;
  for (int i = 0; i < 3 && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '7'; ++i, ++at_) {
    code = code * 8 + static_cast<std::uint32_t>(text_[at_] - '0');
  }
  utf8::append(out_, code);
}

// The backslash stays. Python sees what is not ASCII as an escape of its own, whose backslash
// this one escapes: "\é" is the text "\xe9".
void Unescaper::unknown() {
  out_ += '\\';
  if (static_cast<unsigned char>(text_[at_]) < 0x80) {
    out_ += text_[at_++];
    return;
  }
  constexpr char kHex[] = "0123456789abcdef";
  const char32_t c = utf8::decode(text_, at_);
  const int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
  out_ += digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out_ += kHex[(c >> shift) & 0xf];
}

}  // namespace

std::string_view unescape(std::string_view text, Arena& arena, const char*& message) {
  message = nullptr;
  if (text.find('\\') == std::string_view::npos) return text;
  Unescaper unescaper(text);
  message = unescaper.run();
  return message ? std::string_view() : arena.copy(unescaper.out());
}

std::string_view with_newlines(std::string_view text, std::string_view newline, Arena& arena) {
  if (newline == "\n") return text;
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  if (lines == 0) return text;
  const std::size_t size = text.size() + lines * (newline.size() - 1);
  char* const out = arena.text(size);
  char* to = out;
  for (const char c : text) {
    if (c == '\n') {
      to = std::copy(newline.begin(), newline.end(), to);
    } else {
      *to++ = c;
    }
  }
  return {out, size};
}

std::string_view normalize_newlines(std::string_view source, const Syntax& syntax, Arena& arena) {
  char* const out = arena.text(source.size());
  std::size_t size = 0;
  if (source.find('\r') == std::string_view::npos) {
    std::copy(source.begin(), source.end(), out);
    size = source.size();
  } else {
    for (std::size_t i = 0; i < source.size(); ++i) {
      const bool cr = source[i] == '\r';
      out[size++] = cr ? '\n' : source[i];
      if (cr && i + 1 < source.size() && source[i + 1] == '\n') ++i;
    }
  }
  if (!syntax.keep_trailing_newline && size > 0 && out[size - 1] == '\n') --size;
  return {out, size};
}

std::string_view describe_token_type(TokenType type) {
  constexpr std::string_view kNames[] = {"+",
                                         "=",
                                         ":",
                                         ",",
                                         "/",
                                         ".",
                                         "==",
                                         "//",
                                         ">",
                                         ">=",
                                         "{",
                                         "[",
                                         "(",
                                         "<",
                                         "<=",
                                         "%",
                                         "*",
                                         "!=",
                                         "|",
                                         "**",
                                         "}",
                                         "]",
                                         ")",
                                         ";",
                                         "-",
                                         "~",
                                         "float",
                                         "integer",
                                         "name",
                                         "string",
                                         "begin of statement block",
                                         "end of statement block",
                                         "begin of print statement",
                                         "end of print statement",
                                         "template data / text",
                                         "end of template",
                                         "error"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(TokenType::error) + 1);
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view describe_token(const Token& token) {
  return token.type == TokenType::name ? token.text : describe_token_type(token.type);
}

}  // namespace retort::jinja
