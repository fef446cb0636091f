// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/detail/codecs.h"

#include <fmt/format.h>

#include "retort/base/utf8.h"

namespace retort::detail {
namespace {

enum class Codec { utf8, ascii, latin1 };
enum class Errors { strict, ignore, replace, references };

Codec codec_of(std::string_view name) {
  std::string plain;  // as Python normalises: case, '-' and '_' do not matter
  for (const char c : name) {
    if (c == '-' || c == '_' || c == ' ') continue;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  if (plain == "utf8" || plain == "u8" || plain == "utf") return Codec::utf8;
  if (plain == "ascii" || plain == "usascii" || plain == "646") return Codec::ascii;
  if (plain == "latin1" || plain == "iso88591" || plain == "latin" || plain == "l1") return Codec::latin1;
  throw LookupError(fmt::format("unknown encoding: {}", name));
}

Errors errors_of(std::string_view name) {
  if (name == "strict") return Errors::strict;
  if (name == "ignore") return Errors::ignore;
  if (name == "replace") return Errors::replace;
  if (name == "xmlcharrefreplace") return Errors::references;
  throw LookupError(fmt::format("unknown error handler name '{}'", name));
}

std::string quoted(char32_t c) {
  if (c < 0x100) return fmt::format("'\\x{:02x}'", static_cast<unsigned>(c));
  if (c < 0x10000) return fmt::format("'\\u{:04x}'", static_cast<unsigned>(c));
  return fmt::format("'\\U{:08x}'", static_cast<unsigned>(c));
}

[[noreturn]] void throw_encode(std::string_view text, std::size_t at, char32_t limit) {
  const char* const codec = limit == 0x80 ? "ascii" : "latin-1";
  const std::size_t position = utf8::count(text.substr(0, at));
  const char32_t first = utf8::decode(text, at);
  std::size_t bad = 1;
  while (at < text.size() && utf8::decode(text, at) >= limit) ++bad;
  const std::string what = bad == 1
                               ? fmt::format("character {} in position {}", quoted(first), position)
                               : fmt::format("characters in position {}-{}", position, position + bad - 1);
  throw UnicodeEncodeError(fmt::format("'{}' codec can't encode {}: ordinal not in range({})", codec, what,
                                       static_cast<unsigned>(limit)));
}

[[noreturn]] void throw_decode(std::string_view bytes, std::size_t at, std::size_t size,
                               std::string_view codec, std::string_view why) {
  const std::string what =
      size == 1 ? fmt::format("byte 0x{:02x} in position {}", static_cast<unsigned char>(bytes[at]), at)
                : fmt::format("bytes in position {}-{}", at, at + size - 1);
  throw UnicodeDecodeError(fmt::format("'{}' codec can't decode {}: {}", codec, what, why));
}

bool starts_code_point(unsigned char c) { return c >= 0xc2 && c <= 0xf4; }

std::size_t length_by_lead(unsigned char c) { return c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4; }

std::string decode_utf8(std::string_view bytes, Errors errors) {
  if (utf8::valid(bytes)) return std::string(bytes);
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t start = at;
    const char32_t c = utf8::decode(bytes, at);
    const std::string_view part = bytes.substr(start, at - start);
    if (c != 0xfffd || part == "\xef\xbf\xbd") {
      out += part;
    } else if (errors == Errors::strict) {
      const auto lead = static_cast<unsigned char>(part[0]);
      if (!starts_code_point(lead)) throw_decode(bytes, start, 1, "utf-8", "invalid start byte");
      const bool cut = at == bytes.size() && part.size() < length_by_lead(lead);
      throw_decode(bytes, start, part.size(), "utf-8",
                   cut ? "unexpected end of data" : "invalid continuation byte");
    } else if (errors == Errors::replace) {
      utf8::append(out, 0xfffd);
    }
  }
  return out;
}

}  // namespace

std::string encode(std::string_view text, std::string_view encoding, std::string_view errors) {
  const Codec codec = codec_of(encoding);
  if (codec == Codec::utf8) return std::string(text);
  const char32_t limit = codec == Codec::ascii ? 0x80 : 0x100;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = utf8::decode(text, at);
    if (c < limit) {
      out += static_cast<char>(c);
      continue;
    }
    const Errors how = errors_of(errors);
    if (how == Errors::strict) throw_encode(text, start, limit);
    if (how == Errors::replace) out += '?';
    if (how == Errors::references) out += fmt::format("&#{};", static_cast<unsigned>(c));
  }
  return out;
}

std::string decode(std::string_view bytes, std::string_view encoding, std::string_view errors) {
  const Codec codec = codec_of(encoding);
  if (codec == Codec::utf8)
    return decode_utf8(bytes, utf8::valid(bytes) ? Errors::strict : errors_of(errors));
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto c = static_cast<unsigned char>(bytes[at]);
    if (c < 0x80 || codec == Codec::latin1) {
      utf8::append(out, c);
      continue;
    }
    const Errors how = errors_of(errors);
    if (how == Errors::strict) throw_decode(bytes, at, 1, "ascii", "ordinal not in range(128)");
    if (how == Errors::replace) utf8::append(out, 0xfffd);
  }
  return out;
}

}  // namespace retort::detail
