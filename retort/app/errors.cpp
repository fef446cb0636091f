// SPDX-License-Identifier: BSD-3-Clause
// What becomes of an exception (Flask: handle_user_exception, handle_http_exception,
// handle_exception, _find_error_handler).
#include <utility>

#include <cxxabi.h>
#include <fmt/format.h>

#include "retort/app/abort.h"
#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/app/detail/exception_types.h"
#include "retort/app/redirect.h"
#include "retort/app/signals.h"
#include "retort/app/validation_error.h"
#include "retort/fiber/fiber.h"
#include "retort/http/status.h"
#include "retort/message/request.h"
#include "retort/routing/adapter.h"

namespace retort {
namespace detail {

void check_error_handler(ErrorHandler& handler, const Aborter& aborter) {
  if (handler.type) return;
  if (!aborter.contains(handler.code)) {
    throw SetupError(
        fmt::format("errorhandler({}): '{}' is not a recognized HTTP error code; use a class "
                    "derived from HTTPException with that code instead",
                    handler.code, handler.code));
  }
}

void respond_with(Response& response, const HTTPException& error) {
  response.reset();
  response.status_code = error.code();
  for (const auto& [name, value] : error.get_headers()) response.headers.add(name, value);
  response.set_data(error.get_body());
}

void run_teardown(Context& context, const TeardownFunction& f, const std::exception_ptr& error) {
  try {
    f(context, error);
  } catch (const fiber::Cancelled&) {
    // The rest of the functions run all the same; the request is over anyway.
  } catch (...) {
    context.app().logger.error(
        fmt::format("a teardown function failed: {}", describe(std::current_exception())));
  }
}

void send_ending(Context& context, const Signal<const std::exception_ptr&>& signal,
                 const std::exception_ptr& error) {
  try {
    signal.send(context.app(), error);
  } catch (const fiber::Cancelled&) {
    // As above.
  } catch (...) {
    context.app().logger.error(fmt::format("a receiver of the signal '{}' failed: {}", signal.name(),
                                           describe(std::current_exception())));
  }
}

void teardown_appcontext(Context& context, const std::exception_ptr& error) {
  const auto& functions = context.app().impl().teardown_appcontext;
  for (auto f = functions.rbegin(); f != functions.rend(); ++f) run_teardown(context, *f, error);
  send_ending(context, appcontext_tearing_down, error);
  try {
    appcontext_popped.send(context.app());
  } catch (...) {
    context.app().logger.error(fmt::format("a receiver of the signal '{}' failed: {}",
                                           appcontext_popped.name(), describe(std::current_exception())));
  }
}

std::exception_ptr left_with(const std::exception_ptr& error, int uncaught) {
  if (error || std::uncaught_exceptions() <= uncaught) return error;
  return std::make_exception_ptr(LeftByException());
}

std::string describe(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return fmt::format("{}: {}", demangled(typeid(e)), e.what());
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    return type ? demangled(*type) : "unknown exception";
  }
}

namespace {

/// Calls `f(type, http)` with the exception's type and the HTTPException it is, or null.
template <class F>
auto with_exception(const std::exception_ptr& error, F f) {
  try {
    std::rethrow_exception(error);
  } catch (HTTPException& e) {
    return f(typeid(e), &e);
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    return f(type ? *type : typeid(void), static_cast<HTTPException*>(nullptr));
  }
}

/// How near `handler` is to an exception of these classes; the size of the list: not at all.
/// A handler of a code is one of the code's class, as in Flask, and of others with the code.
std::size_t distance(const ErrorHandler& handler, const std::vector<const std::type_info*>& classes) {
  const auto place_of = [&](const std::type_info& type) {
    std::size_t i = 0;
    while (i < classes.size() && *classes[i] != type) ++i;
    return i;
  };
  if (handler.type) return place_of(*handler.type);
  const std::type_info* known = http_exception_class(handler.code);
  const std::size_t place = known ? place_of(*known) : classes.size();
  return place < classes.size() ? place : place_of(typeid(HTTPException));
}

/// Whether a handler sees the error before it is answered, or it is let through unhandled
/// (Flask: trap_http_exception).
bool is_trapped(const App::Impl& impl, const HTTPException& error) {
  if (impl.trap_http_exceptions) return true;
  if (!impl.trap_bad_request_errors && impl.debug && dynamic_cast<const BadRequestKeyError*>(&error))
    return true;
  return impl.trap_bad_request_errors.value_or(false) && dynamic_cast<const BadRequest*>(&error);
}

/// The errors that are answers in themselves and that no handler sees.
bool answer_itself(Response& response, HTTPException& error) {
  if (auto* answer = dynamic_cast<ResponseException*>(&error)) {
    response = std::move(answer->response());
    return true;
  }
  if (const auto* moved = dynamic_cast<const RequestRedirect*>(&error)) {
    response = redirect(moved->new_url(), RequestRedirect::kCode);
    return true;
  }
  return false;
}

}  // namespace
}  // namespace detail

bool App::Impl::run_error_handler(Context& context, Response& response, const std::exception_ptr& error,
                                  int code, const std::type_info& type) {
  const detail::Scope& scope = context.route ? *context.route->scope : *scopes.front();
  const auto classes = detail::class_and_bases(type);
  // First the handlers of the code, then those of any; the innermost blueprint's before the
  // app's; in each list the most derived class.
  for (const int wanted : {code, 0}) {
    for (const auto& handlers : scope.error_handlers) {
      const detail::ErrorHandler* best = nullptr;
      std::size_t best_distance = classes.size();
      for (const detail::ErrorHandler* handler : handlers) {
        if (handler->code != wanted) continue;
        const std::size_t d = detail::distance(*handler, classes);
        if (d < best_distance) {
          best = handler;
          best_distance = d;
        }
      }
      if (best) {
        response.reset();
        best->run(context, response, error);
        return true;
      }
    }
    if (code == 0) break;
  }
  return false;
}

void App::Impl::handle_user_exception(Context& context, Response& response, const std::exception_ptr& error) {
  const bool answered = detail::with_exception(error, [&](const std::type_info& type, HTTPException* http) {
    if (http && (debug || trap_bad_request_errors.value_or(false))) {
      if (auto* missing = dynamic_cast<BadRequestKeyError*>(http)) missing->show_exception();
    }
    const bool trapped = http && detail::is_trapped(*this, *http);
    if (http && !trapped && detail::answer_itself(response, *http)) return true;
    if (run_error_handler(context, response, error, http ? http->code() : 0, type)) return true;
    if (!http || trapped) return false;
    if (const auto* invalid = dynamic_cast<const ValidationError*>(http)) {
      response.reset();
      detail::respond_json(context, response, {{"errors", invalid->messages()}});
      response.status_code = invalid->code();
    } else {
      detail::respond_with(response, *http);
      if (debug && debug_pages && context.request().routing_exception == NotFound::kCode &&
          http->code() == NotFound::kCode)
        debug_pages->not_found(context, response);
    }
    return true;
  });
  if (!answered) std::rethrow_exception(error);
}

void App::Impl::log_exception(App& app, const Request& request, std::string_view what) {
  app.logger.error(fmt::format("Exception on {} [{}]: {}", request.path, request.method, what));
}

void App::Impl::handle_exception(App& app, Context& context, Response& response,
                                 const std::exception_ptr& error) {
  got_request_exception.send(app, error);
  if (propagate_exceptions) std::rethrow_exception(error);
  Request& request = context.request();
  const std::string what = detail::describe(error);
  log_exception(app, request, what);
  const InternalServerError server_error(error);
  response.reset();
  if (debug && debug_pages) {
    response.status_code = 500;
    if (debug_pages->exception(context, response, error)) return;
    response.reset();
  }
  if (!run_error_handler(context, response, std::make_exception_ptr(server_error), 500,
                         typeid(InternalServerError)))
    detail::respond_with(response, server_error);
  try {
    process_response(context, response);
  } catch (const fiber::Cancelled&) {
    throw;
  } catch (...) {
    app.logger.error(fmt::format("Request finalizing failed with an error while handling an error: {}",
                                 detail::describe(std::current_exception())));
  }
  response.finalize(request);
}

void App::Impl::answer_routing_error(Context& context, Response& response) {
  const Request& request = context.request();
  if (request.trusted_hosts) (void)request.host();  // throws for one that is not trusted
  switch (context.match.kind) {
    case routing::MatchKind::redirect: {
      const routing::MapAdapter& adapter = context.url_adapter();
      response = redirect(adapter.redirect_url(context.match, request.method,
                                               routing::QueryArgs(std::string(request.query_string))),
                          routing::MatchResult::kRedirectCode);
      return;
    }
    case routing::MatchKind::method_not_allowed: {
      std::vector<std::string> methods;
      for (const auto method : context.match.allowed_methods()) methods.emplace_back(method);
      throw MethodNotAllowed(std::move(methods));
    }
    case routing::MatchKind::websocket_mismatch:
      throw BadRequest();
    default:
      throw NotFound();
  }
}

}  // namespace retort
