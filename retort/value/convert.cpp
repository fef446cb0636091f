// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/convert.h"

#include <fmt/format.h>

namespace retort::detail {

// The messages are marshmallow's, which Flask users know.

void add_error(FieldErrors& errors, const std::string& path, std::string_view message) {
  errors.push_back({path, std::string(message)});
}

bool read_bool(const Value& from, bool& out, FieldErrors& errors, const std::string& path) {
  if (from.is_bool()) {
    out = from.as_bool();
    return true;
  }
  add_error(errors, path, "Not a valid boolean.");
  return false;
}

bool read_integer(const Value& from, std::int64_t min, std::uint64_t max, std::int64_t& out,
                  FieldErrors& errors, const std::string& path) {
  if (!from.is_int()) {
    add_error(errors, path, "Not a valid integer.");
    return false;
  }
  out = from.as_int();
  if (out < min || (out > 0 && static_cast<std::uint64_t>(out) > max)) {
    add_error(errors, path, fmt::format("Must be between {} and {}.", min, max));
    return false;
  }
  return true;
}

bool read_double(const Value& from, double& out, FieldErrors& errors, const std::string& path) {
  if (from.is_number()) {
    out = from.as_double();
    return true;
  }
  add_error(errors, path, "Not a valid number.");
  return false;
}

bool read_text(const Value& from, std::string& out, FieldErrors& errors, const std::string& path) {
  if (from.is_string()) {
    out = from.as_string();
    return true;
  }
  add_error(errors, path, "Not a valid string.");
  return false;
}

bool read_uuid(const Value& from, Uuid& out, FieldErrors& errors, const std::string& path) {
  if (from.is_string() && Uuid::parse(from.as_string(), out)) return true;
  add_error(errors, path, "Not a valid UUID.");
  return false;
}

bool expect_list(const Value& from, FieldErrors& errors, const std::string& path) {
  if (from.is_sequence()) return true;
  add_error(errors, path, "Not a valid list.");
  return false;
}

bool expect_dict(const Value& from, FieldErrors& errors, const std::string& path) {
  if (from.is_dict()) return true;
  add_error(errors, path, "Invalid input type.");
  return false;
}

void add_choice_error(FieldErrors& errors, const std::string& path, const std::string_view* names,
                      std::size_t count) {
  std::string message = "Must be one of: ";
  for (std::size_t i = 0; i < count; ++i) {
    if (i) message += ", ";
    message += names[i];
  }
  add_error(errors, path, message + ".");
}

std::string member_path(const std::string& path, std::string_view member) {
  return path.empty() ? std::string(member) : fmt::format("{}.{}", path, member);
}

std::string item_path(const std::string& path, std::size_t index) {
  return fmt::format("{}[{}]", path, index);
}

}  // namespace retort::detail
