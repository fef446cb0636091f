// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/adapter.h"

#include <algorithm>

#include "retort/base/text.h"
#include "retort/routing/detail/map_data.h"
#include "retort/routing/detail/python_text.h"
#include "retort/routing/detail/url_text.h"

namespace retort::routing {
namespace {

using detail::EndpointRules;
using detail::RuleData;

std::string_view strip_left(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('/'), text.size()));
  return text;
}

std::string_view strip_right(std::string_view text) {
  text.remove_suffix(text.size() - (text.find_last_not_of('/') + 1));
  return text;
}

bool matches_subdomains(const Map& map) {
  return map.options().subdomain_matching && !map.options().host_matching;
}

bool is_websocket(std::string_view scheme) { return scheme == "ws" || scheme == "wss"; }
bool is_secure(std::string_view scheme) { return scheme == "https" || scheme == "wss"; }

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool has_nulls(const Variables& values) {
  return std::any_of(values.begin(), values.end(), [](const auto& item) { return item.second.is_null(); });
}

Variables without_nulls(const Variables& values) {
  Variables kept;
  for (const auto& [name, value] : values) {
    if (!value.is_null()) kept.append(name, value);
  }
  return kept;
}

struct Found {
  const Rule* rule = nullptr;
  detail::BuiltRule built;
};

// Werkzeug's _partial_build for one method, or for any.
Found find_rule(const Map& map, const EndpointRules& endpoint, const detail::ValueLookup& values,
                std::optional<std::string_view> method, bool append_unknown, const std::string& server_name) {
  Found first;
  for (const Rule* rule : endpoint.rules) {
    if (!detail::suitable_for(rule->data(), values, method)) continue;
    detail::BuiltRule built =
        detail::build_rule(rule->data(), values, append_unknown, map.options().sort_parameters);
    if (built.skipped) continue;
    const bool here = !built.ok() || !map.options().host_matching || built.host == server_name;
    if (here) return {rule, std::move(built)};
    if (!first.rule) first = {rule, std::move(built)};
  }
  return first;
}

// ['a', 'b']
std::string list_repr(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string text = "[";
  for (const std::string& name : names) {
    if (text.size() > 1) text += ", ";
    text += text::repr(name);
  }
  return text + "]";
}

// How near a rule is to what was asked for (BuildError.closest_rule).
double score(const Rule& rule, std::string_view endpoint, const Variables& values,
             const std::optional<std::string>& method) {
  const bool takes_values =
      std::all_of(values.begin(), values.end(), [&](const auto& v) { return rule.expects(v.first); });
  const bool takes_method = rule.methods() && method && rule.data().takes_method(*method);
  return 0.98 * detail::similarity(rule.endpoint(), endpoint) + (takes_values ? 0.01 : 0) +
         (takes_method ? 0.01 : 0);
}

std::vector<std::string> missing_values(const Rule& rule, const Variables& values) {
  std::vector<std::string> missing;
  const auto note = [&](const std::string& name) {
    const bool known = std::find(missing.begin(), missing.end(), name) != missing.end();
    if (!known && !values.contains(name)) missing.push_back(name);
  };
  for (const RuleVariable& variable : rule.variables()) note(variable.name);
  for (const auto& [name, value] : rule.defaults()) note(name);
  return missing;
}

// What the nearest rule lacks, or its endpoint.
std::string advice(const Rule& nearest, std::string_view endpoint, const Variables& values,
                   const std::optional<std::string>& method) {
  if (nearest.endpoint() != endpoint) {
    return " Did you mean " + text::repr(nearest.endpoint()) + " instead?";
  }
  std::string text;
  if (method && !method->empty() && !nearest.data().takes_method(*method)) {
    text = " Did you mean to use methods " + list_repr(*nearest.methods()) + "?";
  }
  const auto missing = missing_values(nearest, values);
  if (!missing.empty()) text += " Did you forget to specify values " + list_repr(missing) + "?";
  return text;
}

}  // namespace

std::string QueryArgs::encoded() const { return text.empty() ? detail::encode_query(values, false) : text; }

BindOptions bind_options(const Map& map, const RequestEnvironment& environment,
                         const std::optional<std::string>& server_name,
                         const std::optional<std::string>& subdomain) {
  BindOptions options;
  options.url_scheme = environment.scheme;
  if (environment.websocket_upgrade) options.url_scheme = environment.scheme == "https" ? "wss" : "ws";
  options.default_method = environment.method;
  options.script_name = environment.script_name;
  options.path_info = environment.path_info;
  options.query_args = environment.query_string;
  options.subdomain = subdomain;

  const std::string host = text::to_lower(environment.host);
  options.server_name = host;
  if (server_name && !map.options().host_matching) {
    options.server_name = text::to_lower(*server_name);
    const bool plain = options.url_scheme == "http" || options.url_scheme == "ws";
    const std::string_view standard_port = plain ? ":80" : is_secure(options.url_scheme) ? ":443" : "";
    if (!standard_port.empty() && ends_with(options.server_name, standard_port)) {
      options.server_name.resize(options.server_name.size() - standard_port.size());
    }
  }
  if (!subdomain && matches_subdomains(map)) {
    if (host == options.server_name) {
      options.subdomain = "";
    } else if (ends_with(host, "." + options.server_name)) {
      options.subdomain = host.substr(0, host.size() - options.server_name.size() - 1);
    }
  }
  return options;
}

MapAdapter::MapAdapter(const Map& map, BindOptions options) : map_(&map), bound_(std::move(options)) {
  map.data().require_compiled();
  if (map.options().host_matching) {
    if (bound_.subdomain)
      throw std::invalid_argument("a subdomain makes no sense when host matching is enabled");
  } else {
    subdomain_ = bound_.subdomain.value_or(map.options().default_subdomain);
  }
  std::string host;
  if (!detail::ascii_host(bound_.server_name, host)) {
    throw std::invalid_argument("no host name: " + text::repr(bound_.server_name));
  }
  bound_.server_name = std::move(host);
  if (!ends_with(bound_.script_name, "/")) bound_.script_name += '/';
  websocket_ = is_websocket(bound_.url_scheme);
}

void MapAdapter::match(MatchResult& out, std::optional<std::string_view> path_info,
                       std::optional<std::string_view> method, std::optional<bool> websocket,
                       const QueryArgs* query_args) const {
  std::string_view path = path_info ? *path_info : std::string_view(bound_.path_info);
  // Exactly one slash in front; the views in `out` must be into the caller's text.
  std::string with_slash;
  const std::string_view stripped = strip_left(path);
  if (stripped.size() < path.size()) {
    path = path.substr(path.size() - stripped.size() - 1);
  } else if (!path.empty()) {
    with_slash.append("/").append(path);
  }
  const std::string verb =
      text::to_upper(method && !method->empty() ? *method : std::string_view(bound_.default_method));
  const std::string_view host = matches_subdomains(*map_)       ? std::string_view(subdomain_)
                                : map_->options().host_matching ? std::string_view(bound_.server_name)
                                                                : std::string_view();
  map_->match(host, with_slash.empty() ? path : with_slash, verb, websocket.value_or(websocket_), out);
  if (!with_slash.empty()) out.rebase(with_slash, path);
  if (out.kind == MatchKind::redirect) {
    out.location = redirect_url(out, verb, query_args ? *query_args : bound_.query_args);
    if (out.location.empty()) {  // an alias of nothing serves itself
      out.kind = MatchKind::match;
      out.cause = RedirectCause::none;
    }
  }
}

std::string MapAdapter::redirect_url(const MatchResult& result, std::string_view method,
                                     const QueryArgs& query_args) const {
  if (result.cause == RedirectCause::alias) {
    return make_alias_redirect_url(result.rule->endpoint(), result.values(), method, query_args);
  }
  if (result.cause != RedirectCause::redirect_to) {
    return make_redirect_url(result.location, query_args, result.domain);
  }
  const RuleOptions& options = result.rule->data().options;
  const std::string target =
      options.redirect_function ? options.redirect_function(*this, result.values()) : result.location;
  const std::string scheme = bound_.url_scheme.empty() ? "http" : bound_.url_scheme;
  const std::string host = subdomain_.empty() ? bound_.server_name : subdomain_ + "." + bound_.server_name;
  return detail::join_url(scheme + "://" + host + bound_.script_name, target);
}

bool MapAdapter::test(std::optional<std::string_view> path_info,
                      std::optional<std::string_view> method) const {
  MatchResult result;
  match(result, path_info, method);
  return result.kind == MatchKind::match || result.kind == MatchKind::redirect;
}

std::vector<std::string> MapAdapter::allowed_methods(std::optional<std::string_view> path_info) const {
  MatchResult result;
  match(result, path_info, "--");
  const auto names = result.allowed_methods();
  return {names.begin(), names.end()};
}

std::string MapAdapter::get_host(const std::optional<std::string>& domain_part) const {
  if (map_->options().host_matching) return domain_part.value_or(bound_.server_name);
  const std::string& subdomain = domain_part ? *domain_part : subdomain_;
  return subdomain.empty() ? bound_.server_name : subdomain + "." + bound_.server_name;
}

std::string MapAdapter::make_redirect_url(std::string_view path, const QueryArgs& query_args,
                                          const std::optional<std::string>& domain) const {
  std::string url = bound_.url_scheme.empty() ? "http" : bound_.url_scheme;
  url += "://" + get_host(domain) + "/";
  const std::string_view script = strip_right(strip_left(bound_.script_name));
  if (!script.empty()) url += std::string(script) + "/";
  url += strip_left(path);
  const std::string query = query_args.encoded();
  if (!query.empty()) url += "?" + query;
  return url;
}

std::string MapAdapter::make_alias_redirect_url(std::string_view endpoint, const Variables& values,
                                                std::string_view method, const QueryArgs& query_args) const {
  BuildOptions options;
  options.method = std::string(method);
  options.append_unknown = false;
  options.force_external = true;
  const auto url = try_build(endpoint, values, options);
  if (!url) return {};
  const std::string query = query_args.encoded();
  return query.empty() ? *url : *url + "?" + query;
}

std::string MapAdapter::build_error(std::string_view endpoint, const Variables& values,
                                    const std::optional<std::string>& method) const {
  std::string message = "Could not build url for endpoint " + text::repr(endpoint);
  if (method && !method->empty()) message += " (" + text::repr(*method) + ")";
  if (!values.empty()) {
    std::vector<std::string> names;
    for (const auto& [name, value] : values) names.push_back(name);
    message += " with values " + list_repr(std::move(names));
  }
  message += ".";
  const Rule* nearest = nullptr;
  double best = -1;
  for (const Rule* rule : map_->iter_rules()) {
    const double points = score(*rule, endpoint, values, method);
    if (points > best) {
      best = points;
      nearest = rule;
    }
  }
  return nearest ? message + advice(*nearest, endpoint, values, method) : message;
}

Result<std::string> MapAdapter::try_build(std::string_view endpoint, const Variables& given,
                                          const BuildOptions& options) const {
  if (has_nulls(given)) return try_build(endpoint, without_nulls(given), options);
  const Variables& values = given;
  Found found;
  if (const EndpointRules* rules = map_->data().find_endpoint(endpoint)) {
    const detail::ValueLookup lookup(values);
    const auto look = [&](std::optional<std::string_view> method) {
      found = find_rule(*map_, *rules, lookup, method, options.append_unknown, bound_.server_name);
    };
    look(options.method ? *options.method : bound_.default_method);
    if (!found.rule && !options.method) look(std::nullopt);
  }
  if (!found.rule) return Error{build_error(endpoint, values, options.method), Error::kNoPosition};
  if (!found.built.ok()) {
    return Error{"Could not build url for endpoint " + text::repr(endpoint) + ": " + found.built.error,
                 Error::kNoPosition};
  }

  // Browsers want a full URL for a WebSocket; a page's URL is never one of a WebSocket.
  const bool websocket = found.rule->websocket();
  const std::string_view path = strip_left(found.built.path);
  const bool same_host = map_->options().host_matching ? get_host(found.built.host) == bound_.server_name
                         : matches_subdomains(*map_)   ? found.built.host == subdomain_
                                                       : true;
  std::string url;
  if (!options.force_external && !websocket && same_host) {
    const std::string_view script = strip_right(bound_.script_name);
    url.reserve(script.size() + 1 + path.size());
    url.append(script).append(1, '/').append(path);
    return url;
  }
  const std::string scheme = options.url_scheme.value_or(bound_.url_scheme);
  const bool secure = is_secure(scheme);
  if (websocket) {
    url = secure ? "wss:" : "ws:";
  } else if (!scheme.empty()) {
    url = secure ? "https:" : "http:";
  }
  url += "//";
  url += get_host(found.built.host);
  url.append(bound_.script_name, 0, bound_.script_name.size() - 1);
  return url.append(1, '/').append(path);
}

std::string MapAdapter::build(std::string_view endpoint, const Variables& values,
                              const BuildOptions& options) const {
  auto url = try_build(endpoint, values, options);
  if (!url) throw BuildError(url.error().message);
  return *std::move(url);
}

}  // namespace retort::routing
