// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The two readers of live schemas, and what they share.

#include <string>
#include <string_view>
#include <vector>

#include "retort/db/connection.h"
#include "retort/db/inspect.h"

namespace retort::db::detail {

Table inspect_sqlite_table(Connection& connection, std::string_view name, InspectOptions options,
                           std::vector<std::string>& unseen);
Table inspect_postgresql_table(Connection& connection, std::string_view name, InspectOptions options,
                               std::vector<std::string>& unseen);
/// PostgreSQL's enum types of the current schema.
std::vector<ColumnType> inspect_enums(Connection& connection);

/// "varchar(120)" of a SQLite table as a type; what is not known is `other`.
ColumnType sqlite_type(std::string_view declared);

/// Rows of a query, each cell as text, "" for NULL.
std::vector<std::vector<std::string>> text_rows(Connection& connection, const std::string& sql,
                                                const Parameters& parameters);

}  // namespace retort::db::detail
