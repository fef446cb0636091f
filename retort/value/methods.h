// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The methods that Python's built-in types have, for templates: of str, Markup, bytes,
// list, tuple, dict, int, float, bool. Pure functions over shared constant tables.

#include <string_view>

#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort {

struct Method {
  std::string_view name;
  Value (*function)(const Value& self, const CallArguments& arguments);
  /// Changes self: what an immutable sandbox refuses.
  bool mutates = false;
};

/// The method of a kind of value; null when there is none, or for objects.
const Method* find_method(Value::Kind kind, std::string_view name);
/// `self.method` as a value that can be passed on and called.
Value bind_method(const Value& self, const Method& method);

/// `object.name`: a bound method of a built-in kind, an object's attribute; undefined when
/// there is none. (Python's getattr; int and float have `real` and `imag`, too.)
Value get_attribute(const Value& object, std::string_view name);

namespace detail {
/// A kind's methods in the order of their names.
ValueSpan<Method> str_methods();
ValueSpan<Method> markup_methods();
ValueSpan<Method> bytes_methods();
ValueSpan<Method> list_methods();
ValueSpan<Method> tuple_methods();
ValueSpan<Method> dict_methods();
ValueSpan<Method> int_methods();
ValueSpan<Method> float_methods();
}  // namespace detail

}  // namespace retort
