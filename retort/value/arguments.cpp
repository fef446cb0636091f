// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/arguments.h"

#include <string>

#include <fmt/format.h>

#include "retort/value/error.h"
#include "retort/value/undefined.h"

namespace retort {

namespace {

std::string missing_text(std::string_view function, std::string_view names, std::size_t count) {
  return fmt::format("{}() missing {} required positional argument{}: {}", function, count,
                     count == 1 ? "" : "s", names);
}

}  // namespace

Arguments::Arguments(std::string_view function, std::initializer_list<std::string_view> parameters,
                     std::size_t required, const CallArguments& call)
    : evaluator_(call.evaluator ? call.evaluator : &unbounded_), function_(function) {
  const std::string_view* names = parameters.begin();
  const std::size_t count = parameters.size();
  if (call.positional.size() > count) {
    throw TypeError(fmt::format("{}() takes {}{} positional argument{} but {} {} given", function,
                                required < count ? fmt::format("from {} to ", required) : "", count,
                                count == 1 ? "" : "s", call.positional.size(),
                                call.positional.size() == 1 ? "was" : "were"));
  }
  for (std::size_t i = 0; i < call.positional.size(); ++i) values_[i] = &call.positional[i];
  for (const Value::Member& member : call.named) {
    std::size_t i = 0;
    while (i < count && names[i] != member.key) ++i;
    if (i == count)
      throw TypeError(fmt::format("{}() got an unexpected keyword argument '{}'", function, member.key));
    if (values_[i])
      throw TypeError(fmt::format("{}() got multiple values for argument '{}'", function, member.key));
    values_[i] = &member.value;
  }
  std::string missing;
  std::size_t missing_count = 0;
  for (std::size_t i = 0; i < required; ++i) {
    if (values_[i]) continue;
    if (missing_count++) missing += ", ";
    missing += fmt::format("'{}'", names[i]);
  }
  if (missing_count) throw TypeError(missing_text(function, missing, missing_count));
}

std::int64_t Arguments::integer(std::size_t i) const {
  const Value& value = *values_[i];
  if (value.is_int()) return value.as_int();
  if (value.is_bool()) return value.as_bool();
  if (value.is_undefined()) fail_undefined(value);
  throw TypeError(
      fmt::format("{}(): '{}' object cannot be interpreted as an integer", function_, value.type_name()));
}

std::string_view Arguments::text(std::size_t i) const {
  const Value& value = *values_[i];
  if (value.is_string()) return value.as_string();
  if (value.is_undefined()) fail_undefined(value);
  throw TypeError(fmt::format("{}() argument must be str, not {}", function_, value.type_name()));
}

}  // namespace retort
