// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/convert.h"

#include <cmath>

#include <fmt/format.h>

#include "retort/value/error.h"

namespace retort {

std::string FieldPath::str() const {
  std::string out = parent ? parent->str() : std::string();
  if (name.data() == nullptr) return fmt::format("{}[{}]", out, index);
  if (!out.empty()) out += '.';
  return out.append(name);
}

namespace detail {

void check_depth(int depth) {
  if (depth > kMaxValueDepth) throw RecursionError("values are nested too deeply");
}

// The messages are marshmallow's, which Flask users know.

void add_error(FieldErrors& errors, const FieldPath* path, std::string_view message) {
  if (errors.size() >= kMaxFieldErrors) return;
  errors.push_back({path ? path->str() : std::string(), std::string(message)});
}

void add_missing(FieldErrors& errors, const FieldPath* path) {
  add_error(errors, path, "Missing data for required field.");
}

void add_length_error(FieldErrors& errors, const FieldPath* path, std::size_t length) {
  add_error(errors, path, fmt::format("Length must be {}.", length));
}

static Error first_error(const FieldErrors& errors) {
  const FieldError& first = errors.front();
  return Error{first.path.empty() ? first.message : fmt::format("{}: {}", first.path, first.message)};
}

bool read_whole(const Value& from, void* out, ReadInto read, Error& error) {
  FieldErrors errors;
  if (read(from, out, errors)) return true;
  error = first_error(errors);
  return false;
}

namespace {

// null has a message of its own where a value is wanted.
bool refuse(const Value& from, std::string_view message, FieldErrors& errors, const FieldPath* path) {
  add_error(errors, path, from.is_none() ? "Field may not be null." : message);
  return false;
}

}  // namespace

bool read_bool(const Value& from, bool& out, FieldErrors& errors, const FieldPath* path) {
  if (from.is_bool()) {
    out = from.as_bool();
    return true;
  }
  return refuse(from, "Not a valid boolean.", errors, path);
}

bool read_integer(const Value& from, std::int64_t min, std::uint64_t max, std::int64_t& out,
                  FieldErrors& errors, const FieldPath* path) {
  if (!from.is_int()) {
    return refuse(from, "Not a valid integer.", errors, path);
  }
  out = from.as_int();
  if (out < min || (out > 0 && static_cast<std::uint64_t>(out) > max)) {
    add_error(errors, path, fmt::format("Must be between {} and {}.", min, max));
    return false;
  }
  return true;
}

bool read_double(const Value& from, double max, double& out, FieldErrors& errors, const FieldPath* path) {
  if (from.is_number()) {
    out = from.as_double();
    if (!(std::fabs(out) > max) || std::isinf(out)) return true;
    add_error(errors, path, "Number too large.");
    return false;
  }
  return refuse(from, "Not a valid number.", errors, path);
}

bool read_text(const Value& from, std::string& out, FieldErrors& errors, const FieldPath* path) {
  if (from.is_string()) {
    out = from.as_string();
    return true;
  }
  return refuse(from, "Not a valid string.", errors, path);
}

bool expect_list(const Value& from, FieldErrors& errors, const FieldPath* path) {
  if (from.is_sequence()) return true;
  return refuse(from, "Not a valid list.", errors, path);
}

bool expect_dict(const Value& from, FieldErrors& errors, const FieldPath* path) {
  if (from.is_dict()) return true;
  return refuse(from, "Invalid input type.", errors, path);
}

void add_choice_error(FieldErrors& errors, const FieldPath* path, const std::string_view* names,
                      std::size_t count) {
  std::string message = "Must be one of: ";
  for (std::size_t i = 0; i < count; ++i) {
    if (i) message += ", ";
    message += names[i];
  }
  add_error(errors, path, message + ".");
}

}  // namespace detail
}  // namespace retort
