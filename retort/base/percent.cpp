// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/percent.h"

#include <utility>

#include "retort/base/utf8.h"

namespace retort::percent {
namespace {

constexpr bool always_safe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_decoded(std::string& out, std::string_view text, bool plus) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += plus && text[i] == '+' ? ' ' : text[i];
    }
  }
}

}  // namespace

void append_encoded(std::string& out, std::string_view text, std::string_view safe) {
  constexpr const char* kHex = "0123456789ABCDEF";
  for (const char c : text) {
    if (always_safe(c) || safe.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

std::string encode(std::string_view text, std::string_view safe) {
  std::string out;
  append_encoded(out, text, safe);
  return out;
}

void append_decoded(std::string& out, std::string_view text) { append_decoded(out, text, false); }

std::string decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_decoded(out, text, false);
  return out;
}

std::string decode_plus(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_decoded(out, text, true);
  return out;
}

void quote_invalid(std::string& bytes) {
  if (utf8::valid(bytes)) return;
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t before = at;
    utf8::decode(bytes, at);
    const std::string_view piece = std::string_view(bytes).substr(before, at - before);
    if (utf8::valid(piece)) {
      out += piece;
    } else {
      append_encoded(out, piece, "");
    }
  }
  bytes = std::move(out);
}

}  // namespace retort::percent
