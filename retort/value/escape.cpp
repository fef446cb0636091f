// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/escape.h"

#include "retort/value/object.h"
#include "retort/value/undefined.h"

namespace retort {

void append_escaped(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::markup:
      out += value.as_string();
      return;
    case Value::Kind::string:
      append_escaped(out, value.as_string());
      return;
    case Value::Kind::none:
    case Value::Kind::boolean:
    case Value::Kind::integer:
    case Value::Kind::real:
      value.append_str(out);  // has nothing to escape
      return;
    case Value::Kind::object:
      if (value.as_object().append_html(out)) return;
      [[fallthrough]];
    default: {
      std::string text;
      value.append_str(text);
      append_escaped(out, std::string_view(text));
    }
  }
}

bool append_own_html(std::string& out, const Value& value) {
  if (value.is_markup()) {
    out += value.as_string();
    return true;
  }
  if (value.is_object()) return value.as_object().append_html(out);
  if (const Undefined* info = value.undefined_info()) return info->append_html(out);
  return false;
}

Value escape(const Value& value) {
  if (value.is_markup()) return value;
  std::string html;
  append_escaped(html, value);
  return Value::markup(html);
}

}  // namespace retort
