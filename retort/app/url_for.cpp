// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/url_for.h"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/app/globals.h"
#include "retort/base/percent.h"
#include "retort/http/url.h"
#include "retort/routing/adapter.h"

namespace retort {
namespace detail {
namespace {

const routing::Rule* rule_with_most_variables(const routing::Map& map, std::string_view endpoint) {
  const routing::Rule* best = nullptr;
  for (const routing::Rule* rule : map.iter_rules(endpoint)) {
    if (!best || rule->variables().size() > best->variables().size()) best = rule;
  }
  return best;
}

void apply_url_defaults(const App::Impl& impl, std::string_view endpoint, routing::Variables& values) {
  const Scope* scope = impl.scopes.front().get();
  for (const auto& candidate : impl.scopes) {
    const std::string& name = candidate->blueprint;
    if (!name.empty() && endpoint.size() > name.size() && endpoint.starts_with(name) &&
        endpoint[name.size()] == '.' && name.size() > scope->blueprint.size())
      scope = candidate.get();
  }
  if (scope->url_defaults.empty()) return;
  Value dict = Value::dict();
  for (const auto& [name, value] : values) dict.set(name, to_value(value));
  const Value before = dict.copy();
  for (const auto* f : scope->url_defaults) (*f)(endpoint, dict);
  routing::Variables kept;
  for (auto& [name, value] : values) {
    if (dict.find(name)) kept.set(name, std::move(value));
  }
  values = std::move(kept);
  for (const auto& [key, value] : dict.entries()) {
    const Value* known = before.find(key.as_string());
    if (!known || *known != value) values.set(std::string(key.as_string()), to_variable(value));
  }
}

routing::MapAdapter make_adapter(Context& context) {
  const App::Impl& impl = context.app().impl();
  if (!context.has_request()) {
    if (impl.server_name.empty()) {
      throw OutsideContext(
          "url_for() outside of a request needs to know the host: set config[\"SERVER_NAME\"] (and "
          "APPLICATION_ROOT, "
          "PREFERRED_URL_SCHEME as needed).");
    }
    routing::BindOptions bind;
    bind.server_name = impl.server_name;
    bind.script_name = impl.application_root;
    bind.url_scheme = impl.preferred_url_scheme;
    return {impl.map, std::move(bind)};
  }
  const Request& request = context.request();
  routing::RequestEnvironment environment;
  environment.scheme = std::string(request.scheme());
  environment.host = std::string(request.host());
  environment.script_name = std::string(request.root_path);
  environment.path_info = std::string(request.path);
  environment.query_string = std::string(request.query_string);
  environment.method = std::string(request.method);
  environment.websocket_upgrade = request.head().upgrade && asks_for_websocket(request);
  const std::optional<std::string> server_name = impl.options.subdomain_matching && !impl.server_name.empty()
                                                     ? std::optional(impl.server_name)
                                                     : std::nullopt;
  return {impl.map, routing::bind_options(impl.map, environment, server_name)};
}

}  // namespace

/// What the first handler with an answer says; throws without one.
std::string handle_url_build_error(const App::Impl& impl, std::string message, std::string_view endpoint,
                                   const routing::Variables& values) {
  for (const auto& handler : impl.url_build_error_handlers) {
    try {
      if (std::optional<std::string> url = handler(message, endpoint, values)) return *std::move(url);
    } catch (const routing::BuildError& error) {
      message = error.what();
    }
  }
  throw routing::BuildError(message);
}

std::string url_for_function(void (*function)(), std::string_view name, const routing::Variable* values,
                             std::size_t count) {
  const App::Impl& impl = app_context_or_throw().app().impl();
  const auto found = impl.endpoints.find(function);
  if (found == impl.endpoints.end())
    throw routing::BuildError(fmt::format("url_for: the function '{}' is no view of this app", name));
  const std::string& endpoint = found->second;
  const routing::Rule* rule = rule_with_most_variables(impl.map, endpoint);
  routing::Variables named;
  for (std::size_t i = 0; i < count && i < rule->variables().size(); ++i)
    named.set(rule->variables()[i].name, values[i]);
  return url_for(endpoint, std::move(named));
}

}  // namespace detail

const routing::MapAdapter& Context::url_adapter() {
  if (!url_adapter_)
    url_adapter_ = Owned<routing::MapAdapter>(new routing::MapAdapter(detail::make_adapter(*this)));
  return *url_adapter_;
}

std::string url_for(std::string_view endpoint, routing::Variables values, const UrlOptions& options) {
  Context& context = detail::app_context_or_throw();
  std::string name(endpoint);
  if (name.starts_with('.')) {
    const std::string_view blueprint =
        context.has_request() ? context.request().blueprint : std::string_view();
    name = blueprint.empty() ? name.substr(1) : fmt::format("{}{}", blueprint, name);
  }
  detail::apply_url_defaults(context.app().impl(), name, values);

  if (options.scheme && options.external == false)
    throw std::invalid_argument(
        "url_for: with a scheme the URL is external; external = false contradicts it");
  routing::BuildOptions build;
  build.method = options.method;
  build.url_scheme = options.scheme;
  build.force_external = options.external.value_or(options.scheme || !context.has_request());
  Result<std::string> built = context.url_adapter().try_build(name, values, build);
  if (!built)
    return detail::handle_url_build_error(context.app().impl(), built.error().message, name, values);
  std::string url = *std::move(built);
  if (options.anchor) {
    url += '#';
    percent::append_encoded(url, *options.anchor, http::kAnchorSafe);
  }
  return url;
}

}  // namespace retort
