// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Flask-Migrate's commands as functions: init, revision, migrate, upgrade, downgrade, current,
// history, heads, branches, merge, stamp, show, check, edit, and reflect. What they have to say
// goes to `output`, a line at a time; what goes wrong is thrown (MigrationError, db::Error).

#include <string>
#include <string_view>
#include <vector>

#include "retort/base/function.h"
#include "retort/db/engine.h"
#include "retort/db/schema.h"
#include "retort/migrate/compare.h"
#include "retort/migrate/revisions.h"

namespace retort::migrate {

struct RevisionOptions {
  std::string message = {};
  bool autogenerate = false;  ///< compare the models with the database
  std::string head = "head";  ///< the parent
  bool splice = false;        ///< the parent need not be a head: a branch
  std::string rev_id = {};    ///< "": a random one
  bool keep_unknown_tables = false;
};

class Commands {
 public:
  /// `engine` must outlive it. Revisions are files of `directory`/versions.
  Commands(db::Engine& engine, db::MetaData models, std::string directory = "migrations",
           Function<void(const std::string&)> output = {});

  void init();
  /// Writes a file and returns its path.
  std::string revision(const RevisionOptions& options);
  /// revision with autogenerate; writes nothing and returns "" when nothing has changed.
  std::string migrate(RevisionOptions options);
  void upgrade(std::string_view target = "head", bool sql = false);
  void downgrade(std::string_view target = "-1", bool sql = false);
  void current(bool verbose = false);
  void history(bool verbose = false, bool indicate_current = false);
  void heads(bool verbose = false);
  void branches(bool verbose = false);
  /// Joins heads: "heads", or their ids.
  std::string merge(const std::vector<std::string>& revisions, std::string message = "merge",
                    std::string rev_id = {});
  void stamp(std::string_view target = "head", bool sql = false, bool purge = false);
  void show(std::string_view revision = "head");
  /// False when the models and the database differ; says in what.
  bool check(bool keep_unknown_tables = false);
  /// Opens the file in $EDITOR.
  void edit(std::string_view revision = "head");
  /// Model structs for the live schema.
  void reflect();

 private:
  Revisions load() const;
  Comparison compared(bool keep_unknown_tables);
  void tell(const Comparison& comparison);
  std::string write(const Revision& revision);
  void list(const Revision& revision, std::string_view marks, bool verbose);
  void say(const std::string& line) const;

  db::Engine& engine_;
  db::MetaData models_;
  std::string directory_;
  Function<void(const std::string&)> output_;
};

/// Model structs and db::table definitions, as C++.
std::string models_text(const db::MetaData& metadata);

}  // namespace retort::migrate
