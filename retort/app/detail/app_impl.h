// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What an App is made of. Written during set-up, read-only once frozen.

#include <atomic>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "retort/app/app.h"
#include "retort/app/context.h"
#include "retort/app/debug_pages.h"
#include "retort/app/detail/scaffold_data.h"
#include "retort/app/detail/signal_table.h"
#include "retort/app/detail/templates.h"
#include "retort/app/session_interface.h"
#include "retort/fiber/sync.h"
#include "retort/json/json.h"
#include "retort/routing/adapter.h"

namespace retort::detail {

/// Where a view's variable comes from: a capture of the match, or one of the rule's defaults.
struct ArgumentSource {
  std::string name;
  std::size_t capture = 0;
  const routing::Variable* fixed = nullptr;  // a default, when not null
};

/// Hooks and error handlers that hold for an app's or a blueprint's requests, in the order
/// in which they run. Linked once, by freeze().
struct Scope {
  std::string blueprint;                   // "parent.child"; empty for the app's own
  std::vector<const ScaffoldData*> chain;  // innermost blueprint first; the app is not in it

  std::vector<const BeforeFunction*> before;
  std::vector<const AfterFunction*> after;
  std::vector<const TeardownFunction*> teardown;
  std::vector<const ValuesFunction*> url_value_preprocessors;
  std::vector<const ValuesFunction*> url_defaults;
  std::vector<const ContextProcessor*> context_processors;
  std::vector<std::vector<const ErrorHandler*>> error_handlers;  // by scaffold, innermost first
};

struct Route {
  const detail::ErasedView* view = nullptr;
  std::string endpoint;
  std::string label;  // for the watchdog: "endpoint GET /rule"
  const Scope* scope = nullptr;
  const routing::Rule* rule = nullptr;
  bool automatic_options = false;
  std::source_location where;
  std::vector<ArgumentSource> arguments;
};

/// An app's own hooks, and those that blueprints add app-wide, in the order they came.
struct AppHookSegment {
  Hooks* hooks;
  std::size_t before, after, teardown, preprocessors, defaults, errors,
      processors;  // sizes of the app's own lists then
};

/// "file:line"; "" where it is not known.
std::string place_text(const std::source_location& where);
/// The folder of a source file, as the compiler was given it.
std::string folder_of(const char* source_file);
/// What the exception says and the request's line.
class ShortDebugPages final : public DebugPages {
 public:
  bool exception(Context& context, Response& response, const std::exception_ptr& error) override;
  void not_found(Context&, Response&) override {}
};
/// The app without what is wrapped around it.
struct CoreHandler final : Handler {
  void handle(Request& request, Response& response) override;
  App* app = nullptr;
};

/// Throws SetupError for a status code that no exception has.
void check_error_handler(ErrorHandler& handler, const Aborter& aborter);
/// The bytes of a file; throws std::runtime_error, naming it.
std::string read_file(const std::string& folder, std::string_view path);
void add_app_route(App& app, RouteRecord&& record);

// Pieces of the dispatcher.
void respond_with(Response& response, const HTTPException& error);
void respond_options(Context& context, Response& response);
void run_teardown(Context& context, const TeardownFunction& f, const std::exception_ptr& error);
/// Sends a signal of a context's end; what a receiver throws is logged.
void send_ending(Context& context, const Signal<const std::exception_ptr&>& signal,
                 const std::exception_ptr& error);
/// Ends an application context: teardown_appcontext functions, then the signals.
void teardown_appcontext(Context& context, const std::exception_ptr& error);
/// What a context's end is told: `error`, else, where an exception leaves the block (more are in
/// flight than `uncaught`), LeftByException, else null.
std::exception_ptr left_with(const std::exception_ptr& error, int uncaught);
/// "blog::Error: what it says", for logs and debug pages.
std::string describe(const std::exception_ptr& error);
Value to_value(const routing::Variable& variable);
routing::Variable to_variable(const Value& value);
bool asks_for_websocket(const Request& request);

}  // namespace retort::detail

namespace retort {

struct App::Impl {
  Impl(const std::string& app_name, AppOptions app_options, const char* source_file);

  // Set-up (app.cpp, register.cpp).
  detail::Route& add_route(App& app, const detail::ErasedView& view, std::string endpoint, std::string rule,
                           const std::vector<std::string>& methods, const RouteOptions& options,
                           const detail::Scope* scope);
  void bind_views(App& app);
  void read_config(App& app);
  void freeze(App& app);
  detail::Scope* make_scope(std::string blueprint, std::vector<const detail::ScaffoldData*> chain);
  void link(detail::Scope& scope, detail::ScaffoldData& app_data);

  // A request (dispatch.cpp).
  /// The app's settings that a request has a copy of.
  void set_limits(Request& request) const;
  void set_json_loads(Request& request) const;
  void run(App& app, Context& context, Response& response);
  /// From the hooks to the response, as full_dispatch_request: throws what no handler answers.
  void answer(Context& context, Response& response, bool match_first);
  void match(Context& context);
  void match_host(Context& context);
  bool preprocess(Context& context, Response& response);
  void dispatch(Context& context, Response& response);
  void process_response(Context& context, Response& response);
  /// Tears down, unless a stream or a test client keeps the context.
  void end(Context& context, Response& response, const std::exception_ptr& error);
  void save_session(Context& context, Response& response);
  void teardown(Context& context, const std::exception_ptr& error);
  void answer_routing_error(Context& context, Response& response);

  // Errors (errors.cpp).
  void log_exception(App& app, const Request& request, std::string_view what);
  void handle_user_exception(Context& context, Response& response, const std::exception_ptr& error);
  void handle_exception(App& app, Context& context, Response& response, const std::exception_ptr& error);
  bool run_error_handler(Context& context, Response& response, const std::exception_ptr& error, int code,
                         const std::type_info& type);

  std::string root_path;
  std::string instance_path;
  AppOptions options;
  detail::CoreHandler core;
  std::vector<std::unique_ptr<Handler>> wrappers;  // the last is outermost
  std::vector<UrlBuildErrorHandler> url_build_error_handlers;
  routing::Map map;
  std::vector<detail::Route> routes;                                    // by Rule::index()
  std::vector<std::unique_ptr<detail::Scope>> scopes;                   // the first is the app's own
  std::vector<std::unique_ptr<detail::RouteRecord>> records;            // the app's own routes
  std::vector<std::pair<std::string, detail::ScaffoldRef>> blueprints;  // by name; kept alive
  std::map<std::string, const detail::ScaffoldData*, std::less<>> blueprint_names;
  std::vector<detail::AppHookSegment> segments;
  std::vector<detail::TeardownFunction> teardown_appcontext;
  std::unordered_map<std::string, const detail::ErasedView*> view_functions;     // by endpoint
  std::vector<std::pair<std::string, const detail::ErasedView*>> own_endpoints;  // of endpoint()
  std::unordered_map<void (*)(), std::string> endpoints;                         // by function
  detail::SignalTableRef signals;
  std::unique_ptr<SessionInterface> session_interface;
  fiber::Mutex freezing;            // held over the program's own code, which may park
  std::exception_ptr freeze_error;  // why freeze() failed, each time; guarded by freezing
  std::atomic<bool> frozen{false};

  detail::ShortDebugPages short_debug_pages;
  DebugPages* debug_pages = &short_debug_pages;  // null: none
  std::vector<DebugPanel> debug_panels;

  // Settings that requests need, read once.
  bool debug = false;
  bool testing = false;
  bool propagate_exceptions = false;
  bool trap_http_exceptions = false;
  std::optional<bool> trap_bad_request_errors;
  std::optional<std::uint64_t> max_content_length;
  std::uint64_t max_form_memory_size = 500'000;
  std::size_t max_form_parts = 1000;
  std::size_t max_cookie_size = 4093;
  bool use_x_sendfile = false;
  std::vector<std::string> trusted_hosts;
  std::string server_name;
  std::string application_root = "/";
  std::string preferred_url_scheme = "http";
  const JSONProvider* json_provider = nullptr;  // in place of the default one
  JsonOptions json_options;                     // of the default provider's responses
  mutable detail::Templates templates;
  bool has_websocket_rules = false;
  Function<http::OptionalSeconds(std::string_view)> send_file_max_age;
  http::OptionalSeconds send_file_max_age_default;
};

}  // namespace retort
