// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What tests of the PostgreSQL driver share: a connection to the tests' server, and what it gives as
// text.
#include <string>
#include <vector>

#include "tests/support/postgresql_server.h"
#include <gtest/gtest.h>

#include "retort/db/engine.h"
#include "retort/db/postgresql.h"

namespace retort::test {

using namespace db;

class PostgresqlDriverTest : public PostgresqlTest {
 protected:
  static Owned<PostgresqlConnection> open(const std::string& more = "", EngineOptions options = {}) {
    return PostgresqlConnection::open(parse_url(server().url() + more), options);
  }
  static EngineOptions isolation(const char* level) {
    EngineOptions options;
    options.isolation_level = level;
    return options;
  }
};

inline std::string show(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::null:
      return "null";
    case Cell::Kind::integer:
      return "integer " + std::to_string(cell.integer);
    case Cell::Kind::real:
      return "real " + std::to_string(cell.real);
    case Cell::Kind::text:
      return "text " + std::string(cell.text);
    case Cell::Kind::bytes:
      return "bytes " + std::string(cell.text);
  }
  return "?";
}

/// All cells, row after row.
inline std::vector<std::string> cells(Connection& connection, const std::string& sql,
                                      const Parameters& parameters = {}) {
  std::vector<std::string> out;
  connection.execute(sql, parameters, [&](const Row& row) {
    for (std::size_t i = 0; i < row.size(); ++i) out.push_back(show(row.cell(i)));
    return true;
  });
  return out;
}

inline std::string cell(Connection& connection, const std::string& sql, const Parameters& parameters = {}) {
  const std::vector<std::string> all = cells(connection, sql, parameters);
  return all.size() == 1 ? all[0] : std::to_string(all.size()) + " cells";
}

inline std::int64_t run(Connection& connection, const std::string& sql, const Parameters& parameters = {}) {
  return connection.execute(sql, parameters, {}).rows;
}

inline Datum text(std::string value, Datum::Kind kind = Datum::Kind::text) {
  return Datum::of_text(std::move(value), kind);
}

}  // namespace retort::test
