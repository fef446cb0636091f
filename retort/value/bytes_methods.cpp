// SPDX-License-Identifier: BSD-3-Clause
// The methods of bytes: those that a template may need to look at them and to make text.
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "retort/value/detail/codecs.h"
#include "retort/value/detail/method_call.h"
#include "retort/value/detail/text_search.h"
#include "retort/value/methods.h"

namespace retort {
namespace detail {
namespace {

using Form = Signature::Form;

/// What a search looks for: bytes, or the one byte that an integer is.
std::string needle_of(const MethodCall& call) {
  const Value& value = call[0];
  if (value.is_bytes()) return std::string(value.as_bytes());
  if (!value.is_int() && !value.is_bool()) {
    throw TypeError(
        fmt::format("argument should be integer or bytes-like object, not '{}'", value.type_name()));
  }
  const std::int64_t byte = call.integer(0);
  if (byte < 0 || byte > 255) throw ValueError("byte must be in range(0, 256)");
  return std::string(1, static_cast<char>(static_cast<unsigned char>(byte)));
}

std::int64_t position_of(const char* name, bool last, const Value& self, const CallArguments& arguments) {
  const MethodCall call({name, 1, 3, Form::parsed}, self, arguments);
  const std::string needle = needle_of(call);
  const Window window = window_of(call, 1);
  if (!window.exists) return -1;
  std::size_t at = last ? window.text.size() : 0;
  if (!needle.empty()) at = last ? find_last(window.text, needle) : find_first(window.text, needle);
  return at == kNotFound ? -1 : static_cast<std::int64_t>(window.before + at);
}

Value bytes_find(const Value& self, const CallArguments& arguments) {
  return position_of("find", false, self, arguments);
}

Value bytes_rfind(const Value& self, const CallArguments& arguments) {
  return position_of("rfind", true, self, arguments);
}

Value bytes_index(const Value& self, const CallArguments& arguments) {
  const std::int64_t position = position_of("index", false, self, arguments);
  if (position < 0) throw ValueError("subsection not found");
  return position;
}

Value bytes_count(const Value& self, const CallArguments& arguments) {
  const MethodCall call({"count", 1, 3, Form::parsed}, self, arguments);
  const std::string needle = needle_of(call);
  const Window window = window_of(call, 1);
  if (!window.exists) return 0;
  return needle.empty() ? window.text.size() + 1 : count_occurrences(window.text, needle, SIZE_MAX);
}

template <class Matches>
Value matches_any(const char* name, const Value& self, const CallArguments& arguments, Matches matches) {
  const MethodCall call({name, 1, 3, Form::parsed}, self, arguments);
  const Window window = window_of(call, 1);
  const Value& wanted = call[0];
  if (wanted.is_bytes()) return window.exists && matches(window.text, wanted.as_bytes());
  if (!wanted.is_tuple()) {
    throw TypeError(
        fmt::format("{} first arg must be bytes or a tuple of bytes, not {}", name, wanted.type_name()));
  }
  for (const Value& item : wanted.items()) {
    if (!item.is_bytes())
      throw TypeError(fmt::format("a bytes-like object is required, not '{}'", item.type_name()));
    if (window.exists && matches(window.text, item.as_bytes())) return true;
  }
  return false;
}

Value bytes_startswith(const Value& self, const CallArguments& arguments) {
  return matches_any("startswith", self, arguments,
                     [](std::string_view text, std::string_view prefix) { return text.starts_with(prefix); });
}

Value bytes_endswith(const Value& self, const CallArguments& arguments) {
  return matches_any("endswith", self, arguments,
                     [](std::string_view text, std::string_view suffix) { return text.ends_with(suffix); });
}

Value bytes_decode(const Value& self, const CallArguments& arguments) {
  MethodCall call({"decode", 0, 2, Form::keywords, {"encoding", "errors"}}, self, arguments);
  const std::string_view encoding = call.has(0) ? call.text(0, "decode() argument 'encoding' ") : "utf-8";
  const std::string_view errors = call.has(1) ? call.text(1, "decode() argument 'errors' ") : "strict";
  call.evaluator().charge(bounded_size(call.text().size(), errors == "replace" ? 3 : 2, 0));
  return decode(call.text(), encoding, errors);
}

std::string separator_of(const MethodCall& call) {
  if (!call.has(0)) return {};
  const Value& value = call[0];
  if (!value.is_string() && !value.is_bytes()) {
    // CPython asks for the length first.
    if (value.is_none() || value.is_number() || value.is_bool())
      throw TypeError(fmt::format("object of type '{}' has no len()", value.type_name()));
    throw TypeError("sep must be str or bytes.");
  }
  if (value.size() != 1) throw ValueError("sep must be length 1.");
  std::string out(value.is_string() ? value.as_string() : value.as_bytes());
  if (static_cast<unsigned char>(out[0]) >= 0x80) throw ValueError("sep must be ASCII.");
  return out;
}

/// hex(sep, bytes_per_sep): groups count from the right, of a negative size from the left.
Value bytes_hex(const Value& self, const CallArguments& arguments) {
  MethodCall call({"hex", 0, 2, Form::keywords, {"sep", "bytes_per_sep"}}, self, arguments);
  const std::string_view bytes = call.text();
  const std::string separator = separator_of(call);
  const std::int64_t wanted = call.integer(1, 1);
  const std::uint64_t group =
      wanted < 0 ? 0 - static_cast<std::uint64_t>(wanted) : static_cast<std::uint64_t>(wanted);
  call.evaluator().charge(bounded_size(bytes.size(), 3, 0));
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t distance = wanted < 0 ? i : bytes.size() - i;
    if (i > 0 && !separator.empty() && group > 0 && distance % group == 0) out += separator;
    const auto byte = static_cast<unsigned char>(bytes[i]);
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

template <class Map>
Value map_bytes(const char* name, const Value& self, const CallArguments& arguments, Map map) {
  MethodCall call({name, 0, 0}, self, arguments);
  call.evaluator().charge(call.text().size());
  std::string out(call.text());
  for (char& c : out) c = map(c);
  return Value::bytes(out);
}

Value bytes_lower(const Value& self, const CallArguments& arguments) {
  return map_bytes("lower", self, arguments,
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
}

Value bytes_upper(const Value& self, const CallArguments& arguments) {
  return map_bytes("upper", self, arguments,
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
}

// In the order of names.
constexpr Method kBytesMethods[] = {
    {"count", bytes_count}, {"decode", bytes_decode}, {"endswith", bytes_endswith},
    {"find", bytes_find},   {"hex", bytes_hex},       {"index", bytes_index},
    {"lower", bytes_lower}, {"rfind", bytes_rfind},   {"startswith", bytes_startswith},
    {"upper", bytes_upper},
};

}  // namespace

ValueSpan<Method> bytes_methods() { return {kBytesMethods, std::size(kBytesMethods)}; }

}  // namespace detail
}  // namespace retort
