// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/detail/html_unescape.h"

#include <cstdint>

#include "retort/base/utf8.h"
#include "retort/value/detail/text_search.h"
#include "retort/value/unicode.h"

namespace retort::detail {
namespace {

constexpr std::size_t kLongestName = 32;  // code points

// What numbers from 0x80 to 0x9f mean: Windows-1252 (HTML, "numeric character reference end
// state").
constexpr char16_t kWindows1252[] = {
    0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
    0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
};

/// Code points that a reference may not name: it stands for nothing.
bool is_dropped(std::uint32_t code) {
  if (code < 0x20) return code != '\t' && code != '\n' && code != '\f' && code != '\r';
  return (code >= 0x7f && code < 0xa0) || (code >= 0xfdd0 && code < 0xfdf0) || (code & 0xfffe) == 0xfffe;
}

void append_number(std::string& out, std::uint32_t code) {
  if (code >= 0x80 && code <= 0x9f) {
    utf8::append(out, kWindows1252[code - 0x80]);
  } else if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
    utf8::append(out, 0xfffd);
  } else if (!is_dropped(code)) {
    utf8::append(out, code);
  }
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// A reference by number behind "&#"; 0 when it is none, else the bytes it takes.
std::size_t read_number(std::string_view rest, std::string& out) {
  const bool hex = !rest.empty() && (rest[0] == 'x' || rest[0] == 'X');
  std::size_t at = hex ? 1 : 0;
  const std::size_t digits = at;
  std::uint32_t code = 0;
  for (; at < rest.size(); ++at) {
    const int digit = hex_value(rest[at]);
    if (digit < 0 || (!hex && digit > 9)) break;
    if (code <= 0x10ffff) code = code * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit);
  }
  if (at == digits) return 0;
  append_number(out, code);
  return at < rest.size() && rest[at] == ';' ? at + 1 : at;
}

bool ends_name(char c) {
  return c == '\t' || c == '\n' || c == '\f' || c == ' ' || c == '<' || c == '&' || c == '#' || c == ';';
}

/// A reference by name behind "&", or the longest beginning of it that is one: old names
/// need no semicolon. Appends the text as it is when there is none.
std::size_t read_name(std::string_view rest, std::string& out) {
  std::size_t end = 0;
  for (std::size_t n = 0; n < kLongestName && end < rest.size() && !ends_name(rest[end]); ++n)
    end = after_code_point(rest, end);
  if (end == 0) return 0;
  if (end < rest.size() && rest[end] == ';') ++end;
  const std::string_view name = rest.substr(0, end);
  if (const char* const text = find_entity(name)) {
    out += text;
    return end;
  }
  for (std::size_t size = end < kLongestName ? end - 1 : kLongestName; size > 1; --size) {
    if (const char* const text = find_entity(name.substr(0, size))) {
      out += text;
      out += name.substr(size);
      return end;
    }
  }
  out += '&';
  out += name;
  return end;
}

/// Comments first, and apart from tags: a comment may hold a tag. What a comment leaves on
/// both sides may form another one's start, so that the end of what is kept is put back in
/// front of what is left; each comment is longer than that.
std::string without_comments(std::string_view html) {
  constexpr std::string_view kStart = "<!--";
  std::string text(html);
  std::size_t kept = 0;  // text[0, kept) is done; text[at, size) is left
  std::size_t at = 0;
  for (;;) {
    const std::size_t start = find_first(text, kStart, at);
    const std::size_t end = start == kNotFound ? kNotFound : find_first(text, "-->", start);
    const std::size_t stop = end == kNotFound ? text.size() : start;
    std::char_traits<char>::move(text.data() + kept, text.data() + at, stop - at);
    kept += stop - at;
    if (end == kNotFound) break;
    at = end + 3;
    for (std::size_t n = 0; n + 1 < kStart.size() && kept > 0; ++n) text[--at] = text[--kept];
  }
  text.resize(kept);
  return text;
}

std::string without_tags(std::string_view html) {
  std::string out;
  for (std::size_t at = 0;;) {
    const std::size_t start = html.find('<', at);
    const std::size_t end = start == kNotFound ? kNotFound : html.find('>', start);
    if (end == kNotFound) {
      out += html.substr(at);
      return out;
    }
    out += html.substr(at, start - at);
    at = end + 1;
  }
}

/// " ".join(text.split())
std::string with_single_spaces(std::string_view text) {
  std::string out;
  bool gap = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    if (unicode::is_space(utf8::decode(text, at))) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    out += text.substr(start, at - start);
  }
  return out;
}

}  // namespace

std::string unescape_html(std::string_view html) {
  std::string out;
  out.reserve(html.size());
  for (std::size_t at = 0;;) {
    const std::size_t start = html.find('&', at);
    out += html.substr(at, start - at);
    if (start == kNotFound) return out;
    const std::string_view rest = html.substr(start + 1);
    const bool number = !rest.empty() && rest[0] == '#';
    std::size_t taken = number ? read_number(rest.substr(1), out) : read_name(rest, out);
    if (taken == 0) {
      out += '&';
    } else if (number) {
      ++taken;
    }
    at = start + 1 + taken;
  }
}

std::string strip_tags(std::string_view html) {
  return unescape_html(with_single_spaces(without_tags(without_comments(html))));
}

}  // namespace retort::detail
