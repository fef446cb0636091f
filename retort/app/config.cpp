// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/config.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "retort/app/scaffold.h"
#include "retort/json/json.h"

namespace retort {
namespace {

[[noreturn]] void wrong(std::string_view key, const Value& value, std::string_view wanted) {
  if (value.is_undefined()) throw SetupError(fmt::format("config[\"{}\"] is not set", key));
  throw SetupError(fmt::format("config[\"{}\"] should be {}, but is {} ({})", key, wanted, value.repr(),
                               value.type_name()));
}

bool is_upper_key(std::string_view key) {
  return std::none_of(key.begin(), key.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// Sets A__B__C into nested dicts, making those that are missing.
void set_nested(Value& dict, std::string_view key, Value value) {
  const std::size_t dots = key.find("__");
  if (dots == std::string_view::npos) return dict.set(key, std::move(value));
  const std::string_view head = key.substr(0, dots);
  Value inner = dict.get(head, Value::dict());
  if (!inner.is_dict()) inner = Value::dict();
  set_nested(inner, key.substr(dots + 2), std::move(value));
  dict.set(head, inner);
}

}  // namespace

// Flask's keys and defaults that this layer reads.
Config::Config()
    : values_(Value::dict({{"DEBUG", false},
                           {"TESTING", false},
                           {"PROPAGATE_EXCEPTIONS", nullptr},
                           {"SECRET_KEY", nullptr},
                           {"SERVER_NAME", nullptr},
                           {"APPLICATION_ROOT", "/"},
                           {"PREFERRED_URL_SCHEME", "http"},
                           {"MAX_CONTENT_LENGTH", nullptr},
                           {"MAX_FORM_MEMORY_SIZE", 500'000},
                           {"MAX_FORM_PARTS", 1000},
                           {"TRAP_HTTP_EXCEPTIONS", false},
                           {"TRAP_BAD_REQUEST_ERRORS", nullptr}})) {}

void Config::set(std::string_view key, Value value) { values_.set(key, std::move(value)); }

void Config::setdefault(std::string_view key, Value value) {
  if (!contains(key)) set(key, std::move(value));
}

bool Config::contains(std::string_view key) const { return values_.contains(key); }

std::string Config::text(std::string_view key) const {
  const Value value = get(key);
  if (!value.is_string()) wrong(key, value, "text");
  return std::string(value.as_string());
}

std::int64_t Config::integer(std::string_view key) const {
  const Value value = get(key);
  if (!value.is_int()) wrong(key, value, "an integer");
  return value.as_int();
}

bool Config::boolean(std::string_view key) const {
  const Value value = get(key);
  if (!value.is_bool()) wrong(key, value, "true or false");
  return value.as_bool();
}

void Config::from_mapping(const Value& mapping) {
  for (const Value::Entry& entry : mapping.entries()) {
    if (entry.key.is_string() && is_upper_key(entry.key.as_string())) set(entry.key.as_string(), entry.value);
  }
}

void Config::from_prefixed_env(std::string_view prefix) {
  std::vector<std::string> found;
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text = *variable;
    if (text.size() > prefix.size() && text.starts_with(prefix) && text[prefix.size()] == '_')
      found.emplace_back(text);
  }
  std::sort(found.begin(), found.end());
  for (const std::string_view text : found) {
    const std::size_t equals = text.find('=');
    const std::string_view key = text.substr(prefix.size() + 1, equals - prefix.size() - 1);
    const std::string_view raw = text.substr(equals + 1);
    Result<Value> parsed = json::parse(raw);
    set_nested(values_, key, parsed ? *std::move(parsed) : Value(raw));
  }
}

}  // namespace retort
