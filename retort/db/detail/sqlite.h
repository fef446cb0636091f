// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What SQLite keeps of a value.

#include "retort/db/datum.h"

namespace retort::db::detail {

/// As SQLAlchemy's types store it: null, integer, real, text or bytes. Throws DataError for what
/// SQLite has no place for (arrays, decimals of more than 15 digits).
Datum stored_by_sqlite(const Datum& value);

}  // namespace retort::db::detail
