// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a live database holds, as tables as data (SQLAlchemy's reflection): columns, keys,
// indexes, constraints, enum types. What no Table can hold is named in `unseen`, so that nobody
// believes that it is not there. Reads the connection alone; call it within a transaction to see
// one state.

#include <string>
#include <string_view>
#include <vector>

#include "retort/db/schema.h"

namespace retort::db {

class Connection;

struct InspectOptions {
  /// Types as the database spells them (ColumnType::Kind::other), for a table that is made anew.
  bool declared_types = false;
};

struct Inspection {
  MetaData metadata;
  /// PostgreSQL's enum types, those that no column has included.
  std::vector<ColumnType> enums = {};
  /// Sentences: "table t: the index i is on an expression".
  std::vector<std::string> unseen = {};
};

/// The names of the tables (not the views, nor the database's own), sorted. PostgreSQL: those of
/// the current schema.
std::vector<std::string> table_names(Connection& connection);

/// One table. Throws ArgumentError when it is not there. `unseen` may be null.
Table inspect_table(Connection& connection, std::string_view name, InspectOptions options = {},
                    std::vector<std::string>* unseen = nullptr);

/// All of them.
Inspection inspect(Connection& connection, InspectOptions options = {});

}  // namespace retort::db
