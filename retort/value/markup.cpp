// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/markup.h"

#include <cstdint>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace retort {

Markup::Markup(std::string_view html) : html_(html) {}
Markup::Markup(const char* html) : html_(html) {}

Markup& Markup::operator+=(const Markup& other) {
  html_ += other.html_;
  return *this;
}

namespace {

bool is_special(char c) { return c == '&' || c == '<' || c == '>' || c == '"' || c == '\''; }

/// The first character that has to be escaped; `end` when there is none.
const char* find_special(const char* at, const char* end) {
#if defined(__SSE2__)
  // Sixteen at a time: & and ' differ from 0x26 in bit 0 alone, < and > from 0x3c in bit 1.
  const __m128i quote = _mm_set1_epi8('"'), and_quote = _mm_set1_epi8('\''), one = _mm_set1_epi8(1),
                two = _mm_set1_epi8(2), greater = _mm_set1_epi8('>');
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(block, quote),
                                       _mm_or_si128(_mm_cmpeq_epi8(_mm_or_si128(block, one), and_quote),
                                                    _mm_cmpeq_epi8(_mm_or_si128(block, two), greater)));
    const int mask = _mm_movemask_epi8(found);
    if (mask) return at + __builtin_ctz(static_cast<unsigned>(mask));
  }
#endif
  while (at != end && !is_special(*at)) ++at;
  return at;
}

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&#34;";
    default:
      return "&#39;";
  }
}

constexpr std::size_t kShort = 64;

/// Short text with something to escape: put together on the stack, appended at once.
void append_short(std::string& out, std::string_view text) {
  char buffer[kShort * 5];
  char* to = buffer;
  for (const char c : text) {
    if (!is_special(c)) {
      *to++ = c;
      continue;
    }
    const std::string_view replacement = entity(c);
    __builtin_memcpy(to, replacement.data(), 4);
    to[4] = ';';
    to += replacement.size();
  }
  out.append(buffer, static_cast<std::size_t>(to - buffer));
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (text.size() <= kShort) {
    const char* special = find_special(at, end);
    if (special == end) {
      out.append(text);
    } else {
      append_short(out, text);
    }
    return;
  }
  for (;;) {
    const char* special = find_special(at, end);
    out.append(at, static_cast<std::size_t>(special - at));
    if (special == end) return;
    out.append(entity(*special));
    at = special + 1;
  }
}

std::size_t escaped_size(std::string_view text) {
  std::size_t size = text.size();
  for (const char c : text) {
    size += 4 * static_cast<std::size_t>((c == '&') | (c == '"') | (c == '\''));
    size += 3 * static_cast<std::size_t>((c == '<') | (c == '>'));
  }
  return size;
}

Markup Markup::escape(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return Markup(std::move(out));
}

}  // namespace retort
