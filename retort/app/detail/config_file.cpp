// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/detail/config_file.h"

#include <exception>
#include <sstream>
#include <utility>

#include <toml.hpp>

#include "retort/json/json.h"

namespace retort::detail {
namespace {

/// Deeper documents are refused, so that no file exhausts the stack.
constexpr int kMaxDepth = 100;

template <class T>
std::string printed(const T& time) {
  std::ostringstream out;
  out << time;
  return std::move(out).str();
}

Value from_toml(const toml::value& from, int depth) {
  if (depth > kMaxDepth) throw std::length_error("nested too deeply");
  switch (from.type()) {
    case toml::value_t::boolean:
      return from.as_boolean();
    case toml::value_t::integer:
      return from.as_integer();
    case toml::value_t::floating:
      return from.as_floating();
    case toml::value_t::string:
      return from.as_string().str;
    case toml::value_t::offset_datetime:
      return printed(from.as_offset_datetime());
    case toml::value_t::local_datetime:
      return printed(from.as_local_datetime());
    case toml::value_t::local_date:
      return printed(from.as_local_date());
    case toml::value_t::local_time:
      return printed(from.as_local_time());
    case toml::value_t::array: {
      Value out = Value::list();
      for (const toml::value& item : from.as_array()) out.push_back(from_toml(item, depth + 1));
      return out;
    }
    case toml::value_t::table: {
      Value out = Value::dict();
      for (const auto& [key, value] : from.as_table()) out.set(key, from_toml(value, depth + 1));
      return out;
    }
    default:
      return nullptr;
  }
}

Result<Value> parse_json(std::string_view text, const std::string&) { return json::parse(text); }

/// The first line of toml11's message, which is several lines with the source in them.
std::string first_line(std::string_view text) {
  constexpr std::string_view kMark = "[error] ";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

Result<Value> parse_toml(std::string_view text, const std::string& name) {
  try {
    std::istringstream in{std::string(text)};
    return from_toml(toml::parse(in, name), 0);
  } catch (const toml::exception& e) {
    return Error{"line " + std::to_string(e.location().line()) + ": " + first_line(e.what())};
  } catch (const std::exception& e) {
    return Error{first_line(e.what())};
  }
}

ConfigReader config_reader(std::string_view path) {
  if (path.ends_with(".json")) return &parse_json;
  if (path.ends_with(".toml")) return &parse_toml;
  return nullptr;
}

}  // namespace retort::detail
