// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/detail/versions.h"

#include <algorithm>

#include "retort/db/ddl.h"
#include "retort/migrate/migrator.h"

namespace retort::migrate {

std::vector<std::string> current_revisions(db::Connection& connection) {
  std::vector<std::string> rows;
  if (!db::has_table(connection, "alembic_version")) return rows;
  connection.execute("SELECT version_num FROM alembic_version ORDER BY version_num", {},
                     [&](const db::Row& row) {
                       rows.emplace_back(row.cell(0).text);
                       return true;
                     });
  return rows;
}

namespace detail {

void ensure_versions(Executor& executor, bool known) {
  if (executor.connection() ? db::has_table(*executor.connection(), "alembic_version") : known) return;
  executor.run(
      "CREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL, \n"
      "    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)");
}

void write_versions(Executor& executor, const std::vector<std::string>& from,
                    const std::vector<std::string>& to) {
  const auto literal = [&](const std::string& id) {
    return executor.dialect().literal(db::Datum::of_text(id));
  };
  std::vector<std::string> gone, added;
  for (const std::string& id : from) {
    if (std::find(to.begin(), to.end(), id) == to.end()) gone.push_back(id);
  }
  for (const std::string& id : to) {
    if (std::find(from.begin(), from.end(), id) == from.end()) added.push_back(id);
  }
  std::size_t both = std::min(gone.size(), added.size());
  for (std::size_t i = 0; i < both; ++i)
    executor.run("UPDATE alembic_version SET version_num=" + literal(added[i]) +
                 " WHERE alembic_version.version_num = " + literal(gone[i]));
  for (std::size_t i = both; i < gone.size(); ++i)
    executor.run("DELETE FROM alembic_version WHERE alembic_version.version_num = " + literal(gone[i]));
  for (std::size_t i = both; i < added.size(); ++i)
    executor.run("INSERT INTO alembic_version (version_num) VALUES (" + literal(added[i]) + ")");
}

}  // namespace detail
}  // namespace retort::migrate
