// SPDX-License-Identifier: BSD-3-Clause
// The methods that take text apart or put it together.
#include <algorithm>
#include <bitset>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/value/detail/str_methods.h"
#include "retort/value/detail/text_search.h"
#include "retort/value/escape.h"
#include "retort/value/iterate.h"
#include "retort/value/unicode.h"

namespace retort::detail {
namespace {

using Form = Signature::Form;

char32_t code_point_at(std::string_view text, std::size_t at) { return utf8::decode(text, at); }

bool is_space_at(std::string_view text, std::size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
  return unicode::is_space(code_point_at(text, at));
}

/// The code points that strip(chars) takes away.
class CodePointSet {
 public:
  explicit CodePointSet(std::string_view chars) {
    for (std::size_t at = 0; at < chars.size();) {
      const char32_t c = utf8::decode(chars, at);
      if (c < ascii_.size()) {
        ascii_.set(c);
      } else {
        others_.push_back(c);
      }
    }
    std::sort(others_.begin(), others_.end());
  }
  bool contains_at(std::string_view text, std::size_t at) const {
    const char32_t c = code_point_at(text, at);
    return c < ascii_.size() ? ascii_[c] : std::binary_search(others_.begin(), others_.end(), c);
  }

 private:
  std::bitset<128> ascii_;
  std::vector<char32_t> others_;
};

enum class Side { left = 1, right = 2, both = 3 };
bool includes(Side side, Side part) { return (static_cast<int>(side) & static_cast<int>(part)) != 0; }

template <class Drops>
std::string_view stripped(std::string_view text, Side side, Drops drops) {
  std::size_t begin = 0;
  std::size_t end = text.size();
  if (includes(side, Side::left)) {
    while (begin < end && drops(text, begin)) begin = after_code_point(text, begin);
  }
  if (includes(side, Side::right)) {
    while (end > begin) {
      const std::size_t last = before_code_point(text, end);
      if (last < begin || !drops(text, last)) break;
      end = last;
    }
  }
  return text.substr(begin, end - begin);
}

Value strip(const char* name, Side side, const Value& self, const CallArguments& arguments) {
  MethodCall call({name, 0, 1}, self, arguments);
  std::string_view rest;
  if (call.given(0)) {
    if (!call[0].is_string()) throw TypeError(fmt::format("{} arg must be None or str", name));
    const CodePointSet set(call[0].as_string());
    rest = stripped(call.text(), side,
                    [&](std::string_view text, std::size_t at) { return set.contains_at(text, at); });
  } else {
    rest = stripped(call.text(), side, is_space_at);
  }
  if (rest.size() == call.text().size()) return self;
  call.evaluator().charge(rest.size());
  return call.like_self(rest);
}

/// The pieces of a split, charged as they come.
class Pieces {
 public:
  explicit Pieces(MethodCall& call) : call_(call), growth_(call.evaluator()) {}
  void add(std::string_view piece) {
    growth_.add_item(piece);
    pieces_.push_back(piece);
  }
  Value list(bool reversed = false) {
    if (reversed) std::reverse(pieces_.begin(), pieces_.end());
    Value out = Value::list();
    out.reserve(pieces_.size());
    for (const std::string_view piece : pieces_) out.push_back(call_.like_self(piece));
    return out;
  }

 private:
  MethodCall& call_;
  Growth growth_;
  std::vector<std::string_view> pieces_;
};

void split_spaces(std::string_view text, std::size_t most, Pieces& out) {
  std::size_t at = 0;
  for (;;) {
    while (at < text.size() && is_space_at(text, at)) at = after_code_point(text, at);
    if (at >= text.size()) return;
    if (most-- == 0) return out.add(text.substr(at));
    const std::size_t start = at;
    while (at < text.size() && !is_space_at(text, at)) at = after_code_point(text, at);
    out.add(text.substr(start, at - start));
  }
}

void split_spaces_backwards(std::string_view text, std::size_t most, Pieces& out) {
  std::size_t end = text.size();
  for (;;) {
    std::size_t last = 0;
    while (end > 0 && is_space_at(text, last = before_code_point(text, end))) end = last;
    if (end == 0) return;
    if (most-- == 0) return out.add(text.substr(0, end));
    std::size_t start = end;
    while (start > 0 && !is_space_at(text, last = before_code_point(text, start))) start = last;
    out.add(text.substr(start, end - start));
    end = start;
  }
}

void split_separator(std::string_view text, std::string_view separator, std::size_t most, Pieces& out) {
  std::size_t at = 0;
  for (; most > 0; --most) {
    const std::size_t next = find_first(text, separator, at);
    if (next == kNotFound) break;
    out.add(text.substr(at, next - at));
    at = next + separator.size();
  }
  out.add(text.substr(at));
}

void split_separator_backwards(std::string_view text, std::string_view separator, std::size_t most,
                               Pieces& out) {
  for (; most > 0; --most) {
    const std::size_t at = find_last(text, separator);
    if (at == kNotFound) break;
    out.add(text.substr(at + separator.size()));
    text = text.substr(0, at);
  }
  out.add(text);
}

Value split(const char* name, bool backwards, const Value& self, const CallArguments& arguments) {
  MethodCall call({name, 0, 2, Form::keywords, {"sep", "maxsplit"}}, self, arguments);
  const std::int64_t wanted = call.integer(1, -1);
  const std::size_t most = wanted < 0 ? SIZE_MAX : static_cast<std::size_t>(wanted);
  Pieces pieces(call);
  if (!call.given(0)) {
    (backwards ? split_spaces_backwards : split_spaces)(call.text(), most, pieces);
    return pieces.list(backwards);
  }
  if (!call[0].is_string()) throw TypeError(fmt::format("must be str or None, not {}", call[0].type_name()));
  const std::string_view separator = call[0].as_string();
  if (separator.empty()) throw ValueError("empty separator");
  (backwards ? split_separator_backwards : split_separator)(call.text(), separator, most, pieces);
  return pieces.list(backwards);
}

/// The bytes of the line break at `at`; 0 when there is none.
std::size_t line_break(std::string_view text, std::size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c == '\r') return at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
  if (c < 0x80) return (c >= '\n' && c <= '\f') || (c >= 0x1c && c <= 0x1e) ? 1 : 0;
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("\xc2\x85")) return 2;                                           // U+0085
  return rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9") ? 3 : 0;  // U+2028, U+2029
}

}  // namespace

Value str_strip(const Value& self, const CallArguments& arguments) {
  return strip("strip", Side::both, self, arguments);
}

Value str_lstrip(const Value& self, const CallArguments& arguments) {
  return strip("lstrip", Side::left, self, arguments);
}

Value str_rstrip(const Value& self, const CallArguments& arguments) {
  return strip("rstrip", Side::right, self, arguments);
}

Value str_split(const Value& self, const CallArguments& arguments) {
  return split("split", false, self, arguments);
}

Value str_rsplit(const Value& self, const CallArguments& arguments) {
  return split("rsplit", true, self, arguments);
}

Value str_splitlines(const Value& self, const CallArguments& arguments) {
  MethodCall call({"splitlines", 0, 1, Form::keywords, {"keepends"}}, self, arguments);
  const bool keep_ends = call.integer(0, 0) != 0;
  const std::string_view text = call.text();
  Pieces lines(call);
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = line_break(text, at);
    if (size == 0) {
      ++at;
      continue;
    }
    lines.add(text.substr(start, at - start + (keep_ends ? size : 0)));
    start = at += size;
  }
  if (start < text.size()) lines.add(text.substr(start));
  return lines.list();
}

Value str_join(const Value& self, const CallArguments& arguments) {
  MethodCall call({"join", 1, 1}, self, arguments);
  const Value& iterable = call[0];
  if (!iterable.is_undefined() && !is_iterable(iterable)) throw TypeError("can only join an iterable");
  const Value list = iterable.is_sequence() ? iterable : to_list(iterable, call.evaluator());
  const Value::Items items = list.items();
  if (items.empty()) return call.like_self("");
  std::size_t size = bounded_size(items.size() - 1, call.text().size(), 0);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].is_string()) {
      throw TypeError(
          fmt::format("sequence item {}: expected str instance, {} found", i, items[i].type_name()));
    }
    size = bounded_size(1, size, items[i].as_string().size());
  }
  call.evaluator().charge(size);
  std::string out;
  out.reserve(size);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i) out += call.text();
    out += items[i].as_string();
  }
  return out;
}

Value markup_join(const Value& self, const CallArguments& arguments) {
  MethodCall call({"join", 1, 1}, self, arguments);
  Growth growth(call.evaluator());
  std::string out;
  bool first = true;
  for_each(call[0], call.evaluator(), [&](const Value& item) {
    const std::size_t before = out.size();
    const std::size_t known = item.is_string() ? item.as_string().size() : 0;
    growth.add(bounded_size(1, known, first ? 0 : call.text().size()));
    if (!first) out += call.text();
    first = false;
    append_escaped(out, item);
    const std::size_t made = out.size() - before;
    if (made > known) growth.add(made - known);  // entities: at most five times the text
    return true;
  });
  return Value::markup(out);
}

}  // namespace retort::detail
