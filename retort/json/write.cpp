// SPDX-License-Identifier: BSD-3-Clause
#include "retort/json/write.h"

#include <charconv>

#include "retort/json/json.h"
#include "retort/value/evaluator.h"

namespace retort {
namespace json_detail {
namespace {

template <class T>
void write_digits(std::string& out, T number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace

void put(std::string& out, std::string_view text) { out.append(text); }
void write_integer(std::string& out, std::int64_t number) { write_digits(out, number); }

void write_unsigned(std::string& out, std::uint64_t number) { write_digits(out, number); }

void write_value(std::string& out, const Value& value, const JsonOptions& options) {
  const std::string spaces(options.indent > 0 ? static_cast<std::size_t>(options.indent) : 0, ' ');
  JsonForm form;
  form.indents = options.indent >= 0;
  form.indent = spaces;
  form.item_separator = options.item_separator.value_or(",");
  form.key_separator = options.key_separator.value_or(form.indents ? ": " : ":");
  form.sort_keys = options.sort_keys;
  form.ensure_ascii = options.ensure_ascii;
  form.allow_nan = options.allow_nan;
  form.skip_keys = options.skip_keys;
  Evaluator unbounded;
  append_json(out, value, form, unbounded);
}

void refuse_depth() { throw RecursionError("values are nested too deeply"); }

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

Markup htmlsafe_json_dumps(const Value& value, const JsonOptions& options) {
  Evaluator unbounded;
  return Markup(html_safe_json(json::dump(value, options), unbounded));
}

}  // namespace retort
