// SPDX-License-Identifier: BSD-3-Clause
// ecosystem.jsonl: .env files.
#include <string>

#include "tests/conformance/driver.h"

#include "retort/app/dotenv.h"

namespace retort::conformance {
namespace {

Value text_or_none(const std::optional<std::string>& text) { return text ? Value(*text) : Value(nullptr); }

Value dotenv_parse(const Value& c) {
  Value bindings = Value::list();
  for (const dotenv::Binding& binding : dotenv::parse(text(args(c), "text"))) {
    Value item = Value::dict();
    item.set("key", text_or_none(binding.key));
    item.set("value", text_or_none(binding.value));
    item.set("original", binding.original);
    item.set("line", binding.line);
    item.set("error", binding.error);
    bindings.push_back(item);
  }
  Value out = Value::dict();
  out.set("bindings", bindings);
  return out;
}

Value dotenv_values(const Value& c) {
  const Value environment = args(c).get("env", Value::dict());
  dotenv::ValuesOptions options;
  options.interpolate = args(c).get("interpolate", true).truthy();
  const auto look_up = [&](std::string_view name) -> std::optional<std::string> {
    if (!environment.contains(name)) return std::nullopt;
    return environment.get(name, nullptr).str();
  };
  Value out = Value::list();
  for (const auto& [key, value] : dotenv::values(text(args(c), "text"), look_up, options)) {
    Value item = Value::list();
    item.push_back(key);
    item.push_back(text_or_none(value));
    out.push_back(item);
  }
  return result(out);
}

}  // namespace

void add_dotenv_ops(Table& table);
void add_dotenv_ops(Table& table) {
  table.add("dotenv_parse", dotenv_parse);
  table.add("dotenv_values", dotenv_values);
}

}  // namespace retort::conformance
