// SPDX-License-Identifier: BSD-3-Clause
// str() and repr() of values, as Python writes them.
#include "retort/value/text_form.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/base/utf8.h"
#include "retort/value/bounds.h"
#include "retort/value/detail/descent.h"
#include "retort/value/object.h"
#include "retort/value/undefined.h"
#include "retort/value/unicode.h"
#include "retort/value/value.h"
#include "retort/value/view_type.h"

namespace retort {

// Python's repr(float): the shortest digits that read back the same, positional between
// 1e-4 and 1e16, scientific outside.
void append_double(std::string& out, double number) {
  if (std::isnan(number)) {
    out += "nan";
    return;
  }
  if (std::isinf(number)) {
    out += number < 0 ? "-inf" : "inf";
    return;
  }
  char buffer[40];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
  std::string_view text(buffer, static_cast<std::size_t>(result.ptr - buffer));  // "-1.234e+05"
  if (text.front() == '-') {
    out += '-';
    text.remove_prefix(1);
  }
  const std::size_t e = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + e + 2, text.data() + text.size(), exponent);
  if (text[e + 1] == '-') exponent = -exponent;
  if (exponent < -4 || exponent >= 16) {
    out += text;  // to_chars writes two digits of exponent at least, as Python does
    return;
  }
  const std::string_view fraction = e > 1 ? text.substr(2, e - 2) : std::string_view();
  if (exponent < 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-exponent - 1), '0');
    out += text[0];
    out += fraction;
    return;
  }
  const auto point = static_cast<std::size_t>(exponent);  // this many digits of the fraction are whole
  out += text[0];
  out += fraction.substr(0, point);
  if (fraction.size() > point) {
    out += '.';
    out += fraction.substr(point);
  } else {
    out.append(point - fraction.size(), '0');
    out += ".0";
  }
}

namespace {

void append_text_repr(std::string& out, std::string_view text) {
  const char quote = text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
  out += quote;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = utf8::decode(text, at);
    if (c == static_cast<unsigned char>(quote) || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (unicode::is_printable(c)) {
      out += text.substr(start, at - start);
    } else if (c < 0x100) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else if (c < 0x10000) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += fmt::format("\\U{:08x}", static_cast<unsigned>(c));
    }
  }
  out += quote;
}

void append_bytes_repr(std::string& out, std::string_view bytes) {
  const char quote = text::repr_quote(bytes);
  out += 'b';
  out += quote;
  text::append_escaped(out, bytes, quote, true);
  out += quote;
}

void append(std::string& out, const Value& value, int depth);

// A record as Python's dataclasses: Post(id=1, title='x').
void append_view_repr(std::string& out, const Value& value, int depth) {
  const ViewType& type = value.view_type();
  const Value plain = type.copy(value.view_target());
  if (type.shape() != ViewType::Shape::record) return append(out, plain, depth + 1);
  out += type.type_name();
  out += '(';
  bool first = true;
  for (const Value::Entry& entry : plain.entries()) {
    if (!first) out += ", ";
    first = false;
    out += entry.key.as_string();
    out += '=';
    append(out, entry.value, depth + 1);
  }
  out += ')';
}

void append(std::string& out, const Value& value, int depth) {
  if (depth > kMaxValueDepth) throw RecursionError("values are nested too deeply");
  using Kind = Value::Kind;
  switch (value.kind()) {
    case Kind::undefined:
      if (const Undefined* info = value.undefined_info()) return info->append_repr(out);
      out += "Undefined";
      return;
    case Kind::none:
      out += "None";
      return;
    case Kind::boolean:
      out += value.as_bool() ? "True" : "False";
      return;
    case Kind::integer:
      out += std::to_string(value.as_int());
      return;
    case Kind::real:
      return append_double(out, value.as_double());
    case Kind::markup:
      out += "Markup(";
      append_text_repr(out, value.as_string());
      out += ')';
      return;
    case Kind::string:
      return append_text_repr(out, value.as_string());
    case Kind::bytes:
      return append_bytes_repr(out, value.as_bytes());
    case Kind::object: {
      const detail::Descent descent(depth);
      return value.as_object().append_repr(out);
    }
    case Kind::view:
      return append_view_repr(out, value, depth);
    case Kind::list:
    case Kind::tuple: {
      const bool list = value.is_list();
      out += list ? '[' : '(';
      const auto items = value.items();
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (i) out += ", ";
        append(out, items[i], depth + 1);
        TextLimit::check(out);
      }
      if (!list && items.size() == 1) out += ',';
      out += list ? ']' : ')';
      return;
    }
    case Kind::dict: {
      out += '{';
      bool first = true;
      for (const Value::Entry& entry : value.entries()) {
        if (!first) out += ", ";
        first = false;
        append(out, entry.key, depth + 1);
        out += ": ";
        append(out, entry.value, depth + 1);
        TextLimit::check(out);
      }
      out += '}';
      return;
    }
  }
}

}  // namespace

void Value::append_repr(std::string& out) const {
  if (is_number() || is_bool() || is_string()) return append(out, *this, 0);
  const TextLimit limit(out, SIZE_MAX);
  append(out, *this, 0);
}

void Value::append_str(std::string& out) const {
  if (is_string()) {
    out += text();
  } else if (is_object()) {
    const detail::Descent descent(0);
    as_object().append_str(out);
  } else if (!is_undefined()) {
    append_repr(out);
  } else if (const Undefined* info = undefined_info()) {
    info->append_str(out);
  }
}

std::string Value::repr() const {
  std::string out;
  append_repr(out);
  return out;
}

std::string Value::str() const {
  std::string out;
  append_str(out);
  return out;
}

}  // namespace retort
