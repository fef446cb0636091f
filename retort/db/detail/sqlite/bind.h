// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Values to SQLite's placeholders.

#include <string>

#include <sqlite3.h>

#include "retort/db/datum.h"

namespace retort::db::detail {

/// Text and bytes are lent: `parameters` must outlive the statement's run. Throws DataError,
/// and ProgrammingError when there are not as many values as placeholders.
void bind_parameters(sqlite3_stmt* statement, const Parameters& parameters, const std::string& sql);

}  // namespace retort::db::detail
