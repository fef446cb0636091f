// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// From a URL to a connection.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "retort/base/duration.h"
#include "retort/db/detail/postgresql/libpq.h"
#include "retort/db/engine.h"
#include "retort/db/url.h"

namespace retort::db::detail {

struct ConnectSettings {
  /// libpq's keywords.
  std::vector<std::pair<std::string, std::string>> keywords;
  /// Prepared statements that a connection keeps.
  std::size_t statements = 256;
  milliseconds connect_timeout = milliseconds(0);
  milliseconds statement_timeout = milliseconds(0);
};

/// By when the server has ended `commands` by itself, if it runs at all; kNever without a limit.
TimePoint silence_limit(milliseconds statement_timeout, std::size_t commands, TimePoint from);

/// Throws ArgumentError for what libpq does not know, without the password. Every session has
/// ISO dates, UTC, ISO 8601 intervals and UTF-8, whatever the server's own settings are.
ConnectSettings connect_settings(const Url& url, const EngineOptions& options);

/// Parks until the server has let us in. Throws OperationalError, Cancelled.
ConnectionPtr connect(const ConnectSettings& settings);

}  // namespace retort::db::detail
