// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/inject.h"

#include "retort/app/context.h"
#include "retort/app/validation_error.h"
#include "retort/http/from_text.h"
#include "retort/message/request.h"

namespace retort {

Value ValidationError::messages() const {
  Value out = Value::dict();
  for (const FieldError& error : errors_) {
    const std::string_view field =
        error.path.empty() ? std::string_view("_schema") : std::string_view(error.path);
    Value list = out.get(field, Value::list());
    list.push_back(error.message);
    out.set(field, list);
  }
  return out;
}

namespace detail {

bool field_text(const http::MultiDict& fields, std::string_view name, std::size_t i, std::string_view& out) {
  return fields.nth(name, i, out);
}

void inject_json(Context& context, void* out, ReadInto read) {
  FieldErrors errors;
  if (!read(context.request().get_json(), out, errors)) throw ValidationError(errors);
}

void inject_query(Context& context, void* out, ReadFields read) {
  FieldErrors errors;
  read(context.request().args, false, out, errors);
  if (!errors.empty()) throw ValidationError(errors);
}

void inject_form(Context& context, void* out, ReadFields read) {
  FieldErrors errors;
  read(context.request().form, true, out, errors);
  if (!errors.empty()) throw ValidationError(errors);
}

bool text_to_bool(std::string_view text, bool& out) { return http::from_text(text, out); }

bool text_to_integer(std::string_view text, std::int64_t min, std::uint64_t max, std::int64_t& out) {
  long long number = 0;
  if (!http::from_text(text, number)) return false;
  out = number;
  return out >= min && (out < 0 || static_cast<std::uint64_t>(out) <= max);
}

bool text_to_double(std::string_view text, double& out) { return http::from_text(text, out); }

}  // namespace detail
}  // namespace retort
