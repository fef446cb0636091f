// SPDX-License-Identifier: BSD-3-Clause
// The methods that look for text in text. Those of bytes that are alike share them.
#include <string>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/value/detail/str_methods.h"
#include "retort/value/detail/text_search.h"
#include "retort/value/escape.h"

namespace retort::detail {
namespace {

using Form = Signature::Form;
using Find = std::size_t (*)(std::string_view text, std::string_view needle);

std::size_t first_of(std::string_view text, std::string_view needle) {
  return needle.empty() ? 0 : find_first(text, needle);
}

std::size_t last_of(std::string_view text, std::string_view needle) {
  return needle.empty() ? text.size() : find_last(text, needle);
}

/// The position of the argument in the window, in code points; -1 when it is not there.
std::int64_t position_of(const MethodCall& call, Find find) {
  const std::string_view needle = call.text(0);
  const Window window = window_of(call, 1);
  if (!window.exists) return -1;
  const std::size_t at = find(window.text, needle);
  if (at == kNotFound) return -1;
  return static_cast<std::int64_t>(window.before + utf8::count(window.text.substr(0, at)));
}

Value position_or_error(const MethodCall& call, Find find) {
  const std::int64_t position = position_of(call, find);
  if (position < 0) throw ValueError("substring not found");
  return position;
}

/// startswith and endswith: the first argument is text or a tuple of texts.
template <class Matches>
Value matches_any(const MethodCall& call, std::string_view name, Matches matches) {
  const Window window = window_of(call, 1);
  const Value& wanted = call[0];
  if (wanted.is_string()) return window.exists && matches(window.text, wanted.as_string());
  if (!wanted.is_tuple()) {
    throw TypeError(
        fmt::format("{} first arg must be str or a tuple of str, not {}", name, wanted.type_name()));
  }
  for (const Value& item : wanted.items()) {
    if (!item.is_string())
      throw TypeError(fmt::format("tuple for {} must only contain str, not {}", name, item.type_name()));
    if (window.exists && matches(window.text, item.as_string())) return true;
  }
  return false;
}

/// What a separator at `at` divides self into. The separator itself stays the value that
/// was passed, Markup or not, as CPython has it.
Value parts_around(const MethodCall& call, std::size_t at) {
  const std::string_view text = call.text();
  const Value& separator = call[0];
  const std::size_t size = separator.as_string().size();
  return Value::tuple({call.like_self(text.substr(0, at)),
                       call.self().is_markup() ? call.like_self(separator.as_string()) : separator,
                       call.like_self(text.substr(at + size))});
}

std::size_t separator_position(MethodCall& call, Find find) {
  const std::string_view separator = call.text(0);
  if (separator.empty()) throw ValueError("empty separator");
  call.evaluator().charge(bounded_size(1, call.text().size(), 4 * sizeof(Value)));
  return find(call.text(), separator);
}

/// `fresh` between all code points and at both ends, `count` times.
std::string interleave(std::string_view text, std::string_view fresh, std::size_t count) {
  std::string out;
  out.reserve(text.size() + count * fresh.size());
  std::size_t at = 0;
  for (; count > 0; --count) {
    out += fresh;
    if (at >= text.size()) break;
    const std::size_t next = after_code_point(text, at);
    out += text.substr(at, next - at);
    at = next;
  }
  out += text.substr(at);
  return out;
}

std::string replace_text(std::string_view text, std::string_view old, std::string_view fresh,
                         std::size_t count, std::size_t size) {
  std::string out;
  out.reserve(size);
  std::size_t at = 0;
  for (; count > 0; --count) {
    const std::size_t next = find_first(text, old, at);
    out += text.substr(at, next - at);
    out += fresh;
    at = next + old.size();
  }
  out += text.substr(at);
  return out;
}

}  // namespace

Value str_find(const Value& self, const CallArguments& arguments) {
  return position_of(MethodCall({"find", 1, 3, Form::parsed}, self, arguments), first_of);
}

Value str_rfind(const Value& self, const CallArguments& arguments) {
  return position_of(MethodCall({"rfind", 1, 3, Form::parsed}, self, arguments), last_of);
}

Value str_index(const Value& self, const CallArguments& arguments) {
  return position_or_error(MethodCall({"index", 1, 3, Form::parsed}, self, arguments), first_of);
}

Value str_rindex(const Value& self, const CallArguments& arguments) {
  return position_or_error(MethodCall({"rindex", 1, 3, Form::parsed}, self, arguments), last_of);
}

Value str_count(const Value& self, const CallArguments& arguments) {
  const MethodCall call({"count", 1, 3, Form::parsed}, self, arguments);
  const std::string_view needle = call.text(0);
  const Window window = window_of(call, 1);
  if (!window.exists) return 0;
  if (needle.empty()) return utf8::count(window.text) + 1;
  return count_occurrences(window.text, needle, SIZE_MAX);
}

Value str_startswith(const Value& self, const CallArguments& arguments) {
  const MethodCall call({"startswith", 1, 3, Form::parsed}, self, arguments);
  return matches_any(call, "startswith",
                     [](std::string_view text, std::string_view prefix) { return text.starts_with(prefix); });
}

Value str_endswith(const Value& self, const CallArguments& arguments) {
  const MethodCall call({"endswith", 1, 3, Form::parsed}, self, arguments);
  return matches_any(call, "endswith",
                     [](std::string_view text, std::string_view suffix) { return text.ends_with(suffix); });
}

Value str_partition(const Value& self, const CallArguments& arguments) {
  MethodCall call({"partition", 1, 1}, self, arguments);
  const std::size_t at = separator_position(call, first_of);
  if (at == kNotFound) return Value::tuple({self, call.like_self(""), call.like_self("")});
  return parts_around(call, at);
}

Value str_rpartition(const Value& self, const CallArguments& arguments) {
  MethodCall call({"rpartition", 1, 1}, self, arguments);
  const std::size_t at = separator_position(call, last_of);
  if (at == kNotFound) return Value::tuple({call.like_self(""), call.like_self(""), self});
  return parts_around(call, at);
}

Value str_removeprefix(const Value& self, const CallArguments& arguments) {
  MethodCall call({"removeprefix", 1, 1}, self, arguments);
  const std::string_view prefix = call.text(0, "removeprefix() argument ");
  if (!call.text().starts_with(prefix)) return self;
  call.evaluator().charge(call.text().size() - prefix.size());
  return call.like_self(call.text().substr(prefix.size()));
}

Value str_removesuffix(const Value& self, const CallArguments& arguments) {
  MethodCall call({"removesuffix", 1, 1}, self, arguments);
  const std::string_view suffix = call.text(0, "removesuffix() argument ");
  if (!call.text().ends_with(suffix)) return self;
  call.evaluator().charge(call.text().size() - suffix.size());
  return call.like_self(call.text().substr(0, call.text().size() - suffix.size()));
}

Value str_replace(const Value& self, const CallArguments& arguments) {
  MethodCall call({"replace", 2, 3}, self, arguments);
  const std::string_view text = call.text();
  const Value escaped = self.is_markup() ? escape(call[1]) : Value();
  const std::string_view old = call.text(0, "replace() argument 1 ");
  const std::string_view fresh =
      self.is_markup() ? escaped.as_string() : call.text(1, "replace() argument 2 ");
  const std::int64_t wanted = call.integer(2, -1);
  const std::size_t most = wanted < 0 ? SIZE_MAX : static_cast<std::size_t>(wanted);
  std::size_t count = 0;
  if (old.empty()) {
    const std::size_t places = utf8::count(text) + 1;
    count = most < places ? most : places;
  } else {
    count = count_occurrences(text, old, most);
  }
  if (count == 0) return self;
  const std::size_t size = bounded_size(count, fresh.size(), text.size() - count * old.size());
  call.evaluator().charge(size);
  return call.like_self(old.empty() ? interleave(text, fresh, count)
                                    : replace_text(text, old, fresh, count, size));
}

}  // namespace retort::detail
