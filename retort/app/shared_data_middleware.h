// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// SharedDataMiddleware: files below a prefix, served before the app sees the request
// (werkzeug.middleware.shared_data). For static files of a development server or of an app
// without routes of its own for them; names are checked as send_from_directory checks them.
//
//   app.wrap<SharedDataMiddleware>(Exports{{"/shared", "/srv/shared"}});

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/function.h"
#include "retort/message/handler.h"

namespace retort {

/// Prefixes and the directory, or the one file, behind each; tried in order.
using Exports = std::vector<std::pair<std::string, std::string>>;

struct SharedDataOptions {
  bool cache = true;                       ///< ETag, max-age, Expires and 304
  std::int64_t cache_timeout = 12 * 3600;  ///< seconds
  std::string fallback_mimetype = "application/octet-stream";
  /// Whether a file, by its last name, may be served (Werkzeug: is_allowed). Default: all.
  Function<bool(std::string_view name)> is_allowed = {};
};

class SharedDataMiddleware final : public Handler {
 public:
  SharedDataMiddleware(Handler& app, Exports exports, SharedDataOptions options = {});
  void handle(Request& request, Response& response) override;

 private:
  bool serve(const std::string& found, std::string_view below, Request& request, Response& response) const;

  Handler& app_;
  Exports exports_;
  SharedDataOptions options_;
};

}  // namespace retort
