// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// EngineOptions::echo: each statement goes to the logger "retort.db", with its values, as with
// SQLAlchemy's echo.

#include <string>
#include <string_view>

#include "retort/base/log.h"
#include "retort/base/owned.h"
#include "retort/db/connection.h"

namespace retort::db::detail {

/// "SELECT ... [generated values as literals]", long values cut.
std::string echo_line(std::string_view sql, const Parameters& parameters, const Dialect& dialect);

/// `connection`, with all it does logged.
Owned<Connection> echoing(Owned<Connection> connection, const Logger& logger);

}  // namespace retort::db::detail
