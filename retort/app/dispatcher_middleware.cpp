// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/dispatcher_middleware.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "retort/message/request.h"

namespace retort {

DispatcherMiddleware::DispatcherMiddleware(Handler& app, Mounts mounts)
    : app_(app), mounts_(std::move(mounts)) {
  for (const auto& [prefix, mounted] : mounts_) {
    if (!prefix.starts_with('/') || prefix.ends_with('/') || !mounted) {
      throw std::invalid_argument(
          fmt::format("DispatcherMiddleware: '{}' is no prefix with an app; write it as \"/api\"", prefix));
    }
  }
  std::stable_sort(mounts_.begin(), mounts_.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

void DispatcherMiddleware::handle(Request& request, Response& response) {
  const std::string_view path = request.path;
  for (const auto& [prefix, mounted] : mounts_) {
    if (!path.starts_with(prefix)) continue;
    if (path.size() > prefix.size() && path[prefix.size()] != '/') continue;
    request.mount(path.substr(0, prefix.size()));
    return mounted->handle(request, response);
  }
  app_.handle(request, response);
}

}  // namespace retort
