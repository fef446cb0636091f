// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Scaffold: what App and Blueprint have in common (Flask: Scaffold): routes, hooks, error
// handlers. Set-up happens on one thread before serving; after the first request these
// functions throw SetupError.

#include <cstddef>
#include <exception>
#include <initializer_list>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "retort/app/cli.h"
#include "retort/app/erased_view.h"
#include "retort/app/function_name.h"
#include "retort/app/rule.h"
#include "retort/base/function.h"
#include "retort/http/errors.h"
#include "retort/message/response.h"
#include "retort/routing/rule_options.h"
#include "retort/value/value.h"

namespace retort {

class ClassView;
class Context;

inline constexpr std::string_view GET = "GET";
inline constexpr std::string_view HEAD = "HEAD";
inline constexpr std::string_view POST = "POST";
inline constexpr std::string_view PUT = "PUT";
inline constexpr std::string_view PATCH = "PATCH";
inline constexpr std::string_view DELETE = "DELETE";
inline constexpr std::string_view OPTIONS = "OPTIONS";

using Methods = std::initializer_list<std::string_view>;

/// A mistake made while an app is put together: says which route or name, and the fix.
class SetupError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// What a route can be told beside its rule and view (Flask: add_url_rule's options).
struct RouteOptions {
  std::string endpoint = {};       ///< instead of the function's name
  routing::RuleOptions rule = {};  ///< defaults, strict_slashes, subdomain, host, redirect_to, ...
  std::optional<bool> provide_automatic_options = {};
};

namespace detail {

struct RouteRecord;
struct ScaffoldData;

struct ErrorHandler {
  int code = 0;                          // 0: any code
  const std::type_info* type = nullptr;  // null: HTTPException of `code`
  Function<void(Context&, Response&, const std::exception_ptr&)> run;
};

using BeforeFunction = Function<bool(Context&, Response&)>;  // true: it answered
using AfterFunction = Function<void(Context&, Response&)>;
using TeardownFunction = Function<void(Context&, const std::exception_ptr&)>;
using ValuesFunction = Function<void(std::string_view endpoint, Value& values)>;
using ContextProcessor = Function<Value()>;

template <class F>
ContextProcessor make_context_processor(F f) {
  return [f = std::move(f)]() -> Value { return to_value(f()); };
}

template <class F, class R, class... A>
bool run_before(Context& context, Response& response, const F& f, R (*)(A...)) {
  bool answered = false;
  call_with<A...>(context, [&](auto&&... arguments) {
    if constexpr (std::is_void_v<R>) {
      f(std::forward<decltype(arguments)>(arguments)...);
    } else if constexpr (kIsOptional<R>) {
      if (auto result = f(std::forward<decltype(arguments)>(arguments)...)) {
        respond(context, response, *std::move(result));
        answered = true;
      }
    } else {
      respond(context, response, f(std::forward<decltype(arguments)>(arguments)...));
      answered = true;
    }
  });
  return answered;
}

template <class F>
BeforeFunction make_before(F f) {
  return [f = std::move(f)](Context& context, Response& response) -> bool {
    return run_before(context, response, f, static_cast<Signature<F>*>(nullptr));
  };
}

template <class F>
AfterFunction make_after(F f) {
  if constexpr (std::is_invocable_v<F&, Response&>) {
    return [f = std::move(f)](Context&, Response& response) { f(response); };
  } else {
    static_assert(std::is_invocable_r_v<Response, F&, Response>,
                  "retort: an after_request function takes and returns a Response, or takes a Response&");
    return [f = std::move(f)](Context&, Response& response) { response = f(std::move(response)); };
  }
}

template <class F>
TeardownFunction make_teardown(F f) {
  if constexpr (std::is_invocable_v<F&>) {
    return [f = std::move(f)](Context&, const std::exception_ptr&) { f(); };
  } else {
    return [f = std::move(f)](Context&, const std::exception_ptr& error) { f(error); };
  }
}

template <class E, class F>
ErrorHandler make_error_handler(int code, const std::type_info* type, F f) {
  return {code, type,
          [f = std::move(f)](Context& context, Response& response, const std::exception_ptr& error) {
            if constexpr (std::is_invocable_v<const F&>) {
              respond(context, response, f());
            } else {
              try {
                std::rethrow_exception(error);
              } catch (const E& e) {
                respond(context, response, f(e));
              }
            }
          }};
}

/// The code of an HTTP exception class, under which its handler is looked up (as Flask
/// does); 0 for any other class.
template <class E>
constexpr int code_of() {
  if constexpr (requires { E::kCode; }) {
    return E::kCode;
  } else {
    return 0;
  }
}

template <class F>
struct ErrorParameter {
  using Type = HTTPException;
};
template <class R, class A>
struct ErrorParameter<R(A)> {
  using Type = std::remove_cvref_t<A>;
};

}  // namespace detail

class Scaffold {
 public:
  Scaffold(const Scaffold&) = delete;
  Scaffold& operator=(const Scaffold&) = delete;

  const std::string& name() const;

  // Static files (Flask: static_folder, static_url_path). Views at "static" serve them.

  bool has_static_folder() const;
  /// The folder's path.
  const std::optional<std::string>& static_folder() const;
  /// "/static"; a blueprint's comes behind its prefix.
  const std::string& static_url_path() const;
  /// A file of the static folder; throws NotFound. In a request's context.
  Response send_static_file(std::string_view filename) const;

  /// Registers a view under a rule made at run time; checked now. `methods` empty: GET.
  void add_url_rule(std::string rule, std::string endpoint, detail::ErasedView view,
                    std::vector<std::string> methods = {}, RouteOptions options = {},
                    std::source_location where = std::source_location::current());
  template <class F, class = std::enable_if_t<!std::is_same_v<std::decay_t<F>, detail::ErasedView>>>
  void add_url_rule(std::string rule, std::string endpoint, F view, std::vector<std::string> methods = {},
                    RouteOptions options = {}, std::source_location where = std::source_location::current()) {
    add_url_rule(std::move(rule), std::move(endpoint), detail::ErasedView::of(std::move(view)),
                 std::move(methods), std::move(options), where);
  }

  /// A class-based view (retort/app/views.h): `add_url_rule("/users", as_view<Users>("users"))`.
  /// `methods` empty: those of the class.
  void add_url_rule(std::string rule, const ClassView& view, std::vector<std::string> methods = {},
                    RouteOptions options = {}, std::source_location where = std::source_location::current());

  /// A rule whose view endpoint() names.
  void add_url_rule(std::string rule, std::string endpoint, RouteOptions options = {},
                    std::source_location where = std::source_location::current());
  /// The view of an endpoint whose rules were added without one (Flask: endpoint).
  template <class F>
  void endpoint(std::string name, F view) {
    add_endpoint(std::move(name), detail::ErasedView::of(std::move(view)));
  }

  /// Runs before each request; what it returns (unless empty) is the answer and the view
  /// is not run. May return void, an optional, or anything a view may return.
  template <class F>
  void before_request(F f) {
    add_before(detail::make_before(std::move(f)));
  }
  /// Runs on each response: `Response f(Response)` or `void f(Response&)`. Last registered first.
  template <class F>
  void after_request(F f) {
    add_after(detail::make_after(std::move(f)));
  }
  /// Runs when the request's context ends, with what went wrong or null. Last registered first.
  template <class F>
  void teardown_request(F f) {
    add_teardown(detail::make_teardown(std::move(f)));
  }
  /// Sees, and may change, the endpoint's view_args before the view does. Where no rule matched,
  /// the endpoint is empty and the values are none.
  void url_value_preprocessor(detail::ValuesFunction f);
  /// Adds to the values that url_for builds with.
  void url_defaults(detail::ValuesFunction f);

  /// Adds what `f` returns, a dict (or an aggregate), to the context of each template.
  template <class F>
  void context_processor(F f) {
    add_context_processor(detail::make_context_processor(std::move(f)));
  }

  /// Answers a status code: `app.errorhandler(404, [](const HTTPException& e) { ... })`.
  template <class F>
  void errorhandler(int code, F f) {
    using E = typename detail::ErrorParameter<detail::Signature<F>>::Type;
    static_assert(std::is_base_of_v<HTTPException, E> || std::is_base_of_v<E, HTTPException>,
                  "retort: the handler of a status code takes an HTTPException (const HTTPException&, const "
                  "NotFound&), or nothing; errorhandler<E> is for other exceptions");
    add_error_handler(detail::make_error_handler<E>(code, nullptr, std::move(f)));
  }
  /// Answers an exception type and what derives from it; the most derived wins.
  template <class E, class F>
  void errorhandler(F f) {
    static_assert(std::is_class_v<E>, "retort: errorhandler<E> takes an exception class");
    add_error_handler(detail::make_error_handler<E>(detail::code_of<E>(), &typeid(E), std::move(f)));
  }

  /// errorhandler by Flask's other name.
  template <class F>
  void register_error_handler(int code, F f) {
    errorhandler(code, std::move(f));
  }
  template <class E, class F>
  void register_error_handler(F f) {
    errorhandler<E>(std::move(f));
  }

  /// The folder of the source file that made this, or what was given instead.
  const std::string& root_path() const;
  /// The bytes of a file below root_path (Flask: open_resource). Throws std::runtime_error,
  /// naming it, when it cannot be read.
  std::string open_resource(std::string_view path) const;

  detail::ScaffoldData& data() { return *data_; }
  const detail::ScaffoldData& data() const { return *data_; }

 protected:
  explicit Scaffold(std::string name);
  explicit Scaffold(detail::ScaffoldData* data);
  Scaffold(Scaffold&& o) noexcept : data_(o.data_), cli(o.cli) { o.data_ = nullptr; }
  ~Scaffold();

  // Const, since what is set up is not in this: see the views that their type chooses, below.
  void add_route(const detail::RuleText& rule, std::string_view endpoint, Methods methods,
                 detail::ErasedView view, RouteOptions&& options) const;
  void add_route(const detail::RuleText& rule, std::string_view endpoint, Methods methods,
                 detail::ErasedView view) const;
  void add_function(const detail::RuleText& rule, std::string_view endpoint, std::string_view method,
                    const detail::ErasedView::Type& type, void (*function)()) const;
  template <class R, class... A>
  void add_function(const detail::RuleText& rule, std::string_view endpoint, std::string_view method,
                    R (*function)(A...)) const {
    add_function(rule, endpoint, method, detail::ErasedView::type_of(function),
                 reinterpret_cast<void (*)()>(function));
  }
  void add_record(detail::RouteRecord&& record) const;
  void add_endpoint(std::string name, detail::ErasedView view);
  void add_before(detail::BeforeFunction f);
  void add_after(detail::AfterFunction f);
  void add_teardown(detail::TeardownFunction f);
  void add_error_handler(detail::ErrorHandler handler);
  void add_context_processor(detail::ContextProcessor f);
  void require_setup(std::string_view what) const;

  detail::ScaffoldData* data_;  // counted: a Blueprint and the apps it is registered with share it

 public:
  /// Commands of the program (retort/app/cli.h); a blueprint's come with it, in a group of its
  /// name unless BlueprintOptions::cli_group says otherwise (Flask: cli).
  retort::cli::Group cli;
};

/// The route functions, with literal rules checked against `end` of a view's parameters.
template <detail::RuleEnd end>
class RouteRegistrar : public Scaffold {
 protected:
  using Scaffold::Scaffold;

  template <class F>
  using Rule = typename detail::RuleOfSignature<end, detail::Signature<F>>::Type;

 public:
  // A function's name may also be that of a function of the C library, which many headers declare: index,
  // remove, time. It is no `auto` then, and its type chooses among RETORT_VIEW's; being const, they are the
  // second choice for all other functions.

  // Without options a call makes none: their destruction is what a route costs most to compile.

  /// `app.route<login>("/login", {GET, POST})`: a function; its name is the endpoint.
  template <auto function>
  void route(Rule<decltype(function)> rule, Methods methods = {GET}) {
    add_route(rule, detail::function_name<function>(), methods, detail::ErasedView(function));
  }
  template <auto function>
  void route(Rule<decltype(function)> rule, Methods methods, RouteOptions options) {
    add_route(rule, detail::function_name<function>(), methods, detail::ErasedView(function),
              std::move(options));
  }
#define RETORT_VIEW(R)                                                                        \
  template <R (*function)()>                                                                  \
  void route(Rule<R()> rule, Methods methods = {GET}, RouteOptions options = {}) const {      \
    add_route(rule, detail::function_name<function>(), methods, detail::ErasedView(function), \
              std::move(options));                                                            \
  }
  RETORT_VIEW(std::string)
  RETORT_VIEW(const char*)
  RETORT_VIEW(Response)
  RETORT_VIEW(retort::json)
#undef RETORT_VIEW
  /// A lambda under an endpoint's name.
  template <class F>
  void route(std::type_identity_t<Rule<F>> rule, std::string_view endpoint, F view, Methods methods = {GET}) {
    add_route(rule, endpoint, methods, detail::ErasedView::of(std::move(view)));
  }
  template <class F>
  void route(std::type_identity_t<Rule<F>> rule, std::string_view endpoint, F view, Methods methods,
             RouteOptions options) {
    add_route(rule, endpoint, methods, detail::ErasedView::of(std::move(view)), std::move(options));
  }

// get, post, put, patch, delete_: three spellings each, as route has them, plus a lambda
// without a name, whose endpoint is "GET /rule".
#define RETORT_VIEW(name, METHOD, R)                                                           \
  template <R (*function)()>                                                                   \
  void name(Rule<R()> rule, RouteOptions options = {}) const {                                 \
    add_route(rule, detail::function_name<function>(), {METHOD}, detail::ErasedView(function), \
              std::move(options));                                                             \
  }
#define RETORT_METHOD(name, METHOD)                                                                        \
  template <auto function>                                                                                 \
  void name(Rule<decltype(function)> rule) {                                                               \
    this->add_function(rule, detail::function_name<function>(), METHOD, function);                         \
  }                                                                                                        \
  template <auto function>                                                                                 \
  void name(Rule<decltype(function)> rule, RouteOptions options) {                                         \
    add_route(rule, detail::function_name<function>(), {METHOD}, detail::ErasedView(function),             \
              std::move(options));                                                                         \
  }                                                                                                        \
  template <class F>                                                                                       \
  void name(std::type_identity_t<Rule<F>> rule, F view) {                                                  \
    if constexpr (detail::kIsPlain<F>) {                                                                   \
      this->add_function(rule, {}, METHOD, static_cast<detail::Signature<F>*>(view));                      \
    } else {                                                                                               \
      add_route(rule, {}, {METHOD}, detail::ErasedView::of(std::move(view)));                              \
    }                                                                                                      \
  }                                                                                                        \
  template <class F>                                                                                       \
  void name(std::type_identity_t<Rule<F>> rule, F view, RouteOptions options) {                            \
    add_route(rule, {}, {METHOD}, detail::ErasedView::of(std::move(view)), std::move(options));            \
  }                                                                                                        \
  template <class F>                                                                                       \
  void name(std::type_identity_t<Rule<F>> rule, std::string_view endpoint, F view) {                       \
    if constexpr (detail::kIsPlain<F>) {                                                                   \
      this->add_function(rule, endpoint, METHOD, static_cast<detail::Signature<F>*>(view));                \
    } else {                                                                                               \
      add_route(rule, endpoint, {METHOD}, detail::ErasedView::of(std::move(view)));                        \
    }                                                                                                      \
  }                                                                                                        \
  template <class F>                                                                                       \
  void name(std::type_identity_t<Rule<F>> rule, std::string_view endpoint, F view, RouteOptions options) { \
    add_route(rule, endpoint, {METHOD}, detail::ErasedView::of(std::move(view)), std::move(options));      \
  }                                                                                                        \
  RETORT_VIEW(name, METHOD, std::string)                                                                   \
  RETORT_VIEW(name, METHOD, const char*)                                                                   \
  RETORT_VIEW(name, METHOD, Response)                                                                      \
  RETORT_VIEW(name, METHOD, retort::json)
  RETORT_METHOD(get, GET)
  RETORT_METHOD(post, POST)
  RETORT_METHOD(put, PUT)
  RETORT_METHOD(patch, PATCH)
  RETORT_METHOD(delete_, DELETE)
#undef RETORT_METHOD
#undef RETORT_VIEW
};

}  // namespace retort
