// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Context: all that belongs to one request (or to a stretch of code inside an application
// context). The framework passes it on as Context&; application code reaches it through
// request, g and current_app (globals.h), which find it in the fiber they run on. One
// fiber uses it at a time.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "retort/app/app_globals.h"
#include "retort/base/function.h"
#include "retort/base/owned.h"
#include "retort/routing/match.h"
#include "retort/value/value.h"

namespace retort {

class App;
class Request;
class Response;
class Session;

namespace routing {
class MapAdapter;
}

namespace detail {
struct Route;
struct KeptState;
}  // namespace detail

class Context {
 public:
  /// An application context alone (Flask: AppContext).
  explicit Context(App& app);
  /// A request's context.
  Context(App& app, Request& request);
  ~Context();
  /// All but `match`, whose values go to the request's view_args: for a context that outlives
  /// its request (kept_context.h). The other one is not used any more.
  Context(Context&& o);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  App& app() const { return app_; }
  bool has_request() const { return request_ != nullptr; }
  /// Precondition: has_request().
  Request& request() const { return *request_; }
  AppGlobals& g() { return g_; }
  /// The session, opened at the first call; marks it as accessed. Precondition: has_request().
  Session& session();
  /// The session if something has opened it, else null.
  Session* opened_session() const { return session_.get(); }
  /// session(), without marking it.
  Session& open_session();
  /// For a copy of a request, whose session is not opened anew: takes it, or gives it back.
  void swap_session(Owned<Session>& session);

  /// Runs `f` on this request's response before the after_request functions
  /// (Flask: after_this_request).
  void after_this_request(Function<void(Response&)> f);

  /// The app's map bound to this request, or to SERVER_NAME outside of one; made at the first
  /// call. Throws OutsideContext without either (Flask: create_url_adapter).
  const routing::MapAdapter& url_adapter();

  // For the dispatcher and argument conversion.
  routing::MatchResult match;
  const detail::Route* route = nullptr;
  std::vector<Function<void(Response&)>>& after_functions() { return after_; }
  detail::KeptState* kept = nullptr;  ///< counted; null unless the context shall stay
  bool view_args_changed = false;     ///< a url_value_preprocessor ran: arguments come from request.view_args

 private:
  App& app_;
  Request* request_ = nullptr;
  AppGlobals g_;
  Owned<Session> session_;
  Owned<routing::MapAdapter> url_adapter_;
  std::vector<Function<void(Response&)>> after_;
};

/// The context of the running fiber (or plain thread), null outside of any.
Context* current_context();

/// Makes a context the current one for a scope; scopes nest.
class ContextScope {
 public:
  explicit ContextScope(Context& context);
  ~ContextScope();
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;

 private:
  void* previous_;
};

}  // namespace retort
