// SPDX-License-Identifier: BSD-3-Clause
// tojson: what Python's json.dumps writes, safe inside of HTML.
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "retort/jinja/detail/filter_support.h"
#include "retort/jinja/detail/filters.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/json_form.h"

namespace retort::jinja::detail {
namespace {

// A form, and the text that it refers to.
struct JsonOptions {
  JsonForm form;
  std::string indent;
  std::string item_separator;
  std::string key_separator = ": ";
};

void set_indent(const Value& value, JsonOptions& options) {
  options.form.indents = !value.is_none();
  if (value.is_none()) return;
  if (value.is_string()) {
    options.indent = value.as_string();
  } else {
    const Arguments args("JSONEncoder", {"indent"}, 1, CallArguments{{&value, 1}, {}, nullptr});
    const std::int64_t width = args.integer(0);
    if (width > 0x10000) throw LimitError("an indent of more than 65536 is too large");
    options.indent.assign(width > 0 ? static_cast<std::size_t>(width) : 0, ' ');
  }
}

void set_separators(const Value& value, JsonOptions& options) {
  if (value.is_none()) {
    options.item_separator = options.form.indents ? "," : ", ";
    return;
  }
  Value item, key;
  unpack_pair(value, item, key);
  options.item_separator = item.as_string();
  options.key_separator = key.as_string();
}

// The keyword arguments of json.dumps that a policy gives.
JsonOptions read_options(const Value& policy, const Value& indent) {
  JsonOptions options;
  Value separators = nullptr;
  Value indention = indent;
  if (policy.is_dict()) {
    for (const Value::Entry& entry : policy.entries()) {
      const std::string_view name = entry.key.as_string();
      if (name == "indent") {
        if (indent.is_none()) indention = entry.value;
      } else if (name == "sort_keys") {
        options.form.sort_keys = entry.value.truthy();
      } else if (name == "ensure_ascii") {
        options.form.ensure_ascii = entry.value.truthy();
      } else if (name == "allow_nan") {
        options.form.allow_nan = entry.value.truthy();
      } else if (name == "skipkeys") {
        options.form.skip_keys = entry.value.truthy();
      } else if (name == "separators") {
        separators = entry.value;
      } else {
        throw TypeError(fmt::format("JSONEncoder.__init__() got an unexpected keyword argument '{}'", name));
      }
    }
  }
  set_indent(indention, options);
  set_separators(separators, options);
  return options;
}

}  // namespace

Value filter_tojson(Render& render, const CallArguments& call) {
  const Arguments args("do_tojson", {"value", "indent"}, 1, call);
  const JsonOptions options = read_options(render.policy("json.dumps_kwargs"), args.get(1, nullptr));
  JsonForm form = options.form;
  form.indent = options.indent;
  form.item_separator = options.item_separator;
  form.key_separator = options.key_separator;
  std::string json;
  append_json(json, args[0], form, render);
  return Value::markup(html_safe_json(std::move(json), render));
}

}  // namespace retort::jinja::detail
