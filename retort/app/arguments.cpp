// SPDX-License-Identifier: BSD-3-Clause
#include <charconv>
#include <cmath>

#include "retort/app/argument.h"
#include "retort/app/detail/app_impl.h"
#include "retort/http/errors.h"
#include "retort/message/request.h"

namespace retort::detail {
namespace {

const ArgumentSource& source(const Context& context, std::size_t i) { return context.route->arguments[i]; }

/// The value that a url_value_preprocessor left for an argument; SetupError when it took it away.
const Value& changed(const Context& context, std::size_t i) {
  const Value* value = (*context.request().view_args).find(source(context, i).name);
  if (!value) {
    throw SetupError("a url_value_preprocessor took away '" + source(context, i).name +
                     "', which the view of '" + context.route->endpoint + "' has a parameter for");
  }
  return *value;
}

const Value* moved(const Context& context, std::size_t i) {
  return context.view_args_changed ? &changed(context, i) : nullptr;
}

/// The value of an argument that is no capture of a built-in converter's: a default of the
/// rule's, or what a converter of the app's own made.
const routing::Variable* made(const Context& context, const ArgumentSource& from) {
  return from.fixed ? from.fixed : context.match.custom_value(from.capture);
}

std::int64_t parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) variable_mismatch();
  return number;
}

double parse_real(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) variable_mismatch();
  return number;
}

}  // namespace

void variable_mismatch() { throw NotFound(); }

std::string_view variable_text(const Context& context, std::size_t i) {
  const ArgumentSource& from = source(context, i);
  if (const Value* value = moved(context, i)) {
    if (value->is_string()) return value->as_string();
    // A view may take the text of a number: it is the rule's as long as nobody changed the number.
    const routing::Variables matched_values = context.match.values();
    const routing::Variable* matched = matched_values.find(from.name);
    if (!matched || to_value(*matched) != *value) return value->as_string();
  }
  if (const routing::Variable* value = made(context, from)) {
    if (const std::string* text = value->string()) return *text;
    if (from.fixed) variable_mismatch();
  }
  return context.match[from.capture].text();
}

std::int64_t variable_integer(const Context& context, std::size_t i, std::int64_t min, std::uint64_t max) {
  std::int64_t number = 0;
  const ArgumentSource& from = source(context, i);
  if (const Value* value = moved(context, i)) {
    number = value->as_int();
  } else if (const routing::Variable* fixed = made(context, from); fixed && fixed->integer()) {
    number = *fixed->integer();
  } else if (from.fixed) {
    variable_mismatch();
  } else {
    const routing::Capture& capture = context.match[from.capture];
    number =
        capture.kind() == routing::Capture::Kind::integer ? capture.integer() : parse_integer(capture.text());
  }
  if (number < min || (number > 0 && static_cast<std::uint64_t>(number) > max)) variable_mismatch();
  return number;
}

double variable_real(const Context& context, std::size_t i) {
  if (const Value* value = moved(context, i)) return value->as_double();
  const ArgumentSource& from = source(context, i);
  if (const routing::Variable* value = made(context, from)) {
    if (const double* real = value->real()) return *real;
    if (const std::int64_t* integer = value->integer()) return static_cast<double>(*integer);
    if (from.fixed) variable_mismatch();
  }
  const routing::Capture& capture = context.match[from.capture];
  return capture.kind() == routing::Capture::Kind::real ? capture.real() : parse_real(capture.text());
}

Uuid variable_uuid(const Context& context, std::size_t i) {
  const ArgumentSource& from = source(context, i);
  std::string_view text;
  if (const Value* value = moved(context, i)) {
    text = value->as_string();
  } else if (const routing::Variable* value = made(context, from); value && value->uuid()) {
    return *value->uuid();
  } else if (from.fixed) {
    variable_mismatch();
  } else {
    const routing::Capture& capture = context.match[from.capture];
    if (capture.kind() == routing::Capture::Kind::uuid) return capture.uuid();
    text = capture.text();
  }
  Uuid uuid;
  if (!Uuid::parse(text, uuid)) variable_mismatch();
  return uuid;
}

App& context_app(Context& context) { return context.app(); }
Request& context_request(Context& context) { return context.request(); }

}  // namespace retort::detail
