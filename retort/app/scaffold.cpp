// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/scaffold.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/app/detail/scaffold_data.h"

namespace retort {
namespace detail {

ScaffoldRef::ScaffoldRef(ScaffoldData& data) : data_(&data) {
  data_->references.fetch_add(1, std::memory_order_relaxed);
}

ScaffoldRef::ScaffoldRef(const ScaffoldRef& o) : ScaffoldRef(*o.data_) {}

ScaffoldRef::~ScaffoldRef() {
  if (data_ && data_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete data_;
}

}  // namespace detail

namespace {
std::string checked_name(std::string name) {
  if (name.empty()) throw SetupError("an app or blueprint needs a name");
  return name;
}
}  // namespace

Scaffold::Scaffold(std::string name) : Scaffold(new detail::ScaffoldData(checked_name(std::move(name)))) {}

Scaffold::Scaffold(detail::ScaffoldData* data) : data_(data), cli(&data->commands) {}

Scaffold::~Scaffold() {
  if (data_ && data_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete data_;
}

namespace detail {

std::string read_file(const std::string& folder, std::string_view path) {
  const std::filesystem::path full = std::filesystem::path(folder) / path;
  std::error_code failed;
  std::ifstream file(full, std::ios::binary);
  if (!file || std::filesystem::is_directory(full, failed))
    throw std::runtime_error(fmt::format("'{}' cannot be read", full.string()));
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace detail

const std::string& Scaffold::name() const { return data_->name; }

void Scaffold::require_setup(std::string_view what) const {
  if (!data_->frozen.load(std::memory_order_relaxed)) return;
  if (!data_->app) {
    throw SetupError(
        fmt::format("{}() was called on the blueprint '{}' after it was registered: what is added now would "
                    "not be there; set it up first",
                    what, data_->name));
  }
  throw SetupError(
      fmt::format("{}() was called on '{}' after its first request (or freeze()): set everything up in "
                  "create_app(), before "
                  "serving begins",
                  what, data_->name));
}

void Scaffold::add_route(const detail::RuleText& rule, std::string_view endpoint, Methods methods,
                         detail::ErasedView view, RouteOptions&& options) const {
  std::string name(options.endpoint.empty() ? endpoint : std::string_view(options.endpoint));
  if (name.empty()) name = fmt::format("{} {}", methods.size() ? *methods.begin() : GET, rule.text);
  add_record({std::string(rule.text), std::move(name),
              std::vector<std::string>(methods.begin(), methods.end()), std::move(view), std::move(options),
              rule.where});
}

void Scaffold::add_route(const detail::RuleText& rule, std::string_view endpoint, Methods methods,
                         detail::ErasedView view) const {
  add_route(rule, endpoint, methods, std::move(view), RouteOptions());
}

void Scaffold::add_function(const detail::RuleText& rule, std::string_view endpoint, std::string_view method,
                            const detail::ErasedView::Type& type, void (*function)()) const {
  add_route(rule, endpoint, {method}, detail::ErasedView(type, function));
}

void Scaffold::add_url_rule(std::string rule, std::string endpoint, detail::ErasedView view,
                            std::vector<std::string> methods, RouteOptions options,
                            std::source_location where) {
  if (!view) throw SetupError(fmt::format("the rule '{}' of '{}' has no view", rule, name()));
  add_record(
      {std::move(rule), std::move(endpoint), std::move(methods), std::move(view), std::move(options), where});
}

void Scaffold::add_url_rule(std::string rule, std::string endpoint, RouteOptions options,
                            std::source_location where) {
  add_record({std::move(rule), std::move(endpoint), {}, detail::ErasedView(), std::move(options), where});
}

void Scaffold::add_record(detail::RouteRecord&& record) const {
  require_setup("add_url_rule");
  if (record.endpoint.empty())
    throw SetupError(fmt::format("the rule '{}' of '{}' has no endpoint", record.rule, name()));
  if (record.methods.empty() && record.options.rule.methods) record.methods = *record.options.rule.methods;
  if (data_->app) {
    detail::add_app_route(*data_->app, std::move(record));
    return;
  }
  if (record.endpoint.find('.') != std::string::npos && record.endpoint.find(' ') == std::string::npos) {
    throw SetupError(
        fmt::format("the endpoint '{}' of blueprint '{}' has a dot, which parts blueprints' names",
                    record.endpoint, name()));
  }
  data_->routes.push_back(std::move(record));
}

void Scaffold::add_endpoint(std::string endpoint, detail::ErasedView view) {
  require_setup("endpoint");
  if (!view) throw SetupError(fmt::format("the endpoint '{}' of '{}' has no view", endpoint, name()));
  for (const auto& [known, other] : data_->endpoints) {
    if (known == endpoint)
      throw SetupError(fmt::format("the endpoint '{}' of '{}' already has a view", endpoint, name()));
  }
  data_->endpoints.emplace_back(std::move(endpoint), std::move(view));
}

const std::string& Scaffold::root_path() const { return data_->root_path; }

std::string Scaffold::open_resource(std::string_view path) const {
  return detail::read_file(data_->root_path, path);
}

void Scaffold::add_before(detail::BeforeFunction f) {
  require_setup("before_request");
  data_->hooks.before.push_back(std::move(f));
}

void Scaffold::add_after(detail::AfterFunction f) {
  require_setup("after_request");
  data_->hooks.after.push_back(std::move(f));
}

void Scaffold::add_teardown(detail::TeardownFunction f) {
  require_setup("teardown_request");
  data_->hooks.teardown.push_back(std::move(f));
}

void detail::throw_frozen(std::string_view what) {
  throw SetupError(fmt::format(
      "app.{} was changed after the app began to serve: set it up before the first request", what));
}

void Scaffold::url_value_preprocessor(detail::ValuesFunction f) {
  require_setup("url_value_preprocessor");
  data_->hooks.url_value_preprocessors.push_back(std::move(f));
}

void Scaffold::url_defaults(detail::ValuesFunction f) {
  require_setup("url_defaults");
  data_->hooks.url_defaults.push_back(std::move(f));
}

void Scaffold::add_context_processor(detail::ContextProcessor f) {
  require_setup("context_processor");
  data_->hooks.context_processors.push_back(std::move(f));
}

void Scaffold::add_error_handler(detail::ErrorHandler handler) {
  require_setup("errorhandler");
  detail::check_error_handler(handler, data_->app ? data_->app->aborter : Aborter());
  data_->hooks.error_handlers.push_back(std::move(handler));
}

}  // namespace retort
