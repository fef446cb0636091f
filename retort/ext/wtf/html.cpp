// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/html.h"

#include <algorithm>
#include <utility>

#include "retort/value/error.h"
#include "retort/value/escape.h"

namespace retort::wtf {

namespace {

char at_position(std::string_view name, bool dashed, std::size_t i) {
  return dashed && name[i] == '_' ? '-' : name[i];
}

// As text compares, over names as they will be written.
int compare_names(std::string_view a, bool a_dashed, std::string_view b, bool b_dashed) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const auto x = static_cast<unsigned char>(at_position(a, a_dashed, i));
    const auto y = static_cast<unsigned char>(at_position(b, b_dashed, i));
    if (x != y) return x < y ? -1 : 1;
  }
  if (a.size() == b.size()) return 0;
  return a.size() < b.size() ? -1 : 1;
}

// What the HTML syntax gives a meaning to around a name. Beyond what xmlattr refuses these are
// quotes, < and control characters: a parser takes them as part of the name, but calls it an
// error.
bool allowed_in_name(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte <= ' ' || byte == 0x7f) return false;
  return c != '"' && c != '\'' && c != '<' && c != '>' && c != '/' && c != '=';
}

void append_name(std::string& out, std::string_view name, bool dashed) {
  if (name.empty()) throw ValueError("An HTML attribute has no name");
  if (!std::all_of(name.begin(), name.end(), allowed_in_name))
    throw ValueError("Invalid character in attribute name: " + Value(name).repr());
  const std::size_t start = out.size();
  append_escaped(out, name);
  if (dashed) std::replace(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), '_', '-');
}

// Markup may hold quotes of its own, which here would end the value.
void append_quoted(std::string& out, const Value& value) {
  out += "=\"";
  std::string html;
  if (append_own_html(html, value)) {
    for (const char c : html) {
      if (c == '"') {
        out += "&quot;";
      } else {
        out += c;
      }
    }
  } else {
    append_escaped(out, value);
  }
  out += '"';
}

}  // namespace

Attributes::Attributes(ValueSpan<Value::Member> named) {
  attributes_.reserve(kUsual + named.size());
  for (const Value::Member& member : named) set(member.key, member.value);
}

Attributes::Attribute Attributes::make(std::string_view name, Value value) {
  while (!name.empty() && name.back() == '_') name.remove_suffix(1);
  const bool dashed = name.starts_with("data_") || name.starts_with("aria_");
  return {name, dashed, std::move(value)};
}

Attributes::Attribute* Attributes::at(std::string_view name) {
  const Attribute wanted = make(name, Value());
  for (Attribute& attribute : attributes_)
    if (compare_names(attribute.name, attribute.dashed, wanted.name, wanted.dashed) == 0) return &attribute;
  return nullptr;
}

void Attributes::set(std::string_view name, Value value) {
  if (Attribute* found = at(name)) {
    found->value = std::move(value);
  } else {
    attributes_.push_back(make(name, std::move(value)));
  }
}

void Attributes::set_default(std::string_view name, Value value) {
  if (!at(name)) attributes_.push_back(make(name, std::move(value)));
}

void Attributes::set_defaults(const Value& defaults) {
  if (!defaults.is_dict()) return;
  for (const Value::Entry& entry : defaults.entries()) set_default(entry.key.as_string(), entry.value);
}

const Value* Attributes::find(std::string_view name) const {
  const Attribute* found = const_cast<Attributes*>(this)->at(name);
  return found ? &found->value : nullptr;
}

bool Attributes::erase(std::string_view name) {
  Attribute* found = at(name);
  if (!found) return false;
  attributes_.erase(attributes_.begin() + (found - attributes_.data()));
  return true;
}

void Attributes::append_to(std::string& out) {
  std::stable_sort(attributes_.begin(), attributes_.end(), [](const Attribute& a, const Attribute& b) {
    return compare_names(a.name, a.dashed, b.name, b.dashed) < 0;
  });
  for (const Attribute& attribute : attributes_) {
    const Value& value = attribute.value;
    if (value.is_bool() && !value.as_bool()) continue;
    out += ' ';
    append_name(out, attribute.name, attribute.dashed);
    if (!value.is_bool()) append_quoted(out, value);
  }
}

Markup html_params(std::initializer_list<Value::Member> attributes) {
  std::string out;
  Attributes({attributes.begin(), attributes.size()}).append_to(out);
  if (!out.empty()) out.erase(0, 1);
  return Markup(std::move(out));
}

void append_label(std::string& out, std::string_view field_id, const Value& text, Attributes attributes) {
  if (!field_id.empty()) attributes.set_default("for", Value::borrow(field_id));
  out += "<label";
  attributes.append_to(out);
  out += '>';
  append_escaped(out, text);
  out += "</label>";
}

}  // namespace retort::wtf
