// SPDX-License-Identifier: BSD-3-Clause
// Static files (Flask: static_folder, static_url_path, send_static_file): the route
// "static" of an app or a blueprint, and what it serves.
#include "retort/app/detail/static_files.h"

#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/detail/app_impl.h"
#include "retort/app/detail/scaffold_data.h"
#include "retort/app/embedded.h"
#include "retort/app/send_file.h"

namespace retort {
namespace detail {

void set_static_files(ScaffoldData& data, const std::string& root_path,
                      const std::optional<std::string>& folder, const std::optional<std::string>& url_path,
                      const FileSource* source) {
  if (!folder) return;
  StaticFiles& files = data.static_files;
  std::string path = *folder;
  while (path.ends_with('/')) path.pop_back();
  files.url_path = url_path.value_or("/" + path.substr(path.rfind('/') + 1));
  while (files.url_path.ends_with('/')) files.url_path.pop_back();
  if (!files.url_path.empty() && !files.url_path.starts_with('/')) {
    throw SetupError(
        fmt::format("'{}': static_url_path \"{}\" must begin with a slash", data.name, files.url_path));
  }
  files.folder = path.starts_with('/') ? path : root_path + "/" + path;
  if (!source) {
    if (auto embedded = EmbeddedFolder::find(root_path, path)) {
      files.on_disk = std::make_unique<EmbeddedFolderSource>(*std::move(embedded));
      files.is_embedded = true;
    } else {
      files.on_disk = std::make_unique<DirectorySource>(*files.folder);
    }
  }
  files.source = source ? source : files.on_disk.get();
}

void prefer_disk(StaticFiles& files) {
  std::error_code ignored;
  if (!files.is_embedded || !std::filesystem::is_directory(*files.folder, ignored)) return;
  files.on_disk = std::make_unique<DirectorySource>(*files.folder);
  files.source = files.on_disk.get();
  files.is_embedded = false;
}

std::string static_rule(const StaticFiles& files) { return files.url_path + "/<path:filename>"; }

ErasedView static_view(const ScaffoldData& data) {
  return ErasedView::of([&data](std::string_view filename) -> Response {
    return send_from_directory(*data.static_files.source, filename);
  });
}

}  // namespace detail

bool Scaffold::has_static_folder() const { return data_->static_files.folder.has_value(); }
const std::optional<std::string>& Scaffold::static_folder() const { return data_->static_files.folder; }
const std::string& Scaffold::static_url_path() const { return data_->static_files.url_path; }

Response Scaffold::send_static_file(std::string_view filename) const {
  if (!data_->static_files.source)
    throw std::logic_error(fmt::format("'{}' has no static_folder to send files from", data_->name));
  return send_from_directory(*data_->static_files.source, filename);
}

void App::add_static_route() {
  const AppOptions& options = impl_->options;
  detail::set_static_files(*data_, impl_->root_path, options.static_folder, options.static_url_path,
                           options.static_source);
  if (!options.static_host.empty() && !options.host_matching)
    throw SetupError("static_host is for an app with host_matching");
  // With host_matching a rule needs a host.
  if (!has_static_folder() || (options.host_matching && options.static_host.empty())) return;
  RouteOptions route;
  if (options.host_matching) route.rule.host = options.static_host;
  add_url_rule(detail::static_rule(data_->static_files), "static", detail::static_view(*data_), {"GET"},
               std::move(route), std::source_location());
}

http::OptionalSeconds App::get_send_file_max_age(std::string_view path) const {
  return impl_->send_file_max_age ? impl_->send_file_max_age(path) : impl_->send_file_max_age_default;
}

void App::send_file_max_age(Function<http::OptionalSeconds(std::string_view path)> f) {
  require_setup("send_file_max_age");
  impl_->send_file_max_age = std::move(f);
}

}  // namespace retort
