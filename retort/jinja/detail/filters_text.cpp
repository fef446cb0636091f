// SPDX-License-Identifier: BSD-3-Clause
// Filters on text.
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/jinja/detail/filter_support.h"
#include "retort/jinja/detail/filters.h"
#include "retort/jinja/error.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/format.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"
#include "retort/value/unicode.h"

namespace retort::jinja::detail {

namespace {

Value with_method(Render& render, const CallArguments& call, std::string_view function,
                  std::string_view method) {
  const Arguments args(function, {"s"}, 1, call);
  return call_method(render, soft_str(render, args[0]), method);
}

}  // namespace

Value filter_upper(Render& render, const CallArguments& call) {
  return with_method(render, call, "do_upper", "upper");
}
Value filter_lower(Render& render, const CallArguments& call) {
  return with_method(render, call, "do_lower", "lower");
}
Value filter_capitalize(Render& render, const CallArguments& call) {
  return with_method(render, call, "do_capitalize", "capitalize");
}

Value filter_string(Render& render, const CallArguments& call) {
  const Arguments args("soft_str", {"s"}, 1, call);
  return soft_str(render, args[0]);
}

Value filter_center(Render& render, const CallArguments& call) {
  const Arguments args("do_center", {"value", "width"}, 1, call);
  return call_method(render, soft_str(render, args[0]), "center", {args.get(1, 80)});
}

Value filter_trim(Render& render, const CallArguments& call) {
  const Arguments args("do_trim", {"value", "chars"}, 1, call);
  return call_method(render, soft_str(render, args[0]), "strip", {args.get(1, nullptr)});
}

Value filter_format(Render& render, const CallArguments& call) {
  if (call.positional.empty()) throw TypeError("do_format() missing 1 required positional argument: 'value'");
  if (call.positional.size() > 1 && !call.named.empty())
    throw FilterArgumentError("can't handle positional and keyword arguments at the same time");
  const Value pattern = soft_str(render, call.positional[0]);
  if (call.named.empty()) {
    const Value values = Value::tuple({call.positional.begin() + 1, call.positional.size() - 1});
    return ops::percent_format(pattern, values, render);
  }
  Value values = Value::dict();
  for (const Value::Member& member : call.named) values.set(member.key, member.value);
  return ops::percent_format(pattern, values, render);
}

Value filter_replace(Render& render, const CallArguments& call) {
  const Arguments args("do_replace", {"s", "old", "new", "count"}, 3, call);
  const Value count = args.given(3) ? args[3] : Value(-1);
  if (!render.autoescape()) {
    return call_method(render, to_str(render, args[0]), "replace",
                       {to_str(render, args[1]), to_str(render, args[2]), count});
  }
  const auto has_html = [&](std::size_t i) { return own_html(render, args[i]).is_markup(); };
  const bool escape_it = has_html(1) || (has_html(2) && !has_html(0));
  const Value text = escape_it ? escaped(render, args[0]) : soft_str(render, args[0]);
  return call_method(render, text, "replace", {soft_str(render, args[1]), soft_str(render, args[2]), count});
}

// A word begins after white space and after - ( { [ <, alone or in a row.
Value filter_title(Render& render, const CallArguments& call) {
  const Arguments args("do_title", {"s"}, 1, call);
  const Value whole = soft_str(render, args[0]);
  const std::string_view text = whole.as_string();
  render.charge(text.size());
  std::string out;
  const auto separates = [](char32_t c) {
    return c == '-' || c == '(' || c == '{' || c == '[' || c == '<' || unicode::is_space(c);
  };
  for (std::size_t at = 0; at < text.size();) {
    std::size_t start = at;
    const char32_t first = utf8::decode(text, at);
    if (separates(first)) {
      out += text.substr(start, at - start);
      continue;
    }
    unicode::append_upper(out, text.substr(start, at - start));
    start = at;
    while (at < text.size()) {
      std::size_t next = at;
      if (separates(utf8::decode(text, next))) break;
      at = next;
    }
    unicode::append_lower(out, text.substr(start, at - start));
  }
  return Value(out);
}

Value filter_wordcount(Render& render, const CallArguments& call) {
  const Arguments args("do_wordcount", {"s"}, 1, call);
  const Value whole = soft_str(render, args[0]);
  const std::string_view text = whole.as_string();
  std::int64_t count = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const bool word = is_word(utf8::decode(text, at));
    count += word && !inside;
    inside = word;
  }
  return count;
}

// Indenting. Python builds the result with + and join, which escape text that meets Markup:
// a plain text with an indention of Markup gives escaped lines.

namespace {

struct Indent {
  Value indention;
  bool first = false;
  bool blank = false;
};

Value indention_of(Render& render, const Value& width) {
  if (width.is_string()) return width;
  if (width.is_undefined()) fail_undefined(width);
  if (!width.is_int() && !width.is_bool()) {
    throw TypeError(fmt::format("can't multiply sequence by non-int of type '{}'", width.type_name()));
  }
  return ops::multiply(Value(" "), width, render);
}

std::size_t count_lines(std::string_view text) {
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size(); ++lines) next_line(text, at);
  return lines;
}

Value indent_lines(Render& render, std::string_view text, const Indent& how, bool markup) {
  // The text is taken with a newline at its end, so that it has a line at least.
  std::string whole(text);
  whole += '\n';
  const bool escapes = how.indention.is_markup() && !markup;
  const std::string_view indention = how.indention.as_string();
  const std::size_t lines = count_lines(whole);
  if (indention.size() > 0 && lines > kMaxResultBytes / indention.size()) render.charge(kMaxResultBytes + 1);
  render.charge(text.size() + lines * (indention.size() + 1));
  std::string out;
  bool begun = false;
  for (std::size_t at = 0; at < whole.size();) {
    const std::string_view line = next_line(whole, at);
    const bool later = begun;
    begun = true;
    if (later) out += '\n';
    const bool indents = later && (how.blank || !line.empty());
    if (indents) out += indention;
    if (escapes && (indents || how.blank)) {
      const Value safe = escaped(render, Value::borrow(line));
      out += safe.as_string();
    } else {
      out += line;
    }
  }
  const bool safe = markup || (escapes && how.blank);
  if (!how.first) return make_text(out, safe);
  if (!escapes || safe) return make_text(std::string(indention) + out, safe);
  const Value rest = escaped(render, Value(out));
  return Value::markup(std::string(indention) + std::string(rest.as_string()));
}

}  // namespace

Value filter_indent(Render& render, const CallArguments& call) {
  const Arguments args("do_indent", {"s", "width", "first", "blank"}, 1, call);
  const Value& text = args[0];
  Indent how;
  how.indention = indention_of(render, args.get(1, 4));
  how.first = args.truthy(2, false);
  how.blank = args.truthy(3, false);
  if (text.is_undefined()) fail_undefined(text);
  if (text.is_list()) fail_attribute(text, "splitlines");
  if (!text.is_string()) {
    throw TypeError(fmt::format("unsupported operand type(s) for +=: '{}' and 'str'", text.type_name()));
  }
  return indent_lines(render, text.as_string(), how, text.is_markup());
}

// Truncating.

namespace {

class AssertionError : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
  const char* name() const noexcept override { return "AssertionError"; }
};

// text.rsplit(" ", 1)[0]
Value before_last_space(const Value& text) {
  if (!text.is_string()) fail_attribute(text, "rsplit");
  const std::string_view whole = text.as_string();
  const std::size_t space = whole.rfind(' ');
  return space == whole.npos ? text : make_text(whole.substr(0, space), text.is_markup());
}

}  // namespace

Value filter_truncate(Render& render, const CallArguments& call) {
  const Arguments args("do_truncate", {"s", "length", "killwords", "end", "leeway"}, 1, call);
  const Value& text = args[0];
  const std::int64_t length = args.integer(1, 255);
  const Value end = args.get(3, "...");
  const Value leeway_value = args.given(4) ? args[4] : render.policy("truncate.leeway");
  const Arguments leeway_args("do_truncate", {"leeway"}, 1, CallArguments{{&leeway_value, 1}, {}, &render});
  const std::int64_t leeway = leeway_args.integer(0);
  const auto end_size = static_cast<std::int64_t>(end.size());
  if (length < end_size) throw AssertionError(fmt::format("expected length >= {}, got {}", end_size, length));
  if (leeway < 0) throw AssertionError(fmt::format("expected leeway >= 0, got {}", leeway));
  const auto size = static_cast<std::int64_t>(text.size());
  if (size <= length || size - length <= leeway) return text;
  const Value cut = ops::slice(text, nullptr, length - end_size, nullptr, render);
  return ops::add(args.truthy(2, false) ? cut : before_last_space(cut), end, render);
}

// Sizes.

namespace {

std::string fixed(double number, int digits) {
  char buffer[512];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed, digits);
  return std::string(buffer, result.ptr);
}

// Python compares with the exact integer; 10^24 lies above the double next to it.
bool below(double bytes, double unit) { return unit == 1e24 ? bytes <= unit : bytes < unit; }

}  // namespace

Value filter_filesizeformat(Render&, const CallArguments& call) {
  const Arguments args("do_filesizeformat", {"value", "binary"}, 1, call);
  if (args[0].is_undefined()) fail_undefined(args[0]);
  const double bytes = ops::to_double(args[0]);
  const bool binary = args.truthy(1, false);
  const double base = binary ? 1024 : 1000;
  if (bytes == 1) return "1 Byte";
  if (bytes < base) {
    if (std::isinf(bytes)) throw OverflowError("cannot convert float infinity to integer");
    return fixed(std::trunc(bytes) + 0.0, 0) + " Bytes";
  }
  static constexpr double kDecimal[] = {1e6, 1e9, 1e12, 1e15, 1e18, 1e21, 1e24, 1e27};
  static constexpr std::string_view kPrefixes = "kMGTPEZY";
  std::size_t i = 0;
  const auto unit = [&] { return binary ? std::ldexp(1.0, static_cast<int>(10 * (i + 2))) : kDecimal[i]; };
  while (i + 1 < kPrefixes.size() && !below(bytes, unit())) ++i;
  std::string out = fixed(base * bytes / unit(), 1) + ' ';
  out += binary && i == 0 ? 'K' : kPrefixes[i];
  out += binary ? "iB" : "B";
  return out;
}

}  // namespace retort::jinja::detail
