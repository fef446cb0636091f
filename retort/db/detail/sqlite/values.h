// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What SQLite keeps of a value.

#include "retort/db/datum.h"

namespace retort::db::detail {

/// As SQLAlchemy's types store it: null, integer, real, text or bytes. Throws DataError for what
/// SQLite has no place for (arrays, decimals of more than 15 digits, NaN, which it makes NULL).
Datum stored_by_sqlite(const Datum& value);

/// Whether stored_by_sqlite would change nothing but the kind.
bool is_stored_as_it_is(const Datum& value);

}  // namespace retort::db::detail
