// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Serving an app until a signal ends it.

#include <optional>

#include "retort/app/app.h"
#include "retort/cli/detail/dev_app.h"
#include "retort/server/server.h"

namespace retort::detail {

/// For development: on a socket of its own or, where a development server started this process, on
/// that one's. Returns the process's exit code; throws std::runtime_error when it cannot listen.
int serve_development(App& app, server::ServerOptions options, bool with_debugger,
                      const std::optional<DevApp>& from_dev_server);
/// For production; the same.
int serve_production(App& app, server::ServerOptions options);

}  // namespace retort::detail
