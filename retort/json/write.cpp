// SPDX-License-Identifier: BSD-3-Clause
#include "retort/json/write.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/json/json.h"
#include "retort/value/object.h"
#include "retort/value/text_form.h"

namespace retort {
namespace json_detail {
namespace {

// Bytes that are copied as they are: all but control characters, the quote and the
// backslash; with ensure_ascii also all beyond ASCII. DEL is plain, as in Python.
constexpr bool plain(char c, bool ensure_ascii) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && c != '"' && c != '\\' && (byte < 0x80 || !ensure_ascii);
}

// The first byte from `at` on that is not plain, 16 bytes a step where the machine can.
std::size_t plain_end(std::string_view text, std::size_t at, bool ensure_ascii) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
  const __m128i last_control = _mm_set1_epi8(0x1f), zero = _mm_setzero_si128();
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i control = _mm_cmpeq_epi8(_mm_subs_epu8(bytes, last_control), zero);
    __m128i special =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)), control);
    if (ensure_ascii) special = _mm_or_si128(special, bytes);  // movemask looks at the high bit alone
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(special));
    if (mask) return at + static_cast<std::size_t>(std::countr_zero(mask));
  }
#endif
  while (at < text.size() && plain(text[at], ensure_ascii)) ++at;
  return at;
}

void write_escape(std::string& out, unsigned code) {
  constexpr const char* kHex = "0123456789abcdef";
  const char text[] = {'\\',           'u', kHex[code >> 12 & 15], kHex[code >> 8 & 15], kHex[code >> 4 & 15],
                       kHex[code & 15]};
  out.append(text, sizeof text);
}

void write_special(std::string& out, std::string_view text, std::size_t& at) {
  const char c = text[at];
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    default: {
      char32_t code = static_cast<unsigned char>(c);
      if (code < 0x80) return ++at, write_escape(out, code);
      code = utf8::decode(text, at);
      if (code < 0x10000) return write_escape(out, code);
      write_escape(out, 0xd800 + ((code - 0x10000) >> 10));
      return write_escape(out, 0xdc00 + ((code - 0x10000) & 0x3ff));
    }
  }
  ++at;
}

std::string key_text(const Value& key) {
  switch (key.kind()) {
    case Value::Kind::string:
    case Value::Kind::markup:
      return std::string(key.as_string());
    case Value::Kind::boolean:
      return key.as_bool() ? "true" : "false";
    case Value::Kind::none:
      return "null";
    case Value::Kind::integer:
    case Value::Kind::real:
      return key.repr();
    default:
      throw TypeError(fmt::format("keys must be str, int, float, bool or None, not {}", key.type_name()));
  }
}

class Writer {
 public:
  Writer(std::string& out, const JsonOptions& options) : out_(out), options_(options) {}

  void value(const Value& value) {
    using Kind = Value::Kind;
    switch (value.kind()) {
      case Kind::none:
        out_ += "null";
        break;
      case Kind::boolean:
        out_ += value.as_bool() ? "true" : "false";
        break;
      case Kind::integer:
        write_integer(out_, value.as_int());
        break;
      case Kind::real:
        write_double(out_, value.as_double(), options_);
        break;
      case Kind::string:
      case Kind::markup:
        write_text(out_, value.as_string(), options_.ensure_ascii);
        break;
      case Kind::list:
      case Kind::tuple:
        list(value);
        break;
      case Kind::dict:
        dict(value);
        break;
      case Kind::object: {
        const Value stand_in = value.as_object().to_json();
        if (!stand_in.is_undefined()) return stand_in_for(stand_in);
        [[fallthrough]];
      }
      default:
        throw TypeError(fmt::format("Object of type {} is not JSON serializable", value.type_name()));
    }
  }

 private:
  void enter() {
    if (++depth_ > kMaxValueDepth) throw RecursionError("values are nested too deeply");
  }
  // An object may stand for another object.
  void stand_in_for(const Value& stand_in) {
    enter();
    value(stand_in);
    --depth_;
  }

  void list(const Value& value) {
    open('[');
    bool first = true;
    for (const Value& item : value.items()) {
      separate(first);
      this->value(item);
    }
    close(']', first);
  }

  void dict(const Value& value) {
    open('{');
    bool first = true;
    if (options_.sort_keys) {
      std::vector<std::pair<std::string, const Value*>> sorted;
      for (const Value::Entry& entry : value.entries())
        sorted.emplace_back(key_text(entry.key), &entry.value);
      std::stable_sort(sorted.begin(), sorted.end(),
                       [](const auto& a, const auto& b) { return a.first < b.first; });
      for (const auto& [key, item] : sorted) member(key, *item, first);
    } else {
      for (const Value::Entry& entry : value.entries()) {
        if (entry.key.is_string()) {
          member(entry.key.as_string(), entry.value, first);
        } else {
          member(key_text(entry.key), entry.value, first);
        }
      }
    }
    close('}', first);
  }

  void member(std::string_view key, const Value& item, bool& first) {
    separate(first);
    write_text(out_, key, options_.ensure_ascii);
    out_ += options_.key_separator;
    if (options_.indent >= 0 && options_.key_separator == ":") out_ += ' ';
    value(item);
  }

  void open(char bracket) {
    enter();
    ++level_;
    out_ += bracket;
  }
  void separate(bool& first) {
    if (!first) out_ += options_.item_separator;
    first = false;
    new_line();
  }
  void close(char bracket, bool empty) {
    --depth_;
    --level_;
    if (!empty) new_line();
    out_ += bracket;
  }
  void new_line() {
    if (options_.indent < 0) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(options_.indent * level_), ' ');
  }

  std::string& out_;
  const JsonOptions& options_;
  int depth_ = 0;  // of the recursion
  int level_ = 0;  // of the indentation
};

}  // namespace

void put(std::string& out, std::string_view text) { out.append(text); }

// Hot path: runs without anything to escape are copied whole.
void write_text(std::string& out, std::string_view text, bool ensure_ascii) {
  out += '"';
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = plain_end(text, at, ensure_ascii);
    out.append(text.data() + at, end - at);
    at = end;
    if (at < text.size()) write_special(out, text, at);
  }
  out += '"';
}

void write_integer(std::string& out, std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

void write_unsigned(std::string& out, std::uint64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

void write_double(std::string& out, double number, const JsonOptions& options) {
  if (std::isfinite(number)) return append_double(out, number);
  if (!options.allow_nan) throw ValueError("Out of range float values are not JSON compliant");
  out += std::isnan(number) ? "NaN" : number < 0 ? "-Infinity" : "Infinity";
}

void write_value(std::string& out, const Value& value, const JsonOptions& options) {
  Writer(out, options).value(value);
}

}  // namespace json_detail

json::json(std::initializer_list<Value::Member> members) : value_(Value::dict(members)) {}

std::string json::dump(const Value& value, const JsonOptions& options) {
  std::string out;
  dump_to(out, value, options);
  return out;
}

void json::dump_to(std::string& out, const Value& value, const JsonOptions& options) {
  json_detail::write_value(out, value, options);
}

}  // namespace retort
