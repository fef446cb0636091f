// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/inspect.h"

#include "retort/base/text.h"
#include "retort/db/ddl.h"
#include "retort/db/detail/inspect.h"
#include "retort/db/dialect.h"
#include "retort/db/error.h"

namespace retort::db {
namespace {

bool is_sqlite(const Connection& connection) { return connection.dialect().name() == "sqlite"; }

std::string as_text(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::null:
      return {};
    case Cell::Kind::integer:
      return std::to_string(cell.integer);
    case Cell::Kind::real:
      return std::to_string(cell.real);
    default:
      return std::string(cell.text);
  }
}

}  // namespace

std::vector<std::string> table_names(Connection& connection) {
  const char* sql =
      is_sqlite(connection)
          ? "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"
          : "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition "
            "AND n.nspname = current_schema() ORDER BY c.relname COLLATE \"C\"";
  std::vector<std::string> names;
  for (auto& row : detail::text_rows(connection, sql, {})) names.push_back(std::move(row[0]));
  return names;
}

Table inspect_table(Connection& connection, std::string_view name, InspectOptions options,
                    std::vector<std::string>* unseen) {
  if (!has_table(connection, name)) throw ArgumentError("the database has no table " + text::repr(name));
  std::vector<std::string> ignored;
  std::vector<std::string>& notes = unseen ? *unseen : ignored;
  return is_sqlite(connection) ? detail::inspect_sqlite_table(connection, name, options, notes)
                               : detail::inspect_postgresql_table(connection, name, options, notes);
}

Inspection inspect(Connection& connection, InspectOptions options) {
  Inspection found;
  found.metadata.naming_convention.ix = {};  // what has no name keeps none
  for (const std::string& name : table_names(connection))
    found.metadata.add(inspect_table(connection, name, options, &found.unseen));
  if (!is_sqlite(connection)) found.enums = detail::inspect_enums(connection);
  return found;
}

namespace detail {

std::vector<std::vector<std::string>> text_rows(Connection& connection, const std::string& sql,
                                                const Parameters& parameters) {
  std::vector<std::vector<std::string>> rows;
  connection.execute(sql, parameters, [&](const Row& row) {
    std::vector<std::string>& out = rows.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) out.push_back(as_text(row.cell(i)));
    return true;
  });
  return rows;
}

}  // namespace detail
}  // namespace retort::db
