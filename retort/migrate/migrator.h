// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Migrator: brings a database from one revision to another, a transaction a revision, under a
// lock that all processes share: of ten that start together one migrates, the others find it
// done. alembic_version is kept as Alembic keeps it, a row a head.

#include <string>
#include <string_view>
#include <vector>

#include "retort/base/function.h"
#include "retort/db/engine.h"
#include "retort/migrate/revisions.h"

namespace retort::migrate {

struct MigratorOptions {
  /// How long to wait for another process's migration.
  seconds lock_timeout = seconds(600);
  /// Print what would run and run nothing (--sql).
  bool sql = false;
  /// Given a line at a time: "Running upgrade a -> b, message", or SQL.
  Function<void(const std::string&)> output = {};
  /// Given each statement before it runs, "COMMIT" too.
  Function<void(const std::string&)> on_statement = {};
};

/// The rows of alembic_version, none when there is no such table.
std::vector<std::string> current_revisions(db::Connection& connection);

class Migrator {
 public:
  /// Both must outlive it.
  Migrator(db::Engine& engine, const Revisions& revisions, MigratorOptions options = {});

  /// To "head", "heads", an id or its beginning, "+1", "id+1". With `sql` also "from:to", which
  /// asks no database but SQLite's. Throws MigrationError and what a statement throws; the
  /// revision that failed is rolled back, those before it stay.
  void upgrade(std::string_view target = "head");
  /// To "base", an id, "-1", "id-1".
  void downgrade(std::string_view target = "-1");
  /// Writes the rows, and runs nothing else. `purge`: whatever stands there, even what is not known.
  void stamp(std::string_view target, bool purge = false);
  std::vector<std::string> current();

 private:
  void move(std::string_view target, bool up);
  void list(std::string_view target, bool up);
  void say(const std::string& line);

  db::Engine& engine_;
  const Revisions& revisions_;
  MigratorOptions options_;
};

}  // namespace retort::migrate
