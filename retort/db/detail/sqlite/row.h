// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// SqliteRow: the row that a statement stands at.

#include <sqlite3.h>

#include "retort/db/connection.h"

namespace retort::db::detail {

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  std::size_t size() const override { return static_cast<std::size_t>(sqlite3_data_count(statement_)); }
  std::string_view name(std::size_t column) const override {
    const char* const name = sqlite3_column_name(statement_, static_cast<int>(column));
    return name ? name : "";
  }
  Cell cell(std::size_t column) const override {
    const int i = static_cast<int>(column);
    switch (sqlite3_column_type(statement_, i)) {
      case SQLITE_INTEGER:
        return {Cell::Kind::integer, sqlite3_column_int64(statement_, i), 0, {}};
      case SQLITE_FLOAT:
        return {Cell::Kind::real, 0, sqlite3_column_double(statement_, i), {}};
      case SQLITE_TEXT:
        return {Cell::Kind::text, 0, 0, lent(sqlite3_column_text(statement_, i), i)};
      case SQLITE_BLOB:
        return {Cell::Kind::bytes, 0, 0, lent(sqlite3_column_blob(statement_, i), i)};
      default:
        return {};
    }
  }

 private:
  std::string_view lent(const void* data, int i) const {
    if (!data) return {};  // an empty blob
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, i))};
  }

  sqlite3_stmt* statement_;
};

}  // namespace retort::db::detail
