// SPDX-License-Identifier: BSD-3-Clause
// Op "routing": a map, its rules, a binding, and calls on the adapter.
#include <algorithm>
#include <optional>
#include <string>

#include "tests/conformance/driver.h"
#include "tests/conformance/tags.h"

#include "retort/base/text.h"
#include "retort/base/utf8.h"
#include "retort/http/url.h"
#include "retort/routing/adapter.h"
#include "retort/routing/map.h"

namespace retort::conformance {
namespace {

using namespace retort::routing;

// Endpoints are texts here; in the vectors they may be numbers, or absent.
constexpr std::string_view kNumber = "\x01number:";
constexpr std::string_view kNone = "\x01none";

std::string endpoint_text(const Value& dict) {
  if (!has(dict, "endpoint")) return std::string(kNone);
  const Value& endpoint = dict["endpoint"];
  if (endpoint.is_string()) return std::string(endpoint.as_string());
  return std::string(kNumber) + std::to_string(endpoint.as_int());
}

Value endpoint_value(std::string_view text) {
  if (text == kNone) return nullptr;
  if (text.substr(0, kNumber.size()) != kNumber) return text;
  return std::stoll(std::string(text.substr(kNumber.size())));
}

Variable to_variable(const Value& value) {
  if (const Value* id = untag(value, "__uuid__")) {
    Uuid uuid;
    if (!Uuid::parse(id->as_string(), uuid)) throw Failure{"ValueError", "bad uuid"};
    return uuid;
  }
  if (const Value* digits = untag(value, "__int__")) return WideInteger{std::string(digits->as_string())};
  if (const Value* items = untag(value, "__set__")) return to_variable(*items);
  if (value.is_sequence()) {
    std::vector<Variable> list;
    for (const Value& item : value.items()) list.push_back(to_variable(item));
    return list;
  }
  if (value.is_none()) return nullptr;
  if (value.is_bool()) return value.as_bool();
  if (value.is_int()) return value.as_int();
  if (value.is_double()) return value.as_double();
  return value.str();
}

Value to_value(const Variable& variable) {
  switch (variable.kind()) {
    case Variable::Kind::null:
      return nullptr;
    case Variable::Kind::boolean:
      return *variable.boolean();
    case Variable::Kind::integer:
      return *variable.integer();
    case Variable::Kind::real:
      return *variable.real();
    case Variable::Kind::string:
      return *variable.string();
    case Variable::Kind::uuid:
      return tag("__uuid__", variable.str());
    case Variable::Kind::wide_integer:
      return tag("__int__", variable.str());
    case Variable::Kind::list:
      break;
  }
  Value list = Value::list();
  for (const Variable& item : *variable.list()) list.push_back(to_value(item));
  return list;
}

// The names of a dict differ, so none needs to be looked for.
Variables to_variables(const Value& dict) {
  Variables variables;
  for (const Value::Entry& entry : dict.entries())
    variables.append(entry.key.str(), to_variable(entry.value));
  return variables;
}

Value to_value(const Variables& variables) {
  Value dict = Value::dict();
  for (const auto& [name, value] : variables) dict.set(name, to_value(value));
  return dict;
}

QueryArgs query_args(const Value& value) {
  if (value.is_string()) return std::string(value.as_string());
  return to_variables(value);
}

std::optional<std::string> optional_text(const Value& dict, std::string_view name) {
  if (!has(dict, name)) return std::nullopt;
  return std::string(text(dict, name));
}

std::optional<bool> optional_bool(const Value& dict, std::string_view name) {
  if (!has(dict, name)) return std::nullopt;
  return dict.get(name).as_bool();
}

MapOptions map_options(const Value& from) {
  MapOptions options;
  options.default_subdomain = text(from, "default_subdomain", "");
  options.strict_slashes = optional_bool(from, "strict_slashes").value_or(true);
  options.merge_slashes = optional_bool(from, "merge_slashes").value_or(true);
  options.redirect_defaults = optional_bool(from, "redirect_defaults").value_or(true);
  options.sort_parameters = optional_bool(from, "sort_parameters").value_or(false);
  options.host_matching = optional_bool(from, "host_matching").value_or(false);
  options.subdomain_matching = optional_bool(from, "subdomain_matching").value_or(true);
  options.wide_integers = true;  // as Python's
  return options;
}

RuleOptions rule_options(const Value& from) {
  RuleOptions options;
  if (has(from, "methods")) {
    const Value& methods = from["methods"];
    if (!methods.is_sequence()) throw Failure{"TypeError", "'methods' should be a list of strings"};
    options.methods.emplace();
    for (const Value& method : methods.items()) options.methods->emplace_back(method.as_string());
  }
  if (has(from, "defaults")) options.defaults = to_variables(from["defaults"]);
  options.subdomain = optional_text(from, "subdomain");
  options.host = optional_text(from, "host");
  options.strict_slashes = optional_bool(from, "strict_slashes");
  options.merge_slashes = optional_bool(from, "merge_slashes");
  options.redirect_to = text(from, "redirect_to", "");
  options.build_only = optional_bool(from, "build_only").value_or(false);
  options.alias = optional_bool(from, "alias").value_or(false);
  options.websocket = optional_bool(from, "websocket").value_or(false);
  return options;
}

BindOptions bound(const Value& from) {
  BindOptions options;
  options.server_name = text(from, "server_name");
  options.script_name = text(from, "script_name", "/");
  options.subdomain = optional_text(from, "subdomain");
  options.url_scheme = text(from, "url_scheme", "http");
  options.default_method = text(from, "default_method", "GET");
  options.path_info = text(from, "path_info", "/");
  if (has(from, "query_args")) options.query_args = query_args(from["query_args"]);
  return options;
}

// WSGI text, of which each character is a byte of UTF-8.
std::string wsgi_decoded(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size();) bytes += static_cast<char>(utf8::decode(text, at));
  return utf8::replace_invalid(bytes);
}

// Werkzeug's get_host, for an environ.
std::string host_of(const Value& environ, std::string_view scheme) {
  std::string host(text(environ, "HTTP_HOST", ""));
  if (!has(environ, "HTTP_HOST")) {
    host = text(environ, "SERVER_NAME", "");
    if (host.find(':') != std::string::npos && host.front() != '[') host = "[" + host + "]";
    if (has(environ, "SERVER_PORT")) host += ":" + std::string(text(environ, "SERVER_PORT"));
  }
  if (scheme == "ws") scheme = "http";
  if (scheme == "wss") scheme = "https";
  return std::string(http::without_default_port(host, scheme));
}

bool wants_websocket(const Value& environ) {
  const std::string connection = text::to_lower(text(environ, "HTTP_CONNECTION", ""));
  if (text::to_lower(text(environ, "HTTP_UPGRADE", "")) != "websocket") return false;
  for (std::size_t at = 0; at <= connection.size();) {
    const std::size_t comma = std::min(connection.find(',', at), connection.size());
    if (text::trim(std::string_view(connection).substr(at, comma - at)) == "upgrade") return true;
    at = comma + 1;
  }
  return false;
}

BindOptions bound_to_environ(const Map& map, const Value& from) {
  const Value& environ = from["environ"];
  RequestEnvironment environment;
  environment.scheme = text(environ, "wsgi.url_scheme");
  environment.host = host_of(environ, environment.scheme);
  environment.script_name = wsgi_decoded(text(environ, "SCRIPT_NAME", "/"));
  environment.path_info = wsgi_decoded(text(environ, "PATH_INFO", "/"));
  environment.query_string = wsgi_decoded(text(environ, "QUERY_STRING", ""));
  environment.method = text(environ, "REQUEST_METHOD");
  environment.websocket_upgrade = wants_websocket(environ);
  return bind_options(map, environment, optional_text(from, "server_name"), optional_text(from, "subdomain"));
}

std::optional<std::string_view> view(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

template <class Names>
Value name_list(const Names& names) {
  Value list = Value::list();
  for (const auto& name : names) list.push_back(std::string_view(name));
  return list;
}

Value match(const MapAdapter& adapter, const Value& args) {
  const auto path = optional_text(args, "path_info"), method = optional_text(args, "method");
  const QueryArgs query = has(args, "query_args") ? query_args(args["query_args"]) : QueryArgs();
  MatchResult result;
  adapter.match(result, view(path), view(method), optional_bool(args, "websocket"),
                has(args, "query_args") ? &query : nullptr);
  switch (result.kind) {
    case MatchKind::not_found:
      throw Failure{"NotFound", "no rule matches"};
    case MatchKind::websocket_mismatch:
      throw Failure{"WebsocketMismatch", "HTTP or WebSocket, not both"};
    case MatchKind::redirect:
      throw Failure{"RequestRedirect", "",
                    Value::dict({{"new_url", result.location}, {"code", result.kRedirectCode}})};
    case MatchKind::method_not_allowed:
      throw Failure{"MethodNotAllowed", "",
                    Value::dict({{"valid_methods", name_list(result.allowed_methods())}})};
    case MatchKind::match:
      break;
  }
  Value answer = Value::dict(
      {{"endpoint", endpoint_value(result.rule->endpoint())}, {"values", to_value(result.values())}});
  if (optional_bool(args, "return_rule").value_or(false)) answer.set("rule", result.rule->rule());
  return answer;
}

Value build(const MapAdapter& adapter, const Value& args) {
  BuildOptions options;
  options.method = optional_text(args, "method");
  options.force_external = optional_bool(args, "force_external").value_or(false);
  options.append_unknown = optional_bool(args, "append_unknown").value_or(true);
  options.url_scheme = optional_text(args, "url_scheme");
  const Variables values = has(args, "values") ? to_variables(args["values"]) : Variables();
  auto url = adapter.try_build(endpoint_text(args), values, options);
  if (!url) throw Failure{"BuildError", url.error().message};
  return Value::dict({{"url", *url}});
}

Value call(const MapAdapter& adapter, const Value& from) {
  const std::string_view name = text(from, "call");
  const Value& args = conformance::args(from);
  if (name == "match") return match(adapter, args);
  if (name == "build") return build(adapter, args);
  const auto path = optional_text(args, "path_info"), method = optional_text(args, "method");
  if (name == "test") return result(adapter.test(view(path), view(method)));
  if (name == "allowed_methods")
    return Value::dict({{"methods", name_list(adapter.allowed_methods(view(path)))}});
  throw Unsupported{"no such call: " + std::string(name)};
}

Map make_map(const Value& test_case) {
  Map map(map_options(test_case["map"]));
  for (const Value& rule : test_case["rules"].items()) {
    map.add(std::string(text(rule, "string")), endpoint_text(rule), rule_options(rule));
  }
  map.compile();
  return map;
}

Value routing_op(const Value& test_case) {
  try {
    const Map map = make_map(test_case);
    const MapAdapter adapter = map.bind(
        has(test_case, "bind") ? bound(test_case["bind"]) : bound_to_environ(map, test_case["bind_environ"]));
    Value answers = Value::list();
    for (const Value& each : test_case["calls"].items()) {
      try {
        answers.push_back(call(adapter, each));
      } catch (const Failure& failure) {
        answers.push_back(error_answer(failure));
      }
    }
    return Value::dict({{"calls", answers}});
  } catch (const DuplicateRuleError& error) {
    throw Failure{"DuplicateRuleError", error.what()};
  } catch (const RuleError& error) {
    throw Failure{"ValueError", error.what()};
  } catch (const std::invalid_argument& error) {
    throw Failure{"BadHost", error.what()};
  }
}

}  // namespace

void add_routing_ops(Table& table) { table.add("routing", routing_op); }

}  // namespace retort::conformance
