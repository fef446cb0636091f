// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Values as text, alike in both twins: text() of run.py.
#include <optional>
#include <string>
#include <vector>

#include "retort/db/json.h"
#include "retort/db/types.h"
#include "retort/json/json.h"

namespace retort::twins {

inline std::string text(const std::string& value) { return value; }
inline std::string text(const Bytes& value) { return Value::bytes(value.view()).repr(); }
inline std::string text(const Value& value) {
  JsonOptions options = JsonOptions::python();
  options.sort_keys = true;
  return json::dump(value, options);
}
template <class T>
std::string text(const db::Json<T>& value) {
  return text(to_value(value));
}
template <class T>
std::string text(const std::optional<T>& value);
template <class T>
std::string text(const T& value) {
  return to_value(value).str();
}
template <class T>
std::string text(const std::vector<T>& value) {
  std::string out = "[";
  for (const auto& item : value) {
    if (out.size() > 1) out += "; ";
    out += text(static_cast<const T&>(item));
  }
  return out + "]";
}
template <class T>
std::string text(const std::optional<T>& value) {
  return value ? text(*value) : "NULL";
}

}  // namespace retort::twins
