// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Blueprint: routes, hooks and error handlers that are put together apart from an app and
// registered with it, under a prefix and a name, as often as wanted (Flask: Blueprint).
// Copies refer to the same blueprint. Set up on one thread.

#include <optional>
#include <source_location>
#include <string>
#include <utility>

#include "retort/app/scaffold.h"
#include "retort/jinja/function.h"

namespace retort {

class App;
class FileSource;

/// What a blueprint is made or registered with; what registering says wins.
struct BlueprintOptions {
  std::optional<std::string> url_prefix = {};  ///< "/auth"; may hold variables
  std::optional<std::string> subdomain = {};
  std::optional<std::string> template_folder = {};  ///< below the folder of the source file that makes it
  std::optional<std::string> static_folder = {};    ///< likewise; served at "<name>.static"
  std::optional<std::string> static_url_path = {};  ///< none: the folder's name
  const FileSource* static_source = nullptr;        ///< instead of the folder; outlives the apps
  std::string name = {};                            ///< when registering: another name
  routing::Variables url_defaults = {};             ///< values added to its rules' defaults
  std::string root_path = {};  ///< when making: instead of the folder of the source file that makes it
  /// The name of its commands' group; "": they are commands of the app's own; none: its name.
  std::optional<std::string> cli_group = {};
};

class Blueprint : public RouteRegistrar<detail::RuleEnd::back> {
 public:
  explicit Blueprint(std::string name, BlueprintOptions options = {},
                     std::source_location where = std::source_location::current());
  Blueprint(const Blueprint& o);
  Blueprint(Blueprint&& o) noexcept = default;

  /// Nests a blueprint: its prefix and name come after this one's ("parent.child.endpoint").
  void register_blueprint(const Blueprint& blueprint, BlueprintOptions options = {});

  // The app-wide forms of the hooks: they run for every request of the app.
  template <class F>
  void before_app_request(F f) {
    add_app_before(detail::make_before(std::move(f)));
  }
  template <class F>
  void after_app_request(F f) {
    add_app_after(detail::make_after(std::move(f)));
  }
  template <class F>
  void teardown_app_request(F f) {
    add_app_teardown(detail::make_teardown(std::move(f)));
  }
  template <class F>
  void app_errorhandler(int code, F f) {
    using E = typename detail::ErrorParameter<detail::Signature<F>>::Type;
    add_app_error_handler(detail::make_error_handler<E>(code, nullptr, std::move(f)));
  }
  template <class E, class F>
  void app_errorhandler(F f) {
    add_app_error_handler(detail::make_error_handler<E>(detail::code_of<E>(), &typeid(E), std::move(f)));
  }
  /// Adds to the context of all of the app's templates; context_processor: to that of
  /// templates that this blueprint's views render.
  template <class F>
  void app_context_processor(F f) {
    add_app_context_processor(detail::make_context_processor(std::move(f)));
  }
  void app_template_filter(std::string name, jinja::NativeFunction f);
  void app_template_test(std::string name, jinja::NativeFunction f);
  void app_template_global(std::string name, jinja::NativeFunction f);
  // They see the requests of the whole app.
  void app_url_value_preprocessor(detail::ValuesFunction f);
  void app_url_defaults(detail::ValuesFunction f);

  /// Runs `f` on the app each time the blueprint is registered; record_once: the first time
  /// with each app.
  void record(Function<void(App&)> f);
  void record_once(Function<void(App&)> f);

  /// For the app: a blueprint by what it has been given.
  static Blueprint of(detail::ScaffoldData& data) { return Blueprint(share(&data)); }

 private:
  explicit Blueprint(detail::ScaffoldData* data) : RouteRegistrar(data) {}
  static detail::ScaffoldData* share(detail::ScaffoldData* data);
  void add_app_before(detail::BeforeFunction f);
  void add_app_after(detail::AfterFunction f);
  void add_app_teardown(detail::TeardownFunction f);
  void add_app_context_processor(detail::ContextProcessor f);
  void add_app_error_handler(detail::ErrorHandler handler);
};

}  // namespace retort
