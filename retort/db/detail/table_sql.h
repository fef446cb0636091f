// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What SQLite's pragmas do not tell and its CREATE TABLE does: names of constraints, checks, and
// marks of what no Table can hold. SQLite has parsed the text before; what is odd here is left out.

#include <string>
#include <string_view>
#include <vector>

#include "retort/db/schema.h"

namespace retort::db::detail {

struct TableSql {
  std::string primary_key_name = {};
  std::vector<CheckConstraint> checks = {};
  std::vector<UniqueConstraint> uniques = {};
  /// Columns and table, for their names.
  std::vector<ForeignKey> foreign_keys = {};
  /// Of AUTOINCREMENT, WITHOUT ROWID, STRICT, COLLATE, GENERATED, DEFERRABLE, ON CONFLICT.
  std::vector<std::string> marks = {};
};

TableSql read_table_sql(std::string_view create_table);

}  // namespace retort::db::detail
