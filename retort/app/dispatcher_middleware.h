// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// DispatcherMiddleware: several apps on one server, each under a prefix of its own
// (werkzeug.middleware.dispatcher). An app sees the prefix as request->root_path and the
// rest as request->path, so its url_for stays below the prefix.
//
//   app.wrap<DispatcherMiddleware>(Mounts{{"/api", &api}, {"/admin", &admin}});

#include <string>
#include <utility>
#include <vector>

#include "retort/message/handler.h"

namespace retort {

/// Prefixes ("/api", no slash at the end) and who answers below them; these must live as
/// long as the middleware. The longest prefix wins.
using Mounts = std::vector<std::pair<std::string, Handler*>>;

class DispatcherMiddleware final : public Handler {
 public:
  /// `app` answers what is below no prefix. Throws std::invalid_argument for a prefix that
  /// does not begin with a slash or ends with one.
  DispatcherMiddleware(Handler& app, Mounts mounts);
  void handle(Request& request, Response& response) override;

 private:
  Handler& app_;
  Mounts mounts_;
};

}  // namespace retort
