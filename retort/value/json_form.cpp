// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/json_form.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/value/detail/sort.h"
#include "retort/value/error.h"
#include "retort/value/evaluator.h"
#include "retort/value/object.h"
#include "retort/value/text_form.h"
#include "retort/value/view_type.h"

namespace retort {
namespace {

constexpr const char* kNotCompliant = "Out of range float values are not JSON compliant";

// Bytes that are copied as they are: all but control characters, the quote and the
// backslash; with ensure_ascii also all beyond '~'. Otherwise DEL is plain, as in Python.
constexpr bool plain(char c, bool ensure_ascii) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && c != '"' && c != '\\' && (byte < 0x7f || !ensure_ascii);
}

// The first byte from `at` on that is not plain, 16 bytes a step where the machine can.
std::size_t plain_end(std::string_view text, std::size_t at, bool ensure_ascii) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), del = _mm_set1_epi8(0x7f);
  const __m128i last_control = _mm_set1_epi8(0x1f), zero = _mm_setzero_si128();
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i control = _mm_cmpeq_epi8(_mm_subs_epu8(bytes, last_control), zero);
    __m128i special =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)), control);
    if (ensure_ascii) {  // movemask looks at the high bit alone
      special = _mm_or_si128(special, _mm_or_si128(bytes, _mm_cmpeq_epi8(bytes, del)));
    }
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(special));
    if (mask) return at + static_cast<std::size_t>(std::countr_zero(mask));
  }
#endif
  while (at < text.size() && plain(text[at], ensure_ascii)) ++at;
  return at;
}

void append_escape(std::string& out, unsigned code) {
  constexpr const char* kHex = "0123456789abcdef";
  const char text[] = {'\\',           'u', kHex[code >> 12 & 15], kHex[code >> 8 & 15], kHex[code >> 4 & 15],
                       kHex[code & 15]};
  out.append(text, sizeof text);
}

// What stands for the character at `at`, which moves past it.
void append_special(std::string& out, std::string_view text, std::size_t& at) {
  constexpr std::string_view kNamed = "\"\\\n\r\t\b\f", kNames = "\"\\nrtbf";
  const std::size_t named = kNamed.find(text[at]);
  if (named != kNamed.npos) {
    out += '\\';
    out += kNames[named];
    ++at;
    return;
  }
  const char32_t code = utf8::decode(text, at);
  if (code < 0x10000) return append_escape(out, code);
  append_escape(out, 0xd800 + ((code - 0x10000) >> 10));
  append_escape(out, 0xdc00 + ((code - 0x10000) & 0x3ff));
}

class Writer {
 public:
  Writer(std::string& out, const JsonForm& form, Evaluator& evaluator)
      : out_(out), form_(form), evaluator_(evaluator), start_(out.size()), charged_(out.size()) {}

  void value(const Value& value) {
    using Kind = Value::Kind;
    evaluator_.step();
    switch (value.kind()) {
      case Kind::none:
        out_ += "null";
        return;
      case Kind::boolean:
        out_ += value.as_bool() ? "true" : "false";
        return;
      case Kind::integer:
        return integer(value.as_int());
      case Kind::real:
        return real(value.as_double());
      case Kind::string:
      case Kind::markup:
        return append_json_text(out_, value.as_string(), form_.ensure_ascii);
      case Kind::list:
      case Kind::tuple:
        return list(value);
      case Kind::dict:
        return dict(value);
      case Kind::view:
        return this->value(value.view_type().copy(value.view_target()));
      case Kind::object:
        return object(value);
      default:
        refuse(value);
    }
  }

  void settle() {
    const std::size_t whole = out_.size() - start_;
    evaluator_.charge(whole > kMaxResultBytes ? whole : out_.size() - charged_);
    charged_ = out_.size();
  }

 private:
  [[noreturn]] static void refuse(const Value& value) {
    throw TypeError(fmt::format("Object of type {} is not JSON serializable", value.type_name()));
  }

  void integer(std::int64_t number) {
    char digits[24];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  }

  // Python names the number where it writes several lines, and only there.
  void real(double number) {
    if (!std::isfinite(number) && !form_.allow_nan && form_.indents)
      throw ValueError(std::string(kNotCompliant) + ": " + Value(number).repr());
    append_json_double(out_, number, form_.allow_nan);
  }

  void enter() {
    if (++depth_ > kMaxValueDepth) throw RecursionError("values are nested too deeply");
  }

  // What stands for an object may be another object.
  void object(const Value& value) {
    const Value stand_in = value.as_object().to_json();
    if (stand_in.is_undefined()) {
      std::string html;
      if (!value.as_object().append_html(html)) refuse(value);
      return append_json_text(out_, html, form_.ensure_ascii);
    }
    enter();
    this->value(stand_in);
    --depth_;
  }

  void list(const Value& value) {
    open('[', value.empty());
    bool first = true;
    for (const Value& item : value.items()) {
      separate(first);
      this->value(item);
    }
    close(']', value.empty());
  }

  void dict(const Value& value) {
    open('{', value.empty());
    bool first = true;
    if (form_.sort_keys) {
      for (const Value::Entry* entry : sorted(value)) member(*entry, first);
    } else {
      for (const Value::Entry& entry : value.entries()) member(entry, first);
    }
    close('}', value.empty());
  }

  std::vector<const Value::Entry*> sorted(const Value& dict) {
    evaluator_.charge(dict.size() * sizeof(Value));
    std::vector<Value> keys;
    keys.reserve(dict.size());
    for (const Value::Entry& entry : dict.entries()) keys.push_back(entry.key);
    std::vector<const Value::Entry*> out;
    out.reserve(keys.size());
    for (const std::size_t i : detail::sorted_order({keys.data(), keys.size()}, {}, false, evaluator_))
      out.push_back(&dict.entries()[i]);
    return out;
  }

  void member(const Value::Entry& entry, bool& first) {
    const Value& name = entry.key;
    if (!name.is_string() && !name.is_number() && !name.is_bool() && !name.is_none()) {
      if (form_.skip_keys) return;
      throw TypeError(fmt::format("keys must be str, int, float, bool or None, not {}", name.type_name()));
    }
    separate(first);
    if (name.is_string()) {
      append_json_text(out_, name.as_string(), form_.ensure_ascii);
    } else {
      out_ += '"';
      value(name);
      out_ += '"';
    }
    out_ += form_.key_separator;
    value(entry.value);
  }

  void open(char bracket, bool empty) {
    enter();
    out_ += bracket;
    ++level_;
    if (!empty) new_line();
  }
  void separate(bool& first) {
    settle();
    if (first) {
      first = false;
      return;
    }
    out_ += form_.item_separator;
    new_line();
  }
  void close(char bracket, bool empty) {
    --depth_;
    --level_;
    if (!empty) new_line();
    out_ += bracket;
  }
  void new_line() {
    if (!form_.indents) return;
    out_ += '\n';
    for (std::size_t i = 0; i < level_; ++i) out_ += form_.indent;
  }

  std::string& out_;
  const JsonForm& form_;
  Evaluator& evaluator_;
  const std::size_t start_;
  std::size_t charged_;    // how much of out_ is paid for
  int depth_ = 0;          // of the recursion
  std::size_t level_ = 0;  // of the indentation
};

}  // namespace

void append_json(std::string& out, const Value& value, const JsonForm& form, Evaluator& evaluator) {
  Writer writer(out, form, evaluator);
  writer.value(value);
  writer.settle();
}

// Hot path: runs without anything to escape are copied whole.
void append_json_text(std::string& out, std::string_view text, bool ensure_ascii) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = plain_end(text, at, ensure_ascii);
    out.append(text.data() + at, end - at);
    at = end;
    if (at < text.size()) append_special(out, text, at);
  }
  out += '"';
}

void append_json_double(std::string& out, double number, bool allow_nan) {
  if (std::isfinite(number)) return append_double(out, number);
  if (!allow_nan) throw ValueError(kNotCompliant);
  out += std::isnan(number) ? "NaN" : number < 0 ? "-Infinity" : "Infinity";
}

std::string html_safe_json(std::string json, Evaluator& evaluator) {
  constexpr std::string_view kUnsafe = "<>&'";
  std::size_t unsafe = 0;
  for (const char c : json) unsafe += kUnsafe.find(c) != kUnsafe.npos;
  if (unsafe == 0) return json;
  evaluator.charge(unsafe * 5);
  std::string out;
  out.reserve(json.size() + unsafe * 5);
  for (const char c : json) {
    if (kUnsafe.find(c) == kUnsafe.npos) {
      out += c;
    } else {
      append_escape(out, static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace retort
