// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/text.h"

#include "retort/base/utf8.h"

namespace retort::text {

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

std::string to_upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = upper(c);
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

namespace {

void append_hex(std::string& out, unsigned byte) {
  static constexpr char kHex[] = "0123456789abcdef";
  const char escape[] = {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
  out.append(escape, sizeof escape);
}

/// What begins with the byte at `at`, which moves past it: C1 control characters, as of a
/// terminal, and what is no UTF-8 as \x9b, all else as it is.
void append_beyond_ascii(std::string& out, std::string_view text, std::size_t& at) {
  const std::size_t start = at;
  const char32_t c = utf8::decode(text, at);
  const std::string_view bytes = text.substr(start, at - start);
  if (c >= 0x80 && c < 0xa0) {
    append_hex(out, static_cast<unsigned>(c));
  } else if (c == 0xfffd && bytes != "\xef\xbf\xbd") {
    for (const char byte : bytes) append_hex(out, static_cast<unsigned char>(byte));
  } else {
    out += bytes;
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, char quote, bool ascii) {
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x7f && !ascii) {
      append_beyond_ascii(out, text, at);
      continue;
    }
    ++at;
    if (quote != '\0' && (c == quote || c == '\\')) {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte >= 0x7f) {
      append_hex(out, byte);
    } else {
      out += c;
    }
  }
}

char repr_quote(std::string_view text) {
  return text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
}

std::string repr(std::string_view text) {
  const char quote = repr_quote(text);
  std::string out(1, quote);
  append_escaped(out, text, quote);
  return out += quote;
}

}  // namespace retort::text
