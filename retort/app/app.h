// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// App: a Retort application (Flask: Flask). Set up on one thread (routes, hooks, handlers,
// blueprints), then served: from its first request on it is immutable and answers on every
// worker at once. An App is movable until then, so create_app() returns it by value. Two
// apps in one process share nothing.

#include <exception>
#include <initializer_list>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/app/abort.h"
#include "retort/app/blueprint.h"
#include "retort/app/config.h"
#include "retort/app/context.h"
#include "retort/app/json_provider.h"
#include "retort/app/scaffold.h"
#include "retort/base/log.h"
#include "retort/base/owned.h"
#include "retort/jinja/function.h"
#include "retort/message/handler.h"

namespace retort {

namespace routing {
class Map;
}
class AppContext;
class KeptContext;
class RequestContext;
class Response;
namespace jinja {
class Environment;
struct Options;
}  // namespace jinja
class FileSource;
class SessionInterface;
class TestClient;
struct TestClientOptions;
struct TestRequest;
class TestRequestContext;

struct AppOptions {
  bool host_matching = false;  ///< rules match the whole Host (Flask: host_matching)
  bool subdomain_matching = false;
  std::string root_path = {};             ///< empty: the folder of the source file that makes the app
  std::string instance_path = {};         ///< empty: "instance" below root_path
  bool instance_relative_config = false;  ///< config files are looked for in instance_path
  std::optional<std::string> template_folder = "templates";  ///< below root_path; none: no folder
  std::optional<std::string> static_folder = "static";       ///< below root_path; none: no static files
  std::optional<std::string> static_url_path = {};           ///< none: the folder's name, "/static"
  std::string static_host = {};                              ///< with host_matching: where they are
  const FileSource* static_source = nullptr;                 ///< instead of the folder; outlives the app
};

/// What is asked when url_for can build no URL: gets what it says, the endpoint and the values.
using UrlBuildErrorHandler = Function<std::optional<std::string>(
    const std::string& error, std::string_view endpoint, const routing::Variables& values)>;

namespace detail {

struct CoreHandler;

/// A function around a handler; by App::wrap.
template <class F>
class FunctionWrapper final : public Handler {
 public:
  FunctionWrapper(Handler& next, F f) : next_(next), f_(std::move(f)) {}
  void handle(Request& request, Response& response) override { f_(next_, request, response); }

 private:
  Handler& next_;
  F f_;
};

}  // namespace detail

class App : public RouteRegistrar<detail::RuleEnd::front>, public Handler {
 public:
  explicit App(std::string name, AppOptions options = {},
               std::source_location where = std::source_location::current());
  App(App&& o) noexcept;
  ~App() override;

  Config config;
  /// Writes to standard error; its level follows debug mode unless it was set.
  Logger logger;
  /// What extensions keep in the app, by their names (Flask: extensions). Filled during
  /// set-up, read by requests.
  AppGlobals extensions;
  /// What abort(code) throws.
  Aborter aborter;
  AppJSON json;

  /// Where what belongs to a deployment lies: databases, keys, uploads (Flask: instance_path).
  const std::string& instance_path() const;
  /// The bytes of a file in the instance folder, as open_resource.
  std::string open_instance_resource(std::string_view path) const;
  bool debug() const { return config.get("DEBUG").truthy(); }
  bool testing() const { return config.get("TESTING").truthy(); }

  /// How long clients may keep a file that is sent without a max_age of its own
  /// (Flask: get_send_file_max_age): SEND_FILE_MAX_AGE_DEFAULT, or what this function says.
  http::OptionalSeconds get_send_file_max_age(std::string_view path) const;
  void send_file_max_age(Function<http::OptionalSeconds(std::string_view path)> f);

  /// Adds a blueprint's routes, hooks and handlers; a name may be used once.
  void register_blueprint(const Blueprint& blueprint, BlueprintOptions options = {});
  /// The registered blueprints by name, in the order in which they came; the parent before
  /// what is nested in it (Flask: iter_blueprints).
  std::vector<std::pair<std::string, Blueprint>> iter_blueprints() const;

  /// Puts a handler around the app: M(next, arguments...) sees each request first and calls
  /// next.handle(request, response). What is put last is outermost.
  template <class M, class... A>
  void wrap(A&&... arguments) {
    add_wrapper(new M(outermost(), std::forward<A>(arguments)...));
  }
  /// The same with a function: `app.wrap([](Handler& next, Request& request, Response& response) {...})`.
  template <class F>
  void wrap(F f) {
    add_wrapper(new detail::FunctionWrapper<F>(outermost(), std::move(f)));
  }

  /// Asks `f` for the URL when url_for can build none; what it returns counts, unless empty.
  /// Without an answer url_for throws (Flask: url_build_error_handlers).
  void url_build_error_handler(UrlBuildErrorHandler f);

  /// Runs when an application context ends.
  template <class F>
  void teardown_appcontext(F f) {
    add_teardown_appcontext(detail::make_teardown(std::move(f)));
  }
  /// The map of rules, for converters of the app's own (`add_converter`) before routes use
  /// them, and for listing (`iter_rules`); include retort/routing/map.h.
  routing::Map& url_map();
  const routing::Map& url_map() const;

  // Templates (retort/app/templating.h).

  /// A filter, test or global of the app's templates; what functions may take is told in
  /// retort/jinja/function.h.
  void template_filter(std::string name, jinja::NativeFunction f);
  void template_test(std::string name, jinja::NativeFunction f);
  void template_global(std::string name, jinja::NativeFunction f);
  /// What the environment is made with: extensions, another loader or autoescape rule.
  /// Before anything that makes it: jinja_env, template_filter and their like. Include
  /// retort/jinja/environment.h.
  jinja::Options& jinja_options();
  /// The environment that the app's templates share; during set-up.
  jinja::Environment& jinja_env();
  /// Where sessions are kept (Flask: app.session_interface): a std::unique_ptr to an
  /// interface of the program's own, or what is in use; see retort/app/session_interface.h.
  template <class P, class = decltype(std::declval<P&>().release())>
  void session_interface(P sessions) {
    set_session_interface(sessions.release());
  }
  SessionInterface& session_interface() const;

  /// Ends set-up: links endpoints, hooks and handlers. The first request does it; calling
  /// it earlier moves the work, and what it may throw (SetupError), to the start.
  void freeze();
  bool frozen() const;

  void handle(Request& request, Response& response) override;
  /// handle() for test clients: the context stays until the result ends it, so that what a
  /// request left in request, session and g can be looked at (Flask: preserve_context).
  /// Include retort/app/kept_context.h.
  KeptContext handle_keeping(Request& request, Response& response);

  /// `const AppContext context = app.app_context();`: g and current_app for code outside of
  /// requests. teardown_appcontext functions run at its end.
  AppContext app_context();
  /// The same with a request, which it matches with the app's rules: request, session and g
  /// are there, no hook has run.
  RequestContext request_context(Request& request);
  /// In a request context: runs url_value_preprocessor and before_request functions; true when
  /// one of them answered.
  bool preprocess_request(Response& response);
  /// In a request context: the answer, with all that a request goes through but the teardown.
  Response full_dispatch_request();

  /// A client that calls this app in process; include retort/testing/client.h.
  TestClient test_client();
  TestClient test_client(TestClientOptions options);
  /// A request's context for a scope, without a server: `const auto context =
  /// app.test_request_context("/?name=ada");`; include retort/testing/client.h.
  TestRequestContext test_request_context(std::string_view path = "/");
  TestRequestContext test_request_context(std::string_view path, const TestRequest& request);

  struct Impl;
  Impl& impl() const { return *impl_; }

 private:
  friend struct detail::CoreHandler;
  void add_teardown_appcontext(detail::TeardownFunction f);
  void add_wrapper(Handler* wrapper);  // takes ownership
  Handler& outermost();
  void handle_unwrapped(Request& request, Response& response);
  void set_session_interface(SessionInterface* owned);
  void add_static_route();

  Owned<Impl> impl_;
};

/// What teardown functions are told of a block that an exception leaves, unless fail() said
/// more: C++ does not tell destructors which exception it is.
class LeftByException : public std::exception {
 public:
  const char* what() const noexcept override { return "an exception left the context's block"; }
};

/// A context for code outside of requests, by App::app_context. At its end the
/// teardown_appcontext functions run.
class AppContext {
 public:
  explicit AppContext(App& app);
  ~AppContext();
  AppContext(const AppContext&) = delete;
  AppContext& operator=(const AppContext&) = delete;

  /// What went wrong, for the teardown functions.
  void fail(std::exception_ptr error) { error_ = std::move(error); }

 private:
  Context context_;
  ContextScope scope_;
  std::exception_ptr error_;
  int uncaught_ = std::uncaught_exceptions();
};

/// A request's context outside of its dispatch, by App::request_context. At its end the
/// teardown functions run.
class RequestContext {
 public:
  RequestContext(App& app, Request& request);
  ~RequestContext();
  RequestContext(const RequestContext&) = delete;
  RequestContext& operator=(const RequestContext&) = delete;

  Context& context() { return context_; }
  /// What went wrong, for the teardown functions.
  void fail(std::exception_ptr error) { error_ = std::move(error); }

 private:
  Context context_;
  ContextScope scope_;
  std::exception_ptr error_;
  int uncaught_ = std::uncaught_exceptions();
};

inline AppContext App::app_context() { return AppContext(*this); }
inline RequestContext App::request_context(Request& request) { return RequestContext(*this, request); }

}  // namespace retort
