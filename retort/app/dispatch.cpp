// SPDX-License-Identifier: BSD-3-Clause
// A request's way through the app, in Flask's order: match, url_value_preprocessor,
// before_request, view (or the routing error), error handlers, after_request, teardown.
// Hot path: for a plain view nothing here allocates, locks or throws.
#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/app/detail/kept_state.h"
#include "retort/app/globals.h"
#include "retort/app/kept_context.h"
#include "retort/app/redirect.h"
#include "retort/app/signals.h"
#include "retort/fiber/fiber.h"
#include "retort/http/options.h"
#include "retort/message/request.h"
#include "retort/routing/adapter.h"

namespace retort {
namespace detail {

Value to_value(const routing::Variable& variable) {
  using Kind = routing::Variable::Kind;
  switch (variable.kind()) {
    case Kind::null:
      return nullptr;
    case Kind::boolean:
      return *variable.boolean();
    case Kind::integer:
      return *variable.integer();
    case Kind::real:
      return *variable.real();
    case Kind::list: {
      Value list = Value::list();
      for (const auto& item : *variable.list()) list.push_back(to_value(item));
      return list;
    }
    default:
      return variable.str();
  }
}

routing::Variable to_variable(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::undefined:
    case Value::Kind::none:
      return {};
    case Value::Kind::boolean:
      return value.as_bool();
    case Value::Kind::integer:
      return value.as_int();
    case Value::Kind::real:
      return value.as_double();
    case Value::Kind::list:
    case Value::Kind::tuple: {
      std::vector<routing::Variable> list;
      for (const Value& item : value.items()) list.push_back(to_variable(item));
      return list;
    }
    default:
      return value.str();
  }
}

bool asks_for_websocket(const Request& request) {
  for (const std::string_view value : request.headers.getlist("Upgrade")) {
    if (http::iequals(value, "websocket")) return true;
  }
  return false;
}

void respond_options(Context& context, Response& response) {
  std::string allow;
  for (const std::string& method : context.url_adapter().allowed_methods()) {
    if (!allow.empty()) allow += ", ";
    allow += method;
  }
  response.set_content_type(Response::kHtml);
  response.headers.set("Allow", allow);
}

}  // namespace detail

namespace {

Value make_view_args(const void* from) {
  const auto& result = *static_cast<const routing::MatchResult*>(from);
  Value out = Value::dict();
  for (const auto& [name, value] : result.values()) out.set(name, detail::to_value(value));
  return out;
}

bool is_websocket(const Request& request) {
  return request.head().upgrade && detail::asks_for_websocket(request);
}

Result<Value> loads_with(const void* provider, std::string_view text) {
  return static_cast<const JSONProvider*>(provider)->loads(text);
}

/// Outside of debug mode a client is not told what is wrong with its JSON.
Value json_loading_failed(const Request& request, const std::string* error) {
  if (error) throw BadRequest();
  return Request::json_loading_failed(request, nullptr);
}

bool host_is_trusted(const Request& request) {
  try {
    return !request.host().empty();
  } catch (const SecurityError&) {
    return false;
  }
}

int code_of(routing::MatchKind kind) {
  switch (kind) {
    case routing::MatchKind::match:
      return 0;
    case routing::MatchKind::redirect:
      return routing::MatchResult::kRedirectCode;
    case routing::MatchKind::method_not_allowed:
      return MethodNotAllowed::kCode;
    case routing::MatchKind::websocket_mismatch:
      return BadRequest::kCode;
    default:
      return NotFound::kCode;
  }
}

void warn_of_large_cookies(App& app, const Response& response, std::size_t limit) {
  for (const std::string_view cookie : response.headers.getlist("Set-Cookie")) {
    if (cookie.size() <= limit) continue;
    app.logger.warning(
        fmt::format("The '{}' cookie is too large: its Set-Cookie header takes {} bytes, and browsers may "
                    "drop one of more than {} (MAX_COOKIE_SIZE).",
                    cookie.substr(0, cookie.find('=')), cookie.size(), limit));
  }
}

}  // namespace

void App::Impl::set_limits(Request& request) const {
  if (!debug) request.on_json_loading_failed = &json_loading_failed;
  request.max_content_length = max_content_length;
  request.max_form_memory_size = max_form_memory_size;
  request.max_form_parts = max_form_parts;
  set_json_loads(request);
}

void App::Impl::set_json_loads(Request& request) const {
  request.set_json_loads(json_provider ? &loads_with : nullptr, json_provider);
}

void App::handle(Request& request, Response& response) {
  if (!impl_->wrappers.empty()) [[unlikely]]
    return impl_->wrappers.back()->handle(request, response);
  handle_unwrapped(request, response);
}

void detail::CoreHandler::handle(Request& request, Response& response) {
  app->handle_unwrapped(request, response);
}

void App::handle_unwrapped(Request& request, Response& response) {
  if (!impl_->frozen.load(std::memory_order_acquire)) [[unlikely]]
    freeze();
  Context context(*this, request);
  const ContextScope scope(context);
  impl_->set_limits(request);
  if (request.keep_context) [[unlikely]] {
    *static_cast<KeptContext*>(request.keep_context) = detail::keep(context);
    context.kept->by_client = true;
  }
  impl_->run(*this, context, response);
}

RequestContext::RequestContext(App& app, Request& request) : context_(app, request), scope_(context_) {
  if (!app.frozen()) app.freeze();
  app.impl().set_limits(request);
  appcontext_pushed.send(app);
  app.impl().match(context_);
}

RequestContext::~RequestContext() {
  if (context_.route) static_cast<void>(*context_.request().view_args);  // the request may stay
  context_.app().impl().teardown(context_, detail::left_with(error_, uncaught_));
}

bool App::preprocess_request(Response& response) {
  return impl_->preprocess(detail::request_context_or_throw(), response);
}

Response App::full_dispatch_request() {
  Response response;
  Context& context = detail::request_context_or_throw();
  impl_->answer(context, response, false);
  return response;
}

KeptContext App::handle_keeping(Request& request, Response& response) {
  KeptContext kept;
  request.keep_context = &kept;
  try {
    handle(request, response);
  } catch (...) {
    request.keep_context = nullptr;
    throw;
  }
  request.keep_context = nullptr;
  return kept;
}

void App::Impl::run(App& app, Context& context, Response& response) {
  std::exception_ptr unhandled;
  try {
    appcontext_pushed.send(app);
    answer(context, response, true);
    response.finalize(context.request());
  } catch (const fiber::Cancelled&) {
    end(context, response, std::current_exception());
    throw;
  } catch (...) {
    unhandled = std::current_exception();
    try {
      handle_exception(app, context, response, unhandled);
    } catch (...) {
      end(context, response, unhandled);
      throw;
    }
  }
  end(context, response, unhandled);
}

void App::Impl::end(Context& context, Response& response, const std::exception_ptr& error) {
  // Where a wrapper, a stream or a close function may look at view_args after the context.
  const bool is_seen_later = !wrappers.empty() || response.is_streamed() || response.has_close_functions();
  if (is_seen_later && context.route) [[unlikely]]
    static_cast<void>(*context.request().view_args);
  if (context.kept && detail::hand_over(context, response, error)) [[unlikely]]
    return;
  teardown(context, error);
}

void App::Impl::answer(Context& context, Response& response, bool match_first) {
  try {
    if (match_first) match(context);
    request_started.send(context.app());
    if (!preprocess(context, response)) dispatch(context, response);
  } catch (const fiber::Cancelled&) {
    throw;
  } catch (...) {
    handle_user_exception(context, response, std::current_exception());
  }
  process_response(context, response);
}

void App::Impl::match(Context& context) {
  Request& request = context.request();
  if (!trusted_hosts.empty()) {
    request.trusted_hosts = &trusted_hosts;
    if (!host_is_trusted(request)) {
      request.routing_exception = SecurityError::kCode;
      return;
    }
  }
  if (options.host_matching || options.subdomain_matching) {
    match_host(context);
  } else {
    map.match({}, request.path, request.method, has_websocket_rules && is_websocket(request), context.match);
  }
  request.routing_exception = code_of(context.match.kind);
  if (request.routing_exception != 0) return;
  const detail::Route& route = routes[context.match.rule->index()];
  context.route = &route;
  request.endpoint = route.endpoint;
  request.blueprint = route.scope->blueprint;
  request.url_rule = context.match.rule;
  request.set_view_args(&make_view_args, &context.match);
  fiber::set_label(route.label.c_str());
}

void App::Impl::match_host(Context& context) {
  Request& request = context.request();
  const routing::MapAdapter& adapter = context.url_adapter();
  const std::string host = options.host_matching ? adapter.server_name() : adapter.subdomain();
  map.match(host, request.path, request.method, has_websocket_rules && is_websocket(request), context.match);
}

bool App::Impl::preprocess(Context& context, Response& response) {
  const detail::Scope& scope = context.route ? *context.route->scope : *scopes.front();
  if (!scope.url_value_preprocessors.empty()) [[unlikely]] {
    Value arguments = *context.request().view_args;  // none where no rule matched
    for (const auto* f : scope.url_value_preprocessors) (*f)(context.request().endpoint, arguments);
    context.request().set_view_args(std::move(arguments));
    context.view_args_changed = true;
  }
  for (const auto* f : scope.before) {
    if ((*f)(context, response)) return true;
  }
  return false;
}

void App::Impl::dispatch(Context& context, Response& response) {
  const detail::Route* route = context.route;
  if (!route) return answer_routing_error(context, response);
  if (route->automatic_options && context.request().method == "OPTIONS") {
    return detail::respond_options(context, response);
  }
  (*route->view)(context, response);
}

namespace {

// A function may add others, which run too. They stay: a second answer, when this one could
// not be finished, goes through them again.
void run_after_functions(Context& context, Response& response) {
  auto& functions = context.after_functions();
  struct Running {
    Running(std::vector<Function<void(Response&)>>& all, std::size_t i)
        : functions(all), place(i), f(std::move(all[i])) {}
    ~Running() { functions[place] = std::move(f); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    std::vector<Function<void(Response&)>>& functions;
    std::size_t place;
    Function<void(Response&)> f;
  };
  for (std::size_t i = 0; i < functions.size(); ++i) Running(functions, i).f(response);
}

}  // namespace

void App::Impl::process_response(Context& context, Response& response) {
  run_after_functions(context, response);
  const detail::Scope& scope = context.route ? *context.route->scope : *scopes.front();
  for (const auto* f : scope.after) (*f)(context, response);
  save_session(context, response);
  if (response.headers.wire().size() > max_cookie_size) [[unlikely]]
    warn_of_large_cookies(context.app(), response, max_cookie_size);
  request_finished.send(context.app(), response);
}

void App::Impl::save_session(Context& context, Response& response) {
  App& app = context.app();
  if (!context.opened_session() && !session_interface->saves_untouched(app, context.request())) return;
  Session& session = context.open_session();
  if (session_interface->is_null_session(session)) return;
  if (session.accessed() || session.modified() || session_interface->should_set_cookie(app, session))
    response.vary().add("Cookie");
  session_interface->save_session(app, session, response);
}

void App::Impl::teardown(Context& context, const std::exception_ptr& error) {
  const detail::Scope& scope = context.route ? *context.route->scope : *scopes.front();
  for (const auto* f : scope.teardown) detail::run_teardown(context, *f, error);
  detail::send_ending(context, request_tearing_down, error);
  detail::teardown_appcontext(context, error);
}

}  // namespace retort
