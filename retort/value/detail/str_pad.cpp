// SPDX-License-Identifier: BSD-3-Clause
// The methods that fill text up, and translate. A result's size is charged before it is made.
#include <limits>
#include <string>
#include <vector>

#include "retort/base/utf8.h"
#include "retort/value/detail/str_methods.h"
#include "retort/value/detail/text_search.h"
#include "retort/value/escape.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"

namespace retort::detail {
namespace {

using Form = Signature::Form;

std::string fill_character(const MethodCall& call, std::size_t i) {
  if (!call.has(i)) return " ";
  // MarkupSafe escapes the fill character first: "<" is four characters then.
  const Value fill = call.self().is_markup() ? escape(call[i]) : call[i];
  if (!fill.is_string()) {
    throw TypeError("The fill character must be a unicode character, not " + std::string(fill.type_name()));
  }
  if (fill.size() != 1) throw TypeError("The fill character must be exactly one character long");
  return std::string(fill.as_string());
}

void append_times(std::string& out, std::string_view fill, std::size_t count) {
  if (fill.size() == 1) {
    out.append(count, fill[0]);
  } else {
    for (; count > 0; --count) out += fill;
  }
}

/// How many code points self lacks to `width`.
std::size_t missing_to(const MethodCall& call, std::int64_t width) {
  const std::size_t size = utf8::count(call.text());
  return width <= 0 || static_cast<std::size_t>(width) <= size ? 0 : static_cast<std::size_t>(width) - size;
}

/// `left` and `right` of the missing code points go to that side.
Value padded(MethodCall& call, std::string_view fill, std::size_t left, std::size_t right) {
  if (left + right == 0) return call.self();
  const std::size_t size = bounded_size(left + right, fill.size(), call.text().size());
  call.evaluator().charge(size);
  std::string out;
  out.reserve(size);
  append_times(out, fill, left);
  out += call.text();
  append_times(out, fill, right);
  return call.like_self(out);
}

/// Calls `text(size)` for runs without tabs and `spaces(count)` for tabs.
template <class Text, class Spaces>
void expand(std::string_view text, std::int64_t tab_size, Text on_text, Spaces on_spaces) {
  std::int64_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\t') {
      if (tab_size > 0) {
        const std::int64_t count = tab_size - column % tab_size;
        on_spaces(static_cast<std::size_t>(count));
        column += count;
      }
      ++at;
      continue;
    }
    const std::size_t next = after_code_point(text, at);
    column = text[at] == '\n' || text[at] == '\r' ? 0 : column + 1;
    on_text(text.substr(at, next - at));
    at = next;
  }
}

/// What translate() puts in the place of a code point.
class Translation {
 public:
  Translation(const Value& table, Growth& growth) : table_(table) {
    if (table.is_string()) {  // random access by code point
      const std::string_view text = table.as_string();
      growth.add(bounded_size(text.size(), sizeof(char32_t), 0));
      for (std::size_t at = 0; at < text.size();) letters_.push_back(utf8::decode(text, at));
    } else if (!table.is_dict() && !table.is_sequence() && !table.is_bytes() && !table.is_object() &&
               !table.is_view()) {
      if (table.is_undefined()) fail_undefined(table);
      throw TypeError("'" + std::string(table.type_name()) + "' object is not subscriptable");
    }
  }

  /// False: the code point stays as it is.
  bool find(char32_t c, Value& out) const {
    if (table_.is_string()) {
      if (c >= letters_.size()) return false;
      std::string letter;
      utf8::append(letter, letters_[c]);
      out = Value(letter);
      return true;
    }
    const Value key(static_cast<std::int64_t>(c));
    if (table_.is_dict()) {
      const Value* const found = table_.find(key);
      if (found) out = *found;
      return found != nullptr;
    }
    out = ops::item(table_, key);
    return !out.is_undefined();
  }

 private:
  const Value& table_;
  std::u32string letters_;
};

/// Appends what stands for a code point: none deletes, an integer is a code point, or text.
void append_translated(std::string& out, const Value& to, Growth& growth) {
  if (to.is_none()) return;
  if (to.is_string()) {
    growth.add(to.as_string().size());
    out += to.as_string();
    return;
  }
  if (!to.is_int() && !to.is_bool()) throw TypeError("character mapping must return integer, None or str");
  const std::int64_t code = to.is_bool() ? to.as_bool() : to.as_int();
  if (code < 0 || code > 0x10ffff) throw ValueError("character mapping must be in range(0x110000)");
  growth.add(4);
  utf8::append(out, static_cast<char32_t>(code));
}

Value code_points_from(std::string_view text, std::size_t& at) {
  return static_cast<std::int64_t>(utf8::decode(text, at));
}

/// maketrans(dict): keys of one letter become code points.
Value table_of_dict(const Value& mapping) {
  if (!mapping.is_dict()) throw TypeError("if you give only one argument to maketrans it must be a dict");
  Value table = Value::dict();
  for (const Value::Entry& entry : mapping.entries()) {
    if (entry.key.is_string()) {
      if (entry.key.size() != 1) throw ValueError("string keys in translate table must be of length 1");
      std::size_t at = 0;
      table.set(code_points_from(entry.key.as_string(), at), entry.value);
    } else if (entry.key.is_int() || entry.key.is_bool()) {
      table.set(entry.key, entry.value);
    } else {
      throw TypeError("keys in translate table must be strings or integers");
    }
  }
  return table;
}

}  // namespace

Value str_ljust(const Value& self, const CallArguments& arguments) {
  MethodCall call({"ljust", 1, 2}, self, arguments);
  const std::int64_t width = call.integer(0);
  return padded(call, fill_character(call, 1), 0, missing_to(call, width));
}

Value str_rjust(const Value& self, const CallArguments& arguments) {
  MethodCall call({"rjust", 1, 2}, self, arguments);
  const std::int64_t width = call.integer(0);
  return padded(call, fill_character(call, 1), missing_to(call, width), 0);
}

Value str_center(const Value& self, const CallArguments& arguments) {
  MethodCall call({"center", 1, 2}, self, arguments);
  const std::int64_t width = call.integer(0);
  const std::string fill = fill_character(call, 1);
  const std::size_t missing = missing_to(call, width);
  // The odd one goes left when the width is odd, too.
  const std::size_t left = missing / 2 + (missing & static_cast<std::size_t>(width) & 1);
  return padded(call, fill, left, missing - left);
}

Value str_zfill(const Value& self, const CallArguments& arguments) {
  MethodCall call({"zfill", 1, 1}, self, arguments);
  const std::size_t missing = missing_to(call, call.integer(0));
  const std::string_view text = call.text();
  if (missing == 0 || text.empty() || (text[0] != '+' && text[0] != '-'))
    return padded(call, "0", missing, 0);
  const std::size_t size = bounded_size(missing, 1, text.size());
  call.evaluator().charge(size);
  std::string out;
  out.reserve(size);
  out += text[0];
  out.append(missing, '0');
  out += text.substr(1);
  return call.like_self(out);
}

Value str_expandtabs(const Value& self, const CallArguments& arguments) {
  MethodCall call({"expandtabs", 0, 1, Form::keywords, {"tabsize"}}, self, arguments);
  const std::int64_t tab_size = call.integer(0, 8);
  if (tab_size > std::numeric_limits<int>::max() || tab_size < std::numeric_limits<int>::min())
    throw OverflowError("Python int too large to convert to C int");
  std::size_t size = 0;
  expand(
      call.text(), tab_size, [&](std::string_view text) { size += text.size(); },
      [&](std::size_t count) { size += count; });
  call.evaluator().charge(size);
  std::string out;
  out.reserve(size);
  expand(
      call.text(), tab_size, [&](std::string_view text) { out += text; },
      [&](std::size_t count) { out.append(count, ' '); });
  return call.like_self(out);
}

Value str_translate(const Value& self, const CallArguments& arguments) {
  MethodCall call({"translate", 1, 1}, self, arguments);
  const std::string_view text = call.text();
  if (text.empty()) return self;
  Growth growth(call.evaluator());
  const Translation table(call[0], growth);
  std::string out;
  Value to;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = utf8::decode(text, at);
    if (table.find(c, to)) {
      append_translated(out, to, growth);
    } else {
      growth.add(at - start);
      out += text.substr(start, at - start);
    }
  }
  return call.like_self(out);
}

Value str_maketrans(const Value& self, const CallArguments& arguments) {
  MethodCall call({"maketrans", 1, 3}, self, arguments);
  if (!call.has(1)) {
    if (call[0].is_dict()) call.evaluator().charge(bounded_size(call[0].size(), 2 * sizeof(Value), 0));
    return table_of_dict(call[0]);
  }
  if (!call[0].is_string())
    throw TypeError("first maketrans argument must be a string if there is a second argument");
  const std::string_view from = call[0].as_string();
  const std::string_view to = call.text(1, "maketrans() argument 2 ");
  const std::string_view dropped = call.has(2) ? call.text(2, "maketrans() argument 3 ") : "";
  if (utf8::count(from) != utf8::count(to))
    throw ValueError("the first two maketrans arguments must have equal length");
  call.evaluator().charge(bounded_size(from.size() + dropped.size(), 2 * sizeof(Value), 0));
  Value table = Value::dict();
  for (std::size_t i = 0, j = 0; i < from.size() && j < to.size();) {
    const Value key = code_points_from(from, i);
    table.set(key, code_points_from(to, j));
  }
  for (std::size_t i = 0; i < dropped.size();) table.set(code_points_from(dropped, i), nullptr);
  return table;
}

}  // namespace retort::detail
