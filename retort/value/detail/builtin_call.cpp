// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/detail/builtin_call.h"

#include <fmt/format.h>

#include "retort/value/error.h"
#include "retort/value/undefined.h"

namespace retort::detail {
namespace {

const char* plural(std::size_t count) { return count == 1 ? "" : "s"; }

std::string count_text(std::string_view name, std::size_t min, std::size_t max, std::size_t given) {
  if (max == 0) return fmt::format("{}() takes no arguments ({} given)", name, given);
  if (min == 1 && max == 1) return fmt::format("{}() takes exactly one argument ({} given)", name, given);
  const std::size_t dot = name.find('.');
  if (dot != name.npos) name.remove_prefix(dot + 1);
  const std::size_t limit = given < min ? min : max;
  const char* relation = min == max ? "" : given < min ? "at least " : "at most ";
  return fmt::format("{} expected {}{} argument{}, got {}", name, relation, limit, plural(limit), given);
}

}  // namespace

BuiltinCall::BuiltinCall(std::string_view name, std::size_t min, std::size_t max, const CallArguments& call)
    : call_(call) {
  if (!call.named.empty()) throw TypeError(fmt::format("{}() takes no keyword arguments", name));
  if (size() < min || size() > max) throw TypeError(count_text(name, min, max, size()));
}

std::int64_t BuiltinCall::integer(std::size_t i) const { return to_index(call_.positional[i]); }

std::size_t BuiltinCall::bound(std::size_t i, std::size_t otherwise, std::size_t length) const {
  if (i >= size()) return otherwise;
  const Value& value = call_.positional[i];
  if (value.is_undefined()) fail_undefined(value);
  if (!value.is_int() && !value.is_bool())
    throw TypeError("slice indices must be integers or have an __index__ method");
  std::int64_t at = to_index(value);
  if (at < 0) at += static_cast<std::int64_t>(length);
  if (at < 0) return 0;
  return static_cast<std::size_t>(at) < length ? static_cast<std::size_t>(at) : length;
}

std::int64_t to_index(const Value& value) {
  if (value.is_int()) return value.as_int();
  if (value.is_bool()) return value.as_bool();
  if (value.is_undefined()) fail_undefined(value);
  throw TypeError(fmt::format("'{}' object cannot be interpreted as an integer", value.type_name()));
}

}  // namespace retort::detail
