// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/blueprint.h"

#include <utility>

#include <fmt/format.h>

#include "retort/app/detail/app_impl.h"
#include "retort/app/detail/scaffold_data.h"

namespace retort {

Blueprint::Blueprint(std::string name, BlueprintOptions options, std::source_location where)
    : RouteRegistrar(std::move(name)) {
  if (data_->name.find('.') != std::string::npos)
    throw SetupError(
        fmt::format("the blueprint name '{}' has a dot, which parts nested blueprints' names", data_->name));
  data_->options = std::move(options);
  const BlueprintOptions& own = data_->options;
  data_->root_path = own.root_path.empty() ? detail::folder_of(where.file_name()) : own.root_path;
  detail::set_static_files(*data_, data_->root_path, own.static_folder, own.static_url_path,
                           own.static_source);
  if (has_static_folder())
    add_url_rule(detail::static_rule(data_->static_files), "static", detail::static_view(*data_), {"GET"},
                 RouteOptions(), std::source_location());
}

Blueprint::Blueprint(const Blueprint& o) : RouteRegistrar(share(o.data_)) {}

detail::ScaffoldData* Blueprint::share(detail::ScaffoldData* data) {
  data->references.fetch_add(1, std::memory_order_relaxed);
  return data;
}

void Blueprint::register_blueprint(const Blueprint& blueprint, BlueprintOptions options) {
  require_setup("register_blueprint");
  if (blueprint.data_ == data_)
    throw SetupError(fmt::format("the blueprint '{}' cannot be registered with itself", name()));
  data_->nested.push_back({detail::ScaffoldRef(*blueprint.data_), std::move(options)});
}

void Blueprint::add_app_before(detail::BeforeFunction f) {
  require_setup("before_app_request");
  data_->app_hooks.before.push_back(std::move(f));
}

void Blueprint::add_app_after(detail::AfterFunction f) {
  require_setup("after_app_request");
  data_->app_hooks.after.push_back(std::move(f));
}

void Blueprint::add_app_teardown(detail::TeardownFunction f) {
  require_setup("teardown_app_request");
  data_->app_hooks.teardown.push_back(std::move(f));
}

void Blueprint::add_app_error_handler(detail::ErrorHandler handler) {
  require_setup("app_errorhandler");
  detail::check_error_handler(handler, Aborter());
  data_->app_hooks.error_handlers.push_back(std::move(handler));
}

void Blueprint::add_app_context_processor(detail::ContextProcessor f) {
  require_setup("app_context_processor");
  data_->app_hooks.context_processors.push_back(std::move(f));
}

void Blueprint::app_template_filter(std::string name, jinja::NativeFunction f) {
  require_setup("app_template_filter");
  data_->template_functions.push_back({&jinja::Environment::add_filter, std::move(name),
                                       std::make_shared<const jinja::NativeFunction>(std::move(f))});
}

void Blueprint::app_template_test(std::string name, jinja::NativeFunction f) {
  require_setup("app_template_test");
  data_->template_functions.push_back({&jinja::Environment::add_test, std::move(name),
                                       std::make_shared<const jinja::NativeFunction>(std::move(f))});
}

void Blueprint::app_template_global(std::string name, jinja::NativeFunction f) {
  require_setup("app_template_global");
  data_->template_functions.push_back({&jinja::Environment::add_global, std::move(name),
                                       std::make_shared<const jinja::NativeFunction>(std::move(f))});
}

void Blueprint::app_url_value_preprocessor(detail::ValuesFunction f) {
  require_setup("app_url_value_preprocessor");
  data_->app_hooks.url_value_preprocessors.push_back(std::move(f));
}

void Blueprint::app_url_defaults(detail::ValuesFunction f) {
  require_setup("app_url_defaults");
  data_->app_hooks.url_defaults.push_back(std::move(f));
}

void Blueprint::record(Function<void(App&)> f) {
  require_setup("record");
  data_->recorded.push_back(std::move(f));
}

void Blueprint::record_once(Function<void(App&)> f) {
  require_setup("record_once");
  data_->recorded_once.push_back(std::move(f));
}

}  // namespace retort
