// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/json_provider.h"

#include "retort/app/app.h"
#include "retort/app/globals.h"

namespace retort {

Response JSONProvider::response(const Value& value) const {
  return Response(dumps(value), 200, "application/json");
}

JsonOptions DefaultJSONProvider::options(int indent) const {
  JsonOptions out = JsonOptions::python(indent);
  out.sort_keys = sort_keys;
  out.ensure_ascii = ensure_ascii;
  return out;
}

JsonOptions DefaultJSONProvider::response_options() const {
  if (!(*compact).value_or(!debug_)) return options(2);
  JsonOptions out = options();
  out.item_separator = ",";
  out.key_separator = ":";
  return out;
}

std::string DefaultJSONProvider::dumps(const Value& value, const JsonOptions& how) const {
  return ::retort::json::dump(value, how);
}

Result<Value> DefaultJSONProvider::loads(std::string_view text) const { return ::retort::json::parse(text); }

Response DefaultJSONProvider::response(const Value& value) const {
  return Response(dumps(value, response_options()) + "\n", 200, *mimetype);
}

void AppJSON::freeze(bool debug) {
  debug_ = debug;
  frozen_ = true;
  sort_keys.freeze();
  ensure_ascii.freeze();
  compact.freeze();
  mimetype.freeze();
}

std::string AppJSON::dumps(const Value& value) const {
  return replacement_ ? replacement_->dumps(value) : DefaultJSONProvider::dumps(value);
}

Result<Value> AppJSON::loads(std::string_view text) const {
  return replacement_ ? replacement_->loads(text) : DefaultJSONProvider::loads(text);
}

Response AppJSON::response(const Value& value) const {
  return replacement_ ? replacement_->response(value) : DefaultJSONProvider::response(value);
}

Response detail::jsonify_value(const Value& value) {
  return app_context_or_throw().app().json.response(value);
}

}  // namespace retort
