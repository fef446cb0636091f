// SPDX-License-Identifier: BSD-3-Clause
// The steps of "Making Other Kinds Of Table Schema Changes" in SQLite's documentation of ALTER
// TABLE. The caller has switched foreign_keys off before the transaction and checks them at its end.
#include <algorithm>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/db/ddl.h"
#include "retort/db/inspect.h"
#include "retort/migrate/detail/executor.h"
#include "retort/migrate/error.h"

namespace retort::migrate::detail {
namespace {

using Kind = Operation::Kind;
using Names = std::vector<std::string>;

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

db::Column& column_of(db::Table& table, const std::string& name) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const db::Column& column) { return column.name == name; });
  if (found == table.columns.end())
    throw MigrationError(fmt::format("table {} has no column {}", table.name, name));
  return *found;
}

void drop_column(db::Table& table, const std::string& name) {
  if (column_of(table, name).primary_key)
    throw MigrationError(
        fmt::format("{}.{} is part of the primary key: make the table anew with execute", table.name, name));
  std::erase_if(table.columns, [&](const db::Column& column) { return column.name == name; });
  std::erase_if(table.foreign_keys, [&](const auto& key) { return has(key.columns, name); });
  std::erase_if(table.unique_constraints, [&](const auto& unique) { return has(unique.columns, name); });
  std::erase_if(table.indexes, [&](const auto& index) { return has(index.columns, name); });
}

void drop_constraint(db::Table& table, const Operation& op) {
  std::size_t dropped = 0;
  if (op.name.empty()) {
    dropped += std::erase_if(table.unique_constraints, [&](const auto& u) {
      return !u.columns.empty() && u.columns == op.unique.columns;
    });
    dropped += std::erase_if(table.foreign_keys, [&](const auto& key) {
      return !key.columns.empty() && key.columns == op.foreign_key.columns;
    });
  } else {
    const auto named = [&](const auto& constraint) { return constraint.name == op.name; };
    dropped += std::erase_if(table.unique_constraints, named);
    dropped += std::erase_if(table.foreign_keys, named);
    dropped += std::erase_if(table.check_constraints, named);
  }
  if (dropped == 0)
    throw MigrationError(fmt::format("table {} has no constraint {}", table.name,
                                     op.name.empty() ? "on these columns" : op.name));
}

void change(db::Table& table, const Operation& op) {
  switch (op.kind) {
    case Kind::add_column:
      table.columns.push_back(op.column);
      return;
    case Kind::drop_column:
      return drop_column(table, op.name);
    case Kind::alter_column: {
      db::Column& column = column_of(table, op.name);
      if (op.type) column.type = *op.type;
      if (op.nullable) column.nullable = *op.nullable;
      if (op.server_default) column.server_default = *op.server_default;
      return;
    }
    case Kind::create_unique:
      table.unique_constraints.push_back(op.unique);
      return;
    case Kind::create_foreign_key:
      table.foreign_keys.push_back(op.foreign_key);
      return;
    case Kind::create_check:
      table.check_constraints.push_back(op.check);
      return;
    default:
      return drop_constraint(table, op);
  }
}

struct Stored {
  std::string name;
  std::string sql;
  bool index = false;
};

// Indexes and triggers as they were written: what an expression says stays.
std::vector<Stored> stored_with(db::Connection& connection, const std::string& table) {
  std::vector<Stored> out;
  connection.execute(
      "SELECT name, sql, type = 'index' FROM sqlite_master WHERE tbl_name = ?1 COLLATE NOCASE "
      "AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, name",
      {db::Datum::of_text(table)}, [&](const db::Row& row) {
        out.push_back(
            {std::string(row.cell(0).text), std::string(row.cell(1).text), row.cell(2).integer != 0});
        return true;
      });
  return out;
}

void refuse_what_would_be_lost(const std::string& table, const Names& unseen) {
  for (const std::string& what : unseen) {
    if (what.find(": the index ") != what.npos) continue;  // made again as it was written
    throw MigrationError(
        fmt::format("{}, which would be lost when the table is made anew: do this step with "
                    "`execute sqlite` (table {})",
                    what, table));
  }
}

}  // namespace

void rebuild_table(Executor& executor, const Operation& op) {
  db::Connection& connection = *executor.connection();
  const db::Dialect& dialect = executor.dialect();
  Names unseen;
  db::Table old = db::inspect_table(connection, op.table, {.declared_types = true}, &unseen);
  refuse_what_would_be_lost(op.table, unseen);
  const std::vector<Stored> stored = stored_with(connection, op.table);
  db::Table made = old;
  change(made, op);
  made.name = "_retort_" + old.name;

  Names kept;
  for (const db::Column& column : made.columns) {
    if (old.find(column.name)) kept.push_back(column.name);
  }
  const std::string columns = db::column_list(kept, dialect);
  executor.run(db::create_table_sql(made, dialect));
  executor.run("INSERT INTO " + dialect.quote(made.name) + " " + columns + " SELECT " +
               columns.substr(1, columns.size() - 2) + " FROM " + dialect.quote(old.name));
  executor.run("DROP TABLE " + dialect.quote(old.name));
  // So that what names the table elsewhere (keys, views, triggers) goes on naming it.
  executor.run("PRAGMA legacy_alter_table = ON");
  executor.run("ALTER TABLE " + dialect.quote(made.name) + " RENAME TO " + dialect.quote(old.name));
  executor.run("PRAGMA legacy_alter_table = OFF");
  for (const Stored& one : stored) {
    const bool seen = std::any_of(old.indexes.begin(), old.indexes.end(),
                                  [&](const db::Index& index) { return index.name == one.name; });
    const bool dropped = seen && std::none_of(made.indexes.begin(), made.indexes.end(),
                                              [&](const db::Index& index) { return index.name == one.name; });
    if (one.index && dropped) continue;
    executor.run(one.sql);
  }
  if (!op.new_name.empty() && op.kind == Kind::alter_column)
    executor.run("ALTER TABLE " + dialect.quote(op.table) + " RENAME COLUMN " + dialect.quote(op.name) +
                 " TO " + dialect.quote(op.new_name));
}

}  // namespace retort::migrate::detail
