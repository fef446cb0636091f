// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/migrate/migrate.h"

#include <cstdio>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/cli.h"
#include "retort/ext/sqlalchemy/database.h"
#include "retort/migrate/commands.h"

namespace retort::migrate {
namespace {

using Texts = std::vector<std::string>;
using cli::argument;
using cli::option;

// The models of one bind as those of a main database, which is what Commands knows; the tables of
// other binds are marked so that they are left alone.
db::MetaData models_of(const db::Database& database, const std::string& bind) {
  const db::MetaData all = database.metadata();
  db::MetaData out;
  out.naming_convention = all.naming_convention;
  for (db::Table table : all.tables()) {
    table.bind_key = table.bind_key == bind ? "" : "another bind";
    out.add(std::move(table));
  }
  return out;
}

// The group of commands as it is put together. Each command takes the folder and the bind last.
class Registration {
 public:
  Registration(const cli::Group& group, const db::Database& database, const MigrateOptions& options)
      : group_(group), options_(options), make_{&database} {}

  void add_all() {
    add_making();
    add_moving();
    add_telling();
    add_looking();
  }

 private:
  struct Make {
    const db::Database* database;

    Commands operator()(const std::string& directory, const std::string& bind) const {
      return Commands(database->engine(bind), models_of(*database, bind),
                      bind.empty() ? directory : directory + "/" + bind,
                      [](const std::string& line) { fmt::print("{}\n", line); });
    }
  };

  // With the two options that each command has.
  template <class F, class... P>
  void add(std::string_view name, std::string_view help, F f, P... parameters) {
    group_.command(name, help, std::move(f), std::move(parameters)...,
                   option("-d,--directory", "The folder of the revisions.", options_.directory),
                   option("--bind", "The key of the database in SQLALCHEMY_BINDS.", ""));
  }
  static cli::Parameter target(const char* otherwise) {
    return argument("revision", "head, heads, base, an id or its beginning, +1, -1.", otherwise);
  }
  static cli::Parameter sql() { return option("--sql", "Print the SQL and run nothing."); }
  static cli::Parameter verbose() { return option("-v,--verbose", "Tell more."); }
  static cli::Parameter message() { return option("-m,--message", "What it does.", ""); }
  static cli::Parameter rev_id() { return option("--rev-id", "Its id, instead of a random one.", ""); }
  static cli::Parameter head() { return option("--head", "The revision that it comes behind.", "head"); }
  static cli::Parameter splice() { return option("--splice", "Allow a parent that is no head: a branch."); }
  cli::Parameter keep() const {
    return option("--keep-unknown-tables/--drop-unknown-tables", "Whether tables without a model stay.",
                  options_.keep_unknown_tables);
  }

  void add_making();
  void add_moving();
  void add_telling();
  void add_looking();

  const cli::Group& group_;
  const MigrateOptions& options_;
  Make make_;
};

void Registration::add_making() {
  add("init", "Make the folder of revisions.",
      [make = make_](const std::string& d, const std::string& b) { make(d, b).init(); });
  add(
      "revision", "Write a revision with nothing in it.",
      [make = make_](const std::string& m, bool autogenerate, const std::string& head, bool splice,
                     const std::string& id, bool keep, const std::string& d, const std::string& b) {
        make(d, b).revision({m, autogenerate, head, splice, id, keep});
      },
      message(), option("--autogenerate", "Write into it what the models say."), head(), splice(), rev_id(),
      keep());
  add(
      "migrate", "Write a revision that brings the database to what the models say.",
      [make = make_](const std::string& m, const std::string& head, bool splice, const std::string& id,
                     bool keep, const std::string& d, const std::string& b) {
        make(d, b).migrate({m, true, head, splice, id, keep});
      },
      message(), head(), splice(), rev_id(), keep());
  add(
      "merge", "Write a revision that joins several.",
      [make = make_](const Texts& revisions, const std::string& m, const std::string& id,
                     const std::string& d,
                     const std::string& b) { make(d, b).merge(revisions, m.empty() ? "merge" : m, id); },
      argument("revisions", "\"heads\", or their ids."), message(), rev_id());
  add(
      "edit", "Open a revision's file in $VISUAL or $EDITOR.",
      [make = make_](const std::string& revision, const std::string& d, const std::string& b) {
        make(d, b).edit(revision);
      },
      target("head"));
}

void Registration::add_moving() {
  add(
      "upgrade", "Bring the database forward.",
      [make = make_](const std::string& revision, bool sql, const std::string& d, const std::string& b) {
        make(d, b).upgrade(revision, sql);
      },
      target("head"), sql());
  add(
      "downgrade", "Bring the database back.",
      [make = make_](const std::string& revision, bool sql, const std::string& d, const std::string& b) {
        make(d, b).downgrade(revision, sql);
      },
      target("-1"), sql());
  add(
      "stamp", "Write down where the database is, and run nothing.",
      [make = make_](const std::string& revision, bool sql, bool purge, const std::string& d,
                     const std::string& b) { make(d, b).stamp(revision, sql, purge); },
      target("head"), sql(), option("--purge", "Whatever is written there, even what is not known."));
}

void Registration::add_telling() {
  add(
      "current", "Where the database is.",
      [make = make_](bool verbose, const std::string& d, const std::string& b) {
        make(d, b).current(verbose);
      },
      verbose());
  add(
      "history", "All revisions, the latest first.",
      [make = make_](bool verbose, bool current, const std::string& d, const std::string& b) {
        make(d, b).history(verbose, current);
      },
      verbose(), option("-i,--indicate-current", "Mark where the database is."));
  add(
      "heads", "Revisions that nothing comes behind.",
      [make = make_](bool verbose, const std::string& d, const std::string& b) { make(d, b).heads(verbose); },
      verbose());
  add(
      "branches", "Revisions that several come behind.",
      [make = make_](bool verbose, const std::string& d, const std::string& b) {
        make(d, b).branches(verbose);
      },
      verbose());
  add(
      "show", "A revision with all that it does.",
      [make = make_](const std::string& revision, const std::string& d, const std::string& b) {
        make(d, b).show(revision);
      },
      target("head"));
}

void Registration::add_looking() {
  add(
      "check", "Whether the database is what the models say; exits with 1 when it is not.",
      [make = make_](bool keep, const std::string& d, const std::string& b) {
        return make(d, b).check(keep) ? 0 : 1;
      },
      keep());
  add("reflect", "Print model structs for the database.",
      [make = make_](const std::string& d, const std::string& b) { make(d, b).reflect(); });
}

}  // namespace

void Migrate::init_app(App& app, const db::Database& database, const MigrateOptions& options) const {
  const cli::Group group = app.cli.group(options.command, "Migrate the database.");
  Registration(group, database, options).add_all();
}

}  // namespace retort::migrate
