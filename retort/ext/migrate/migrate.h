// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Migrate: the commands of Flask-Migrate on an app's command line.
//
//   db::Database db;
//   migrate::Migrate migrate;
//   App create_app() {
//     App app{"blog"};
//     db.init_app(app);
//     migrate.init_app(app, db);       // ./blog db init, db migrate -m "...", db upgrade, ...
//     return app;
//   }
//
// docs/migrations.md tells what each command does.

#include <string>

namespace retort {
class App;
}
namespace retort::db {
class Database;
}

namespace retort::migrate {

struct MigrateOptions {
  /// Where the revisions are; relative to the working directory. The revisions of another bind are
  /// in a folder of its key below it.
  std::string directory = "migrations";
  /// The group of the commands.
  std::string command = "db";
  /// Whether tables without a model stay when models and database are compared: for a database
  /// that other programs have tables in.
  bool keep_unknown_tables = false;
};

class Migrate {
 public:
  /// Adds the commands. `db` must outlive the app.
  void init_app(App& app, const db::Database& db, const MigrateOptions& options = {}) const;
};

}  // namespace retort::migrate
