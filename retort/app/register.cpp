// SPDX-License-Identifier: BSD-3-Clause
// Registration: routes into the map, blueprints into an app, and freeze(), which links
// each route with the hooks and handlers that hold for it.
#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"

namespace retort {
namespace detail {
namespace {

/// "/auth/" and "/login" are "/auth/login" (Flask: BlueprintSetupState.add_url_rule).
std::string join_rule(const std::optional<std::string>& prefix, const std::string& rule) {
  if (!prefix) return rule;
  if (rule.empty()) return *prefix;
  std::string_view head = *prefix;
  while (head.ends_with('/')) head.remove_suffix(1);
  std::string_view tail = rule;
  while (tail.starts_with('/')) tail.remove_prefix(1);
  return fmt::format("{}/{}", head, tail);
}

std::string_view kind_name(VariableKind kind) {
  switch (kind) {
    case VariableKind::text:
      return "text";
    case VariableKind::integer:
      return "an integer";
    case VariableKind::real:
      return "a floating point number";
    case VariableKind::uuid:
      return "a Uuid";
    default:
      return "a type with PathValue";
  }
}

bool fits(std::string_view converter, VariableKind kind) {
  if (kind == VariableKind::custom || kind == VariableKind::text) return true;
  if (converter == "int") return kind == VariableKind::integer;
  if (converter == "float") return kind == VariableKind::real;
  if (converter == "uuid") return kind == VariableKind::uuid;
  const bool known =
      converter == "default" || converter == "string" || converter == "path" || converter == "any";
  return !known;  // an own converter: its text is read as the parameter's type
}

bool default_fits(const routing::Variable& value, VariableKind kind) {
  using Kind = routing::Variable::Kind;
  switch (value.kind()) {
    case Kind::integer:
      return kind == VariableKind::integer || kind == VariableKind::real;
    case Kind::real:
      return kind == VariableKind::real;
    case Kind::uuid:
      return kind == VariableKind::uuid;
    case Kind::string:
      return kind == VariableKind::text || kind == VariableKind::custom;
    default:
      return false;
  }
}

/// Which of a rule's variables and defaults each of the view's parameters takes.
std::vector<ArgumentSource> bind_arguments(const detail::ErasedView& view, const routing::Rule& rule,
                                           std::string_view endpoint) {
  std::vector<ArgumentSource> sources;
  const auto& variables = rule.variables();
  for (std::size_t i = 0; i < variables.size(); ++i)
    sources.push_back({variables[i].name, i, rule.defaults().find(variables[i].name)});
  for (const auto& [name, value] : rule.defaults()) {
    const bool captured =
        std::any_of(variables.begin(), variables.end(), [&](const auto& v) { return v.name == name; });
    if (!captured) sources.push_back({name, 0, &value});
  }
  const auto complain = [&](std::string_view what) {
    throw SetupError(fmt::format("rule '{}' (endpoint '{}'): {}", rule.rule(), endpoint, what));
  };
  if (sources.size() < view.variable_count()) {
    complain(fmt::format("the view has {} parameters for variables, but the rule and its defaults give {}",
                         view.variable_count(), sources.size()));
  }
  for (std::size_t i = 0; i < view.variable_count(); ++i) {
    const VariableKind kind = view.variables()[i];
    const bool good = sources[i].fixed ? default_fits(*sources[i].fixed, kind)
                                       : fits(variables[sources[i].capture].converter, kind);
    if (!good) {
      complain(fmt::format("the variable '{}' goes into the view's parameter {}, which takes {}",
                           sources[i].name, i + 1, kind_name(kind)));
    }
  }
  return sources;
}

struct Registration {
  std::string name;  // "parent.child"
  std::optional<std::string> prefix;
  std::optional<std::string> subdomain;
  routing::Variables defaults;
  std::vector<const ScaffoldData*> chain;  // innermost first
};

std::optional<std::string> nested_subdomain(const Registration& parent,
                                            const std::optional<std::string>& own) {
  if (own && parent.subdomain) return *own + "." + *parent.subdomain;
  return own ? own : parent.subdomain;
}

void register_scaffold(App& app, App::Impl& impl, ScaffoldData& blueprint, const BlueprintOptions& options,
                       const Registration& parent) {
  const BlueprintOptions& own = blueprint.options;
  Registration here;
  const std::string& short_name = options.name.empty() ? blueprint.name : options.name;
  here.name = parent.name.empty() ? short_name : parent.name + "." + short_name;
  const auto& prefix = options.url_prefix ? options.url_prefix : own.url_prefix;
  here.prefix = prefix ? std::optional(join_rule(parent.prefix, *prefix)) : parent.prefix;
  here.subdomain = nested_subdomain(parent, options.subdomain ? options.subdomain : own.subdomain);
  for (const auto& [name, value] : own.url_defaults) here.defaults.set(name, value);
  for (const auto& [name, value] : options.url_defaults) here.defaults.set(name, value);
  here.chain.push_back(&blueprint);
  here.chain.insert(here.chain.end(), parent.chain.begin(), parent.chain.end());

  const bool first = std::none_of(impl.blueprints.begin(), impl.blueprints.end(),
                                  [&](const auto& known) { return known.second.get() == &blueprint; });
  const auto [taken, is_new] = impl.blueprint_names.emplace(here.name, &blueprint);
  if (!is_new) {
    throw SetupError(
        fmt::format("The name '{}' is already registered for {} blueprint{}. Use {{.name = ...}} to provide "
                    "a unique name.",
                    short_name, taken->second == &blueprint ? "this" : "a different",
                    short_name == here.name ? std::string() : fmt::format(" '{}'", here.name)));
  }
  impl.blueprints.emplace_back(here.name, blueprint);

  const Hooks& app_own = app.data().hooks;
  if (first)
    impl.segments.push_back({&blueprint.app_hooks, app_own.before.size(), app_own.after.size(),
                             app_own.teardown.size(), app_own.url_value_preprocessors.size(),
                             app_own.url_defaults.size(), app_own.error_handlers.size(),
                             app_own.context_processors.size()});
  const Scope* scope = impl.make_scope(here.name, here.chain);
  add_template_folder(impl.templates, fmt::format("blueprint '{}'", blueprint.name), blueprint.root_path,
                      own.template_folder);
  for (const TemplateFunction& from : blueprint.template_functions) {
    auto shared = from.function;
    (impl.templates.environment().*from.add)(
        from.name,
        jinja::NativeFunction::raw([shared](jinja::Render& render, const CallArguments& arguments) {
          return shared->call()(render, arguments);
        }));
  }
  for (const RouteRecord& record : blueprint.routes) {
    RouteOptions route_options;
    route_options.provide_automatic_options = record.options.provide_automatic_options;
    const routing::RuleOptions& from = record.options.rule;
    routing::RuleOptions& to = route_options.rule;
    to.defaults = here.defaults;
    for (const auto& [name, value] : from.defaults) to.defaults.set(name, value);
    to.subdomain = from.subdomain ? from.subdomain : here.subdomain;
    to.host = from.host;
    to.strict_slashes = from.strict_slashes;
    to.merge_slashes = from.merge_slashes;
    to.redirect_to = from.redirect_to;
    to.build_only = from.build_only;
    to.alias = from.alias;
    to.websocket = from.websocket;
    impl.add_route(app, record.view, here.name + "." + record.endpoint, join_rule(here.prefix, record.rule),
                   record.methods, route_options, scope)
        .where = record.where;
  }
  for (const auto& [endpoint, view] : blueprint.endpoints)
    impl.own_endpoints.emplace_back(here.name + "." + endpoint, &view);
  add_commands(app.data().commands, blueprint.commands,
               (options.cli_group ? options.cli_group : own.cli_group).value_or(here.name));
  blueprint.frozen = true;
  for (const auto& f : blueprint.recorded) f(app);
  if (first) {
    for (const auto& f : blueprint.recorded_once) f(app);
  }
  for (const NestedBlueprint& nested : blueprint.nested)
    register_scaffold(app, impl, *nested.blueprint, nested.options, here);
}

}  // namespace

std::string place_text(const std::source_location& where) {
  return where.line() == 0 ? std::string() : fmt::format("{}:{}", where.file_name(), where.line());
}

void add_app_route(App& app, RouteRecord&& record) {
  App::Impl& impl = app.impl();
  impl.records.push_back(std::make_unique<RouteRecord>(std::move(record)));
  const RouteRecord& kept = *impl.records.back();
  impl.add_route(app, kept.view, kept.endpoint, kept.rule, kept.methods, kept.options,
                 impl.scopes.front().get())
      .where = kept.where;
}

}  // namespace detail

void App::register_blueprint(const Blueprint& blueprint, BlueprintOptions options) {
  require_setup("register_blueprint");
  detail::register_scaffold(*this, *impl_, const_cast<detail::ScaffoldData&>(blueprint.data()), options, {});
}

detail::Scope* App::Impl::make_scope(std::string blueprint, std::vector<const detail::ScaffoldData*> chain) {
  scopes.push_back(std::make_unique<detail::Scope>());
  scopes.back()->blueprint = std::move(blueprint);
  scopes.back()->chain = std::move(chain);
  return scopes.back().get();
}

detail::Route& App::Impl::add_route(App& app, const detail::ErasedView& view, std::string endpoint,
                                    std::string rule, const std::vector<std::string>& methods,
                                    const RouteOptions& route_options, const detail::Scope* scope) {
  if (view) {
    const auto [known, is_new] = view_functions.emplace(endpoint, &view);
    if (!is_new && !known->second->is_same_as(view)) {
      throw SetupError(
          fmt::format("View function mapping is overwriting an existing endpoint function: {} (rule '{}' of "
                      "'{}'); give this one a name of its own",
                      endpoint, rule, app.name()));
    }
  }
  if (view.function()) endpoints.emplace(view.function(), endpoint);

  routing::RuleOptions rule_options;
  const routing::RuleOptions& from = route_options.rule;
  rule_options.defaults = from.defaults;
  rule_options.subdomain = from.subdomain;
  rule_options.host = from.host;
  rule_options.strict_slashes = from.strict_slashes;
  rule_options.merge_slashes = from.merge_slashes;
  rule_options.redirect_to = from.redirect_to;
  rule_options.build_only = from.build_only;
  rule_options.alias = from.alias;
  rule_options.websocket = from.websocket;
  std::vector<std::string> all = methods.empty() ? std::vector<std::string>{"GET"} : methods;
  const bool has_options = std::find(all.begin(), all.end(), "OPTIONS") != all.end();
  const bool automatic = route_options.provide_automatic_options.value_or(
      !has_options && app.config.get("PROVIDE_AUTOMATIC_OPTIONS").truthy());
  if (automatic && !has_options) all.emplace_back("OPTIONS");
  if (!from.websocket) rule_options.methods = std::move(all);
  has_websocket_rules = has_websocket_rules || from.websocket;

  const routing::Rule& added = map.add(std::move(rule), endpoint, std::move(rule_options));
  detail::Route route;
  if (view) route.view = &view;
  route.label = fmt::format("{} ({})", endpoint, added.rule());
  route.endpoint = std::move(endpoint);
  route.scope = scope;
  route.rule = &added;
  route.automatic_options = automatic;
  if (view) route.arguments = detail::bind_arguments(view, added, route.endpoint);
  if (routes.size() <= added.index()) routes.resize(added.index() + 1);
  return routes[added.index()] = std::move(route);
}

namespace {

/// The app's own functions with those of its blueprints where they came.
template <class F>
std::vector<const F*> merge(const std::vector<F>& own, const std::vector<detail::AppHookSegment>& segments,
                            std::size_t detail::AppHookSegment::*position,
                            std::vector<F> detail::Hooks::*list) {
  std::vector<const F*> out;
  std::size_t next = 0;
  for (const auto& segment : segments) {
    for (; next < segment.*position; ++next) out.push_back(&own[next]);
    for (const F& f : segment.hooks->*list) out.push_back(&f);
  }
  for (; next < own.size(); ++next) out.push_back(&own[next]);
  return out;
}

template <class F>
void append(std::vector<const F*>& out, const std::vector<F>& list, bool reversed) {
  const std::size_t start = out.size();
  for (const F& f : list) out.push_back(&f);
  if (reversed) std::reverse(out.begin() + static_cast<std::ptrdiff_t>(start), out.end());
}

template <class F>
void append(std::vector<const F*>& out, const std::vector<const F*>& list, bool reversed) {
  if (reversed) {
    out.insert(out.end(), list.rbegin(), list.rend());
  } else {
    out.insert(out.end(), list.begin(), list.end());
  }
}

}  // namespace

void App::Impl::link(detail::Scope& scope, detail::ScaffoldData& app_data) {
  using Segment = detail::AppHookSegment;
  using detail::Hooks;
  const Hooks& own = app_data.hooks;
  append(scope.before, merge(own.before, segments, &Segment::before, &Hooks::before), false);
  append(
      scope.url_value_preprocessors,
      merge(own.url_value_preprocessors, segments, &Segment::preprocessors, &Hooks::url_value_preprocessors),
      false);
  append(scope.url_defaults, merge(own.url_defaults, segments, &Segment::defaults, &Hooks::url_defaults),
         false);
  append(scope.context_processors,
         merge(own.context_processors, segments, &Segment::processors, &Hooks::context_processors), false);
  for (auto it = scope.chain.rbegin(); it != scope.chain.rend(); ++it) {
    append(scope.context_processors, (*it)->hooks.context_processors, false);
    append(scope.before, (*it)->hooks.before, false);
    append(scope.url_value_preprocessors, (*it)->hooks.url_value_preprocessors, false);
    append(scope.url_defaults, (*it)->hooks.url_defaults, false);
  }
  for (const detail::ScaffoldData* scaffold : scope.chain) {
    append(scope.after, scaffold->hooks.after, true);
    append(scope.teardown, scaffold->hooks.teardown, true);
    auto& handlers = scope.error_handlers.emplace_back();
    append(handlers, scaffold->hooks.error_handlers, true);
  }
  append(scope.after, merge(own.after, segments, &Segment::after, &Hooks::after), true);
  append(scope.teardown, merge(own.teardown, segments, &Segment::teardown, &Hooks::teardown), true);
  auto& handlers = scope.error_handlers.emplace_back();
  append(handlers, merge(own.error_handlers, segments, &Segment::errors, &Hooks::error_handlers), true);
}

/// Gives rules without a view that of their endpoint (Flask: endpoint).
void App::Impl::bind_views(App& app) {
  for (const auto& [endpoint, view] : app.data().endpoints) own_endpoints.emplace_back(endpoint, &view);
  for (const auto& [endpoint, view] : own_endpoints) {
    const auto [known, is_new] = view_functions.emplace(endpoint, view);
    if (!is_new && known->second != view)
      throw SetupError(fmt::format("the endpoint '{}' of '{}' has two views", endpoint, app.name()));
  }
  for (detail::Route& route : routes) {
    if (!route.rule || route.view || route.rule->build_only() || route.rule->has_redirect_to()) continue;
    const auto found = view_functions.find(route.endpoint);
    if (found == view_functions.end()) {
      const std::string place = detail::place_text(route.where);
      throw SetupError(
          fmt::format("{}{}the rule '{}' of '{}' has no view: no endpoint('{}', view) was called", place,
                      place.empty() ? "" : ": ", route.rule->rule(), app.name(), route.endpoint));
    }
    route.view = found->second;
    route.arguments = detail::bind_arguments(*route.view, *route.rule, route.endpoint);
  }
}

/// Reads once what requests need of the settings.
void App::Impl::read_config(App& app) {
  const Config& config = app.config;
  const auto flag = [&](std::string_view key) { return config.get(key).truthy(); };
  const auto tristate = [&](std::string_view key) {
    return config.is_set(key) ? std::optional(flag(key)) : std::nullopt;
  };
  const auto limit = [&](std::string_view key) -> std::optional<std::uint64_t> {
    if (!config.is_set(key)) return std::nullopt;
    const std::int64_t value = config.integer(key);
    if (value < 0) throw SetupError(fmt::format("config[\"{}\"] is negative ({})", key, value));
    return static_cast<std::uint64_t>(value);
  };
  debug = flag("DEBUG");
  testing = flag("TESTING");
  propagate_exceptions = tristate("PROPAGATE_EXCEPTIONS").value_or(testing);
  trap_http_exceptions = flag("TRAP_HTTP_EXCEPTIONS");
  trap_bad_request_errors = tristate("TRAP_BAD_REQUEST_ERRORS");
  max_content_length = limit("MAX_CONTENT_LENGTH");
  max_form_memory_size = limit("MAX_FORM_MEMORY_SIZE").value_or(UINT64_MAX);
  max_form_parts = static_cast<std::size_t>(limit("MAX_FORM_PARTS").value_or(SIZE_MAX));
  max_cookie_size = static_cast<std::size_t>(limit("MAX_COOKIE_SIZE").value_or(0));
  if (max_cookie_size == 0) max_cookie_size = SIZE_MAX;
  use_x_sendfile = flag("USE_X_SENDFILE");
  if (const Value hosts = config.get("TRUSTED_HOSTS"); hosts.truthy()) {
    for (const Value& host : hosts.items()) trusted_hosts.push_back(host.str());
  }
  if (config.is_set("SEND_FILE_MAX_AGE_DEFAULT"))
    send_file_max_age_default = config.seconds("SEND_FILE_MAX_AGE_DEFAULT");
  server_name = config.is_set("SERVER_NAME") ? config.text("SERVER_NAME") : std::string();
  application_root = config.text("APPLICATION_ROOT");
  preferred_url_scheme = config.text("PREFERRED_URL_SCHEME");
}

void App::freeze() {
  const std::lock_guard lock(impl_->freezing);
  if (impl_->frozen.load(std::memory_order_relaxed)) return;
  // What has failed has been done in part: once more would do that part twice.
  if (impl_->freeze_error) std::rethrow_exception(impl_->freeze_error);
  try {
    impl_->freeze(*this);
  } catch (const fiber::Cancelled&) {
    throw;  // the request that began it has gone; only the session interface's part can park
  } catch (...) {
    impl_->freeze_error = std::current_exception();
    throw;
  }
}

void App::Impl::freeze(App& app) {
  // The first request may come on another thread than set-up: what it reads is frozen first.
  app.config.freeze();
  // Then what may throw.
  session_interface->freeze(app);
  session_interface->make_cookie(app);
  read_config(app);
  bind_views(app);
  map.compile();
  app.data().frozen = true;
  app.extensions.freeze();
  app.aborter.freeze([] { detail::throw_frozen("aborter"); });
  for (const auto& scope : scopes) link(*scope, app.data());
  app.json.freeze(debug);
  json_options = app.json.response_options();
  json_provider = app.json.replacement();
  if (debug && !app.logger.level_is_set()) app.logger.set_level(LogLevel::debug);
  templates.freeze(app, debug);
  if (debug) detail::prefer_disk(app.data().static_files);
  frozen.store(true, std::memory_order_release);
}

}  // namespace retort
