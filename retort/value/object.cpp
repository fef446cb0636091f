// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/object.h"

#include <fmt/format.h>

namespace retort {

Value Object::attribute(std::string_view) const { return {}; }
Value Object::item(const Value&) const { return {}; }
bool Object::set_attribute(std::string_view, const Value&) { return false; }
Value Object::attribute_names() const { return Value::list(); }
Value Object::call(const CallArguments&) const {
  throw TypeError(fmt::format("'{}' object is not callable", type_name()));
}
bool Object::is_callable() const { return false; }
bool Object::is_safe_callable() const { return true; }
Owned<ValueIterator> Object::iterate() const { return nullptr; }
Owned<ValueIterator> Object::iterate_reversed() const { return nullptr; }
bool Object::contains(const Value&, bool&) const { return false; }
Value Object::slice(const Value&, const Value&, const Value&) const { return {}; }
bool Object::length(std::size_t&) const { return false; }
bool Object::truthy() const {
  std::size_t size = 0;
  return !length(size) || size != 0;
}
void Object::append_str(std::string& out) const { append_repr(out); }
void Object::append_repr(std::string& out) const { out += fmt::format("<{} object>", type_name()); }
bool Object::append_html(std::string&) const { return false; }
Value Object::to_json() const { return {}; }
bool Object::equals(const Object& other) const { return this == &other; }
bool Object::equals_value(const Value&) const { return false; }
std::size_t Object::hash() const { return reinterpret_cast<std::size_t>(this) >> 4; }
void Object::freeze() {}

}  // namespace retort
