// SPDX-License-Identifier: BSD-3-Clause
// Filters that make HTML and URLs.
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "retort/base/percent.h"
#include "retort/jinja/detail/filter_support.h"
#include "retort/jinja/detail/filters.h"
#include "retort/value/arguments.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"

namespace retort::jinja::detail {

Value filter_escape(Render& render, const CallArguments& call) {
  const Arguments args("escape", {"s"}, 1, call);
  return escaped(render, args[0]);
}

Value filter_forceescape(Render& render, const CallArguments& call) {
  const Arguments args("do_forceescape", {"value"}, 1, call);
  return escaped(render, to_str(render, own_html(render, args[0])));
}

Value filter_safe(Render& render, const CallArguments& call) {
  const Arguments args("do_mark_safe", {"value"}, 1, call);
  const Value html = own_html(render, args[0]);
  if (html.is_markup()) return html;
  const Value text = to_str(render, html);
  render.charge(text.as_string().size());
  return Value::markup(text.as_string());
}

Value filter_striptags(Render& render, const CallArguments& call) {
  const Arguments args("do_striptags", {"value"}, 1, call);
  const Value text = to_str(render, own_html(render, args[0]));
  return call_method(render, Value::markup(text.as_string()), "striptags");
}

// URLs.

namespace {

void append_quoted(Render& render, TextOut& out, const Value& value, bool query) {
  const Value text = value.is_bytes() ? value : soft_str(render, value);
  const std::string_view bytes = text.is_bytes() ? text.as_bytes() : text.as_string();
  render.charge(bytes.size() * 3);
  if (!query) return out.append(percent::encode(bytes, "/"));
  // A space is the one byte that becomes a plus.
  for (std::size_t at = 0; at <= bytes.size();) {
    const std::size_t space = bytes.find(' ', at);
    out.append(percent::encode(bytes.substr(at, space - at), ""));
    if (space == bytes.npos) return;
    out.append("+");
    at = space + 1;
  }
}

}  // namespace

Value filter_urlencode(Render& render, const CallArguments& call) {
  const Arguments args("do_urlencode", {"value"}, 1, call);
  const Value& value = args[0];
  TextOut out(render);
  if (value.is_string() || (!value.is_undefined() && !is_iterable(value))) {
    append_quoted(render, out, value, false);
    return Value(out.text());
  }
  const Value pairs = is_mapping(value) ? items_of(render, value) : value;
  bool begun = false;
  for_each(pairs, render, [&](const Value& pair) {
    Value key, item;
    unpack_pair(pair, key, item);
    if (begun) out.append("&");
    begun = true;
    append_quoted(render, out, key, true);
    out.append("=");
    append_quoted(render, out, item, true);
    return true;
  });
  return Value(out.text());
}

// Attributes.

namespace {

// What would end the name and begin a value or another attribute.
void check_attribute_name(const Value& name) {
  if (!name.is_string())
    throw TypeError(fmt::format("expected string or bytes-like object, got '{}'", name.type_name()));
  if (name.as_string().find_first_of(" \t\n\r\f\v/>=") != std::string_view::npos)
    throw ValueError("Invalid character in attribute name: " + name.repr());
}

}  // namespace

Value filter_xmlattr(Render& render, const CallArguments& call) {
  const Arguments args("do_xmlattr", {"d", "autospace"}, 1, call);
  TextOut out(render);
  const bool autospace = args.truthy(1, true);
  for_each(items_of(render, args[0]), render, [&](const Value& pair) {
    Value key, value;
    unpack_pair(pair, key, value);
    if (value.is_none() || value.is_undefined()) return true;
    check_attribute_name(key);
    const Value name = escaped(render, key);
    const Value text = escaped(render, value);
    if (autospace || !out.text().empty()) out.append(" ");
    out.append(name.as_string());
    out.append("=\"");
    out.append(text.as_string());
    out.append("\"");
    return true;
  });
  return make_text(out.text(), render.autoescape());
}

}  // namespace retort::jinja::detail
