// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The types of columns as revision files spell them.

#include "retort/db/column_type.h"
#include "retort/migrate/detail/lexer.h"

namespace retort::migrate::detail {

db::ColumnType read_type(Line& line);

}  // namespace retort::migrate::detail
