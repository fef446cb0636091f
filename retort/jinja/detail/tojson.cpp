// SPDX-License-Identifier: BSD-3-Clause
// tojson: what Python's json.dumps writes, safe inside of HTML.
#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/jinja/detail/filter_support.h"
#include "retort/jinja/detail/filters.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"
#include "retort/value/operators.h"
#include "retort/value/text_form.h"
#include "retort/value/view_type.h"

namespace retort::jinja::detail {
namespace {

struct JsonOptions {
  bool indents = false;
  std::string indent;
  bool sort_keys = false;
  bool ensure_ascii = true;
  bool allow_nan = true;
  bool skip_keys = false;
  std::string item_separator = ", ";
  std::string key_separator = ": ";
};

class JsonWriter {
 public:
  JsonWriter(Render& render, const JsonOptions& options) : render_(render), options_(options), out_(render) {}

  void write(const Value& value, int depth);
  Value result() const { return Value::markup(out_.text()); }

 private:
  void put(char c) { out_.append(1, c); }
  void put_escape(char32_t c) { put_plain(fmt::format("\\u{:04x}", static_cast<unsigned>(c))); }
  void put_plain(std::string_view text) { out_.append(text); }
  // What HTML would take for its own is escaped wherever it is written.
  void put_safe(std::string_view text) {
    for (const char c : text) {
      if (c == '<' || c == '>' || c == '&' || c == '\'') {
        put_escape(static_cast<unsigned char>(c));
      } else {
        put(c);
      }
    }
  }
  void new_line(int depth) {
    if (!options_.indents) return;
    put('\n');
    for (int i = 0; i < depth; ++i) put_safe(options_.indent);
  }
  void write_text(std::string_view text);
  void write_items(Value::Items items, int depth);
  void write_dict(const Value& dict, int depth);
  std::string double_text(double number) const;
  bool write_key(const Value& key);

  Render& render_;
  const JsonOptions& options_;
  TextOut out_;
};

// Whether a character stands for itself whatever the options are.
bool is_plain(char c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != '\'';
}

void JsonWriter::write_text(std::string_view text) {
  put('"');
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    while (at < text.size() && is_plain(text[at])) ++at;
    if (at > start) {
      put_plain(text.substr(start, at - start));
      continue;
    }
    const char32_t c = utf8::decode(text, at);
    if (c == '"' || c == '\\') {
      put('\\');
      put(static_cast<char>(c));
    } else if (c == '\n') {
      put_plain("\\n");
    } else if (c == '\r') {
      put_plain("\\r");
    } else if (c == '\t') {
      put_plain("\\t");
    } else if (c == '\f') {
      put_plain("\\f");
    } else if (c == '\b') {
      put_plain("\\b");
    } else if (c < 0x20 || (options_.ensure_ascii && c >= 0x7f && c < 0x10000)) {
      put_escape(c);
    } else if (options_.ensure_ascii && c >= 0x10000) {
      put_escape(0xd800 + ((c - 0x10000) >> 10));
      put_escape(0xdc00 + ((c - 0x10000) & 0x3ff));
    } else {
      put_safe(text.substr(start, at - start));
    }
  }
  put('"');
}

std::string JsonWriter::double_text(double number) const {
  std::string text;
  if (std::isfinite(number)) {
    append_double(text, number);
    return text;
  }
  append_double(text, number);
  if (!options_.allow_nan) throw ValueError("Out of range float values are not JSON compliant: " + text);
  return std::isnan(number) ? "NaN" : number < 0 ? "-Infinity" : "Infinity";
}

void JsonWriter::write_items(Value::Items items, int depth) {
  if (items.empty()) return put_plain("[]");
  put('[');
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i) put_safe(options_.item_separator);
    new_line(depth + 1);
    write(items[i], depth + 1);
  }
  new_line(depth);
  put(']');
}

bool JsonWriter::write_key(const Value& key) {
  if (key.is_string()) {
    write_text(key.as_string());
  } else if (key.is_double()) {
    write_text(double_text(key.as_double()));
  } else if (key.is_bool()) {
    write_text(key.as_bool() ? "true" : "false");
  } else if (key.is_none()) {
    write_text("null");
  } else {
    write_text(std::to_string(key.as_int()));
  }
  return true;
}

void JsonWriter::write_dict(const Value& dict, int depth) {
  if (dict.empty()) return put_plain("{}");
  render_.charge(dict.size() * sizeof(Value));
  Value listed = Value::list();
  for (const Value::Entry& entry : dict.entries()) listed.push_back(entry.key);
  if (options_.sort_keys) {
    listed = sorted(
        listed, [](const Value& key) { return key; }, false, render_);
  }
  put('{');
  bool begun = false;
  for (const Value& key : listed.items()) {
    if (!key.is_string() && !key.is_number() && !key.is_bool() && !key.is_none()) {
      if (options_.skip_keys) continue;
      throw TypeError(fmt::format("keys must be str, int, float, bool or None, not {}", key.type_name()));
    }
    if (begun) put_safe(options_.item_separator);
    begun = true;
    new_line(depth + 1);
    write_key(key);
    put_safe(options_.key_separator);
    write(dict.get(key), depth + 1);
  }
  if (begun) new_line(depth);
  put('}');
}

void JsonWriter::write(const Value& value, int depth) {
  if (depth > kMaxValueDepth) throw RecursionError("values are nested too deeply");
  render_.step();
  using Kind = Value::Kind;
  switch (value.kind()) {
    case Kind::none:
      return put_plain("null");
    case Kind::boolean:
      return put_plain(value.as_bool() ? "true" : "false");
    case Kind::integer:
      return put_plain(std::to_string(value.as_int()));
    case Kind::real:
      return put_plain(double_text(value.as_double()));
    case Kind::string:
    case Kind::markup:
      return write_text(value.as_string());
    case Kind::list:
    case Kind::tuple:
      return write_items(value.items(), depth);
    case Kind::dict:
      return write_dict(value, depth);
    case Kind::view:
      return write(value.view_type().copy(value.view_target()), depth + 1);
    case Kind::object: {
      const Value plain = value.as_object().to_json();
      if (!plain.is_undefined()) return write(plain, depth + 1);
      break;
    }
    default:
      break;
  }
  throw TypeError(fmt::format("Object of type {} is not JSON serializable", value.type_name()));
}

void set_indent(const Value& value, JsonOptions& options) {
  options.indents = !value.is_none();
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
    options.item_separator = options.indents ? "," : ", ";
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
        options.sort_keys = entry.value.truthy();
      } else if (name == "ensure_ascii") {
        options.ensure_ascii = entry.value.truthy();
      } else if (name == "allow_nan") {
        options.allow_nan = entry.value.truthy();
      } else if (name == "skipkeys") {
        options.skip_keys = entry.value.truthy();
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
  JsonWriter writer(render, options);
  writer.write(args[0], 0);
  return writer.result();
}

}  // namespace retort::jinja::detail
