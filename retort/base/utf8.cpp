// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/utf8.h"

#include <cstdint>
#include <cstring>

namespace retort::utf8 {
namespace {

constexpr char32_t kReplacement = 0xfffd;

/// What may follow a leading byte: how many bytes in all, and the range of the second one
/// (Unicode, table 3-7). Length 0: no leading byte.
struct Lead {
  unsigned length;
  unsigned char low;
  unsigned char high;
};

constexpr Lead lead_of(unsigned char c) {
  if (c < 0xc2) return {0, 0, 0};
  if (c < 0xe0) return {2, 0x80, 0xbf};
  if (c == 0xe0) return {3, 0xa0, 0xbf};
  if (c == 0xed) return {3, 0x80, 0x9f};
  if (c < 0xf0) return {3, 0x80, 0xbf};
  if (c == 0xf0) return {4, 0x90, 0xbf};
  if (c < 0xf4) return {4, 0x80, 0xbf};
  if (c == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

/// Reads one code point; false (and the length of the maximal subpart) when ill-formed.
bool read(const char* data, std::size_t size, char32_t& out, std::size_t& length) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(data[i]); };
  length = 1;
  if (byte(0) < 0x80) {
    out = byte(0);
    return true;
  }
  const Lead lead = lead_of(byte(0));
  if (lead.length == 0 || size < 2 || byte(1) < lead.low || byte(1) > lead.high) return false;
  char32_t code = (byte(0) & (0x7fu >> lead.length)) << 6 | (byte(1) & 0x3fu);
  for (length = 2; length < lead.length; ++length) {
    if (length >= size || (byte(length) & 0xc0) != 0x80) return false;
    code = code << 6 | (byte(length) & 0x3fu);
  }
  out = code;
  return true;
}

}  // namespace

bool valid(std::string_view text) {
  const char* at = text.data();
  std::size_t left = text.size();
  while (left != 0) {
    std::uint64_t word;
    while (left >= sizeof word && (std::memcpy(&word, at, sizeof word), (word & 0x8080808080808080u) == 0)) {
      at += sizeof word;
      left -= sizeof word;
    }
    if (left == 0) break;
    char32_t code;
    std::size_t length;
    if (!read(at, left, code, length)) return false;
    at += length;
    left -= length;
  }
  return true;
}

char32_t decode(std::string_view text, std::size_t& position) {
  char32_t code;
  std::size_t length;
  if (!read(text.data() + position, text.size() - position, code, length)) code = kReplacement;
  position += length;
  return code;
}

void append(std::string& out, char32_t c) {
  if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) c = kReplacement;
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
}

std::size_t count(std::string_view text) {
  std::size_t n = 0;
  for (const char c : text) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return n;
}

std::string replace_invalid(std::string_view text) {
  if (valid(text)) return std::string(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) append(out, decode(text, at));
  return out;
}

}  // namespace retort::utf8
