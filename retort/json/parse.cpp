// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <simdjson.h>

#include "retort/json/json.h"

namespace retort {
namespace {

namespace dom = simdjson::dom;

Value convert(dom::element element);

Value convert_list(dom::array array) {
  Value out = Value::list();
  for (const dom::element item : array) out.push_back(convert(item));
  return out;
}

Value convert_dict(dom::object object) {
  Value out = Value::dict();
  for (const auto& [key, item] : object) out.set(std::string_view(key), convert(item));
  return out;
}

// The depth is bounded by the parser's own limit.
Value convert(dom::element element) {
  switch (element.type()) {
    case dom::element_type::ARRAY:
      return convert_list(element.get_array().value_unsafe());
    case dom::element_type::OBJECT:
      return convert_dict(element.get_object().value_unsafe());
    case dom::element_type::INT64:
      return Value(element.get_int64().value_unsafe());
    case dom::element_type::UINT64:
      return Value(element.get_uint64().value_unsafe());  // ValueError: beyond 64 bits
    case dom::element_type::DOUBLE:
      return Value(element.get_double().value_unsafe());
    case dom::element_type::STRING:
      return Value(element.get_string().value_unsafe());
    case dom::element_type::BOOL:
      return Value(element.get_bool().value_unsafe());
    default:
      return Value(nullptr);
  }
}

}  // namespace

Result<Value> json::parse(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes)
    return Error{fmt::format("JSON of more than {} bytes", limits.max_bytes)};
  dom::parser parser(limits.max_bytes);
  if (parser.allocate(text.size(), limits.max_depth) != simdjson::SUCCESS) return Error{"out of memory"};
  const simdjson::padded_string padded(text);
  dom::element root;
  const auto error = parser.parse(padded).get(root);
  if (error) {
    switch (error) {
      case simdjson::EMPTY:
        return Error{"Expecting value", 0};
      case simdjson::DEPTH_ERROR:
        return Error{fmt::format("JSON is nested deeper than {}", limits.max_depth)};
      case simdjson::NUMBER_ERROR:
        return Error{"a number is malformed, or an integer does not fit 64 bits"};
      default:
        return Error{simdjson::error_message(error)};
    }
  }
  try {
    return convert(root);
  } catch (const ValueError&) {
    return Error{"an integer does not fit 64 bits"};
  }
}

}  // namespace retort
