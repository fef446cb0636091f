// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/app.h"

#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "retort/app/detail/app_impl.h"
#include "retort/app/signals.h"

namespace retort {
namespace detail {

// A compiler that was given a relative path, as caches of its output do, names the source so.
// It is then looked for where the program runs, and from the program's file upwards.
std::string folder_of(const char* source_file) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path source = source_file;
  fs::path found = fs::absolute(source, ignored);
  if (source.is_relative() && !fs::exists(found, ignored)) {
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    for (fs::path at = program.parent_path(); at.has_relative_path(); at = at.parent_path()) {
      if (!fs::exists(at / source, ignored)) continue;
      found = fs::canonical(at / source, ignored);
      break;
    }
  }
  return found.empty() ? std::string(".") : found.parent_path().string();
}

}  // namespace detail

namespace {

routing::MapOptions map_options(const AppOptions& options) {
  routing::MapOptions out;
  out.host_matching = options.host_matching;
  out.subdomain_matching = options.subdomain_matching;
  return out;
}

}  // namespace

App::Impl::Impl(const std::string& name, AppOptions app_options, const char* source_file)
    : root_path(app_options.root_path.empty() ? detail::folder_of(source_file) : app_options.root_path),
      instance_path(app_options.instance_path.empty()
                        ? (std::filesystem::path(root_path) / "instance").string()
                        : app_options.instance_path),
      options(std::move(app_options)),
      map(map_options(options)),
      session_interface(std::make_unique<SecureCookieSessionInterface>()) {
  make_scope("", {});
  detail::add_template_folder(templates, fmt::format("application '{}'", name), root_path,
                              options.template_folder);
}

App::App(std::string name, AppOptions options, std::source_location where)
    : RouteRegistrar(name), logger(name), impl_(new Impl(name, std::move(options), where.file_name())) {
  data_->app = this;
  data_->root_path = impl_->root_path;
  impl_->core.app = this;
  config.set_root_path(impl_->options.instance_relative_config ? impl_->instance_path : impl_->root_path);
  add_static_route();
}

App::App(App&& o) noexcept
    : RouteRegistrar(std::move(o)),
      config(std::move(o.config)),
      logger(std::move(o.logger)),
      extensions(std::move(o.extensions)),
      aborter(std::move(o.aborter)),
      json(std::move(o.json)),
      impl_(std::move(o.impl_)) {
  data_->app = this;
  impl_->core.app = this;
}

App::~App() = default;

const std::string& App::instance_path() const { return impl_->instance_path; }

std::string App::open_instance_resource(std::string_view path) const {
  return detail::read_file(impl_->instance_path, path);
}

std::vector<std::pair<std::string, Blueprint>> App::iter_blueprints() const {
  std::vector<std::pair<std::string, Blueprint>> out;
  for (const auto& [name, blueprint] : impl_->blueprints) out.emplace_back(name, Blueprint::of(*blueprint));
  return out;
}

void App::add_wrapper(Handler* wrapper) {
  std::unique_ptr<Handler> owned(wrapper);
  require_setup("wrap");
  impl_->wrappers.push_back(std::move(owned));
}

Handler& App::outermost() {
  if (impl_->wrappers.empty()) return impl_->core;
  return *impl_->wrappers.back();
}

void App::url_build_error_handler(UrlBuildErrorHandler f) {
  require_setup("url_build_error_handler");
  impl_->url_build_error_handlers.push_back(std::move(f));
}

bool App::frozen() const { return impl_->frozen.load(std::memory_order_acquire); }

routing::Map& App::url_map() { return impl_->map; }
const routing::Map& App::url_map() const { return impl_->map; }

void App::add_teardown_appcontext(detail::TeardownFunction f) {
  require_setup("teardown_appcontext");
  impl_->teardown_appcontext.push_back(std::move(f));
}

void App::template_filter(std::string name, jinja::NativeFunction f) {
  require_setup("template_filter");
  jinja_env().add_filter(std::move(name), std::move(f));
}

void App::template_test(std::string name, jinja::NativeFunction f) {
  require_setup("template_test");
  jinja_env().add_test(std::move(name), std::move(f));
}

void App::template_global(std::string name, jinja::NativeFunction f) {
  require_setup("template_global");
  jinja_env().add_global(std::move(name), std::move(f));
}

jinja::Options& App::jinja_options() {
  require_setup("jinja_options");
  return impl_->templates.options(name());
}

jinja::Environment& App::jinja_env() {
  require_setup("jinja_env");
  return impl_->templates.environment();
}

SessionInterface& App::session_interface() const { return *impl_->session_interface; }

void App::set_session_interface(SessionInterface* owned) {
  std::unique_ptr<SessionInterface> sessions(owned);
  require_setup("session_interface");
  impl_->session_interface = std::move(sessions);
}

AppContext::AppContext(App& app) : context_(app), scope_(context_) {
  if (!app.frozen()) app.freeze();
  appcontext_pushed.send(app);
}

AppContext::~AppContext() { detail::teardown_appcontext(context_, detail::left_with(error_, uncaught_)); }

}  // namespace retort
