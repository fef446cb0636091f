// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/detail/lookup.h"

#include <fmt/format.h>

#include "retort/value/detail/operands.h"
#include "retort/value/error.h"

namespace retort::detail {
namespace {

[[noreturn]] void throw_no_position(const Value& object, const Value& key) {
  const bool text = object.is_string(), bytes = object.is_bytes();
  const std::string_view type = text ? "string" : object.is_view() ? "list" : object.type_name();
  if (is_integral(key))
    throw IndexError(bytes ? std::string("index out of range") : fmt::format("{} index out of range", type));
  if (text) throw TypeError(fmt::format("string indices must be integers, not '{}'", key.type_name()));
  throw TypeError(
      fmt::format("{} indices must be integers or slices, not {}", bytes ? "byte" : type, key.type_name()));
}

[[noreturn]] void throw_no_item(const Value& object, const Value& key) {
  using Shape = ViewType::Shape;
  const bool view = object.is_view();
  if (object.is_string() || object.is_bytes() || object.is_sequence() ||
      (view && object.view_type().shape() == Shape::sequence))
    throw_no_position(object, key);
  if (object.is_dict() || object.is_object() || (view && object.view_type().shape() == Shape::mapping))
    throw KeyError(key.repr());
  throw TypeError(fmt::format("'{}' object is not subscriptable", object.type_name()));
}

bool is_missing(const Value& value) { return value.is_undefined() && !value.undefined_info(); }

}  // namespace

Value require_attribute(const Value& object, std::string_view name, Evaluator& evaluator) {
  Value out = evaluator.attribute(object, name);
  if (is_missing(out))
    throw AttributeError(fmt::format("'{}' object has no attribute '{}'", object.type_name(), name));
  return out;
}

Value require_item(const Value& object, const Value& key, Evaluator& evaluator) {
  Value out = evaluator.item(object, key);
  if (is_missing(out) && !object.find(key)) throw_no_item(object, key);
  return out;
}

}  // namespace retort::detail
