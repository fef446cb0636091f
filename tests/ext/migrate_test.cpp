// SPDX-License-Identifier: BSD-3-Clause
// Each command of `db`, through a program's command line, on SQLite and on PostgreSQL.
#include "retort/ext/migrate/migrate.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/cli_runner.h"
#include "tests/support/postgresql_server.h"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "retort/app/app.h"
#include "retort/cli/main.h"
#include "retort/db/inspect.h"
#include "retort/db/mapping.h"
#include "retort/ext/sqlalchemy/database.h"

namespace journal {

using namespace retort;
namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

struct Author {
  std::int64_t id = 0;
  std::string name;
};
struct Entry {
  std::int64_t id = 0;
  std::int64_t author_id = 0;
  std::string title;
  std::optional<std::string> body = {};
};
struct Visit {
  std::int64_t id = 0;
  std::string path;
};

const auto author_table = db::table<Author>("authors", db::column<&Author::name>(db::length(80), db::unique));
const auto entry_table = db::table<Entry>("entries", db::column<&Entry::title>(db::length(120), db::indexed),
                                          db::foreign_key<&Entry::author_id>(db::references<&Author::id>()));
const auto visit_table = db::table<Visit>("visits", db::bind("log"));

db::Database db{db::NamingConvention{.uq = "uq_%(table_name)s_%(column_0_name)s",
                                     .fk = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"}};
migrate::Migrate migrations;
std::string url, log_url, directory;  // of the test that runs

App make_app() {
  App app{"journal"};
  app.config["SQLALCHEMY_DATABASE_URI"] = url;
  if (!log_url.empty()) app.config["SQLALCHEMY_BINDS"] = Value::dict({{"log", log_url}});
  db.init_app(app);
  migrations.init_app(app, db, {.directory = directory});
  return app;
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}
void write(const fs::path& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

class CommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/retort-commands-XXXXXX";
    folder_ = mkdtemp(name);
    url = "sqlite:///" + folder_ + "/app.db";
    log_url.clear();
    directory = folder_ + "/migrations";
  }
  void TearDown() override { fs::remove_all(folder_); }

  CliResult run(const std::vector<std::string>& words) const {
    std::vector<std::string> all = words;
    all.insert(all.begin(), "db");
    return CliRunner([](int argc, char** argv) { return retort::main(make_app, argc, argv); }).invoke(all);
  }
  /// What a command that succeeds writes, without the tests' folder.
  std::string ok(const std::vector<std::string>& words) const { return told(words, 0); }
  std::string fails(const std::vector<std::string>& words, int code = 1) const { return told(words, code); }

  std::string told(const std::vector<std::string>& words, int code) const {
    CliResult result = run(words);
    EXPECT_EQ(result.exit_code, code) << fmt::format("{}", fmt::join(words, " ")) << ":\n" << result.output;
    for (std::size_t at; (at = result.output.find(folder_ + "/")) != std::string::npos;)
      result.output.erase(at, folder_.size() + 1);
    return result.output;
  }
  /// All that is in the database: what a command that fails must leave.
  static std::string snapshot() {
    db::Engine engine(url);
    db::Lease lease = engine.connect();
    std::string out;
    for (const std::string& table : db::table_names(*lease)) {
      out += table + ":";
      lease->execute("SELECT * FROM " + table, {}, [&](const db::Row& row) {
        for (std::size_t i = 0; i < row.size(); ++i) out += std::string(row.cell(i).text) + "|";
        out += ";";
        return true;
      });
    }
    return out;
  }
  std::string version(const std::string& name) const { return directory + "/versions/" + name; }
  /// a1: the models; upgraded to.
  void start() const {
    ok({"init"});
    ok({"migrate", "-m", "authors and entries", "--rev-id", "a1"});
    ok({"upgrade"});
  }

  std::string folder_;
};

TEST_F(CommandsTest, FromNothingToTheModelsAndBack) {
  EXPECT_EQ(fails({"upgrade"}), "Error: there is no folder migrations/versions: `db init` makes it\n");
  EXPECT_EQ(ok({"init"}), "Created migrations/versions\n");
  EXPECT_EQ(fails({"init"}), "Error: the folder migrations is there already and is not empty\n");
  const std::string made = ok({"migrate", "-m", "Authors, and entries", "--rev-id", "a1"});
  EXPECT_THAT(made, HasSubstr("Detected added table authors"));
  EXPECT_THAT(made, HasSubstr("Generating migrations/versions/a1_authors_and_entries.migration\n"));
  EXPECT_THAT(read(version("a1_authors_and_entries.migration")), HasSubstr("create_table entries"));
  EXPECT_THAT(read(version("a1_authors_and_entries.migration")), Not(HasSubstr("visits")));
  EXPECT_EQ(fails({"check"}), "Error: the database is not up to date: run `db upgrade` first\n");
  EXPECT_EQ(fails({"migrate"}), "Error: the database is not up to date: run `db upgrade` first\n");

  const std::string before = snapshot();
  const std::string sql = ok({"upgrade", "--sql"});
  EXPECT_THAT(sql, HasSubstr("CREATE TABLE authors"));
  EXPECT_THAT(sql, HasSubstr("INSERT INTO alembic_version (version_num) VALUES ('a1')"));
  EXPECT_EQ(snapshot(), before);

  EXPECT_EQ(ok({"upgrade"}), "Running upgrade  -> a1, Authors, and entries\n");
  EXPECT_EQ(ok({"upgrade"}), "");
  EXPECT_EQ(ok({"current"}), "a1 (head)\n");
  EXPECT_EQ(ok({"check"}), "No new upgrade operations detected.\n");
  EXPECT_EQ(ok({"migrate"}), "No changes in schema detected.\n");
  EXPECT_THAT(ok({"downgrade", "--sql"}), HasSubstr("DROP TABLE entries"));
  EXPECT_EQ(ok({"current"}), "a1 (head)\n");
  EXPECT_EQ(ok({"downgrade"}), "Running downgrade a1 -> , Authors, and entries\n");
  EXPECT_EQ(ok({"current"}), "");
  EXPECT_EQ(snapshot(), "alembic_version:");
}

TEST_F(CommandsTest, WritesWhatTheDatabaseLacks) {
  start();
  db::Engine(url).execute("DROP INDEX ix_entries_title");
  EXPECT_THAT(fails({"check"}), HasSubstr("New upgrade operations detected."));
  const std::string made = ok({"migrate", "-m", "index", "--rev-id", "b2"});
  EXPECT_THAT(made, HasSubstr("Detected added index ix_entries_title"));
  EXPECT_THAT(read(version("b2_index.migration")),
              HasSubstr("  create_index entries ix_entries_title (title)"));
  ok({"upgrade", "b2"});
  EXPECT_EQ(ok({"check"}), "No new upgrade operations detected.\n");
  EXPECT_EQ(ok({"downgrade", "-1"}), "Running downgrade b2 -> a1, index\n");
  EXPECT_EQ(ok({"upgrade", "+1"}), "Running upgrade a1 -> b2, index\n");
  EXPECT_EQ(ok({"downgrade", "a1"}), "Running downgrade b2 -> a1, index\n");
}

TEST_F(CommandsTest, LeavesTablesOfOtherProgramsAloneWhenTold) {
  start();
  db::Engine(url).execute("CREATE TABLE legacy (id INTEGER PRIMARY KEY)");
  EXPECT_EQ(ok({"check", "--keep-unknown-tables"}), "No new upgrade operations detected.\n");
  EXPECT_THAT(fails({"check"}), HasSubstr("legacy"));
  EXPECT_EQ(ok({"migrate", "--keep-unknown-tables"}), "No changes in schema detected.\n");
}

TEST_F(CommandsTest, TellsOfRevisions) {
  start();
  ok({"revision", "-m", "nothing", "--rev-id", "b2"});
  EXPECT_EQ(ok({"heads"}), "b2 (head)\n");
  EXPECT_EQ(ok({"current"}), "a1\n");
  EXPECT_EQ(ok({"history"}), "a1 -> b2 (head), nothing\n<base> -> a1, authors and entries\n");
  EXPECT_EQ(ok({"history", "-i"}), "a1 -> b2 (head), nothing\n<base> -> a1 (current), authors and entries\n");
  const std::string verbose = ok({"history", "-v"});
  for (const char* part : {"Rev: b2 (head)", "Parent: a1", "Parent: <base>",
                           "Path: migrations/versions/b2_nothing.migration", "Date: 20"})
    EXPECT_THAT(verbose, HasSubstr(part));
  EXPECT_THAT(ok({"current", "-v"}), HasSubstr("Rev: a1"));
  EXPECT_THAT(ok({"heads", "--verbose"}), HasSubstr("Rev: b2 (head)"));
  const std::string shown = ok({"show", "a1"});
  EXPECT_THAT(shown, HasSubstr("Parent: <base>"));
  EXPECT_THAT(shown, HasSubstr("create_table entries"));
  EXPECT_THAT(ok({"show"}), HasSubstr("Rev: b2"));
}

TEST_F(CommandsTest, BranchesAndMerges) {
  start();
  ok({"revision", "-m", "left", "--rev-id", "b2"});
  EXPECT_EQ(fails({"revision", "--head", "a1", "--rev-id", "c3"}),
            "Error: revision a1 is no head; --splice makes a branch there\n");
  ok({"revision", "-m", "right", "--head", "a1", "--splice", "--rev-id", "c3"});
  EXPECT_EQ(ok({"heads"}), "b2 (head)\nc3 (head)\n");
  EXPECT_EQ(ok({"branches"}), "<base> -> a1 (branchpoint), authors and entries\n    -> b2\n    -> c3\n");
  const std::string two =
      "Error: there are 2 heads: b2, c3. Join them with `db merge heads -m \"...\"`, or name one, or say "
      "heads for all\n";
  const std::string before = snapshot();
  EXPECT_EQ(fails({"upgrade"}), two);
  EXPECT_EQ(fails({"revision", "-m", "x"}), two);
  EXPECT_EQ(fails({"migrate", "-m", "x"}), two);
  EXPECT_EQ(snapshot(), before);
  EXPECT_EQ(fails({"merge", "b2"}), "Error: a merge joins two revisions or more: name them, or say heads\n");
  EXPECT_EQ(fails({"merge"}), fails({"merge", "b2"}));
  EXPECT_EQ(ok({"merge", "heads", "-m", "join", "--rev-id", "d4"}),
            "Generating migrations/versions/d4_join.migration\n");
  EXPECT_THAT(read(version("d4_join.migration")), HasSubstr("parent   b2 c3\n"));
  EXPECT_EQ(ok({"upgrade"}),
            "Running upgrade a1 -> b2, left\nRunning upgrade a1 -> c3, right\nRunning upgrade b2, c3 -> d4, "
            "join\n");
  EXPECT_THAT(ok({"history"}), HasSubstr("b2, c3 -> d4 (head) (mergepoint), join"));
  EXPECT_EQ(ok({"downgrade", "-1"}), "Running downgrade d4 -> b2, c3, join\n");
  EXPECT_EQ(ok({"current"}), "b2\nc3\n");
  EXPECT_EQ(fails({"downgrade"}), "Error: '-1' could be any of b2, c3: name the revision to go back to\n");
}

TEST_F(CommandsTest, StampsWithoutRunning) {
  start();
  ok({"revision", "-m", "nothing", "--rev-id", "b2"});
  EXPECT_THAT(ok({"stamp", "--sql"}), HasSubstr("SET version_num='b2'"));
  EXPECT_EQ(ok({"current"}), "a1\n");
  ok({"stamp"});
  EXPECT_EQ(ok({"current"}), "b2 (head)\n");
  ok({"stamp", "base"});
  EXPECT_EQ(ok({"current"}), "");
  db::Engine(url).execute("INSERT INTO alembic_version VALUES ('ffff')");
  EXPECT_THAT(fails({"stamp", "a1"}), HasSubstr("ffff, which has no file in migrations/versions"));
  ok({"stamp", "a1", "--purge"});
  EXPECT_EQ(ok({"current"}), "a1\n");
}

TEST_F(CommandsTest, EditsAFile) {
  start();
  write(folder_ + "/editor", "#!/bin/sh\nsed -i 's/^message .*/message  edited/' \"$2\"\n");
  fs::permissions(folder_ + "/editor", fs::perms::owner_all);
  setenv("VISUAL", (folder_ + "/editor --wait").c_str(), 1);
  ok({"edit"});
  EXPECT_EQ(ok({"history"}), "<base> -> a1 (head), edited\n");
  setenv("VISUAL", "false", 1);
  EXPECT_EQ(fails({"edit", "a1"}), "Error: the editor 'false' failed: set EDITOR\n");
  unsetenv("VISUAL");
}

TEST_F(CommandsTest, ReflectsTheDatabase) {
  start();
  const std::string text = ok({"reflect"});
  EXPECT_THAT(text, HasSubstr("struct Entr"));
  EXPECT_THAT(text, HasSubstr("\"entries\""));
  EXPECT_THAT(text, HasSubstr("std::optional<std::string> body"));
}

TEST_F(CommandsTest, ABindHasItsOwnFolder) {
  log_url = "sqlite:///" + folder_ + "/log.db";
  ok({"init", "--bind", "log"});
  start();
  ok({"migrate", "--bind", "log", "-m", "visits", "--rev-id", "l1"});
  const std::string text = read(directory + "/log/versions/l1_visits.migration");
  EXPECT_THAT(text, HasSubstr("create_table visits"));
  EXPECT_THAT(text, Not(HasSubstr("authors")));
  ok({"upgrade", "--bind", "log"});
  EXPECT_EQ(ok({"current", "--bind", "log"}), "l1 (head)\n");
  EXPECT_EQ(ok({"current"}), "a1 (head)\n");
  EXPECT_EQ(ok({"check", "--bind", "log"}), "No new upgrade operations detected.\n");
  EXPECT_EQ(ok({"check"}), "No new upgrade operations detected.\n");
  EXPECT_EQ(fails({"upgrade", "--bind", "nope"}), "Error: config[\"SQLALCHEMY_BINDS\"] has no 'nope'\n");
}

TEST_F(CommandsTest, AnotherFolder) {
  ok({"init", "-d", folder_ + "/other"});
  ok({"migrate", "--directory", folder_ + "/other", "--rev-id", "a1"});
  EXPECT_TRUE(fs::exists(folder_ + "/other/versions/a1.migration"));
  EXPECT_FALSE(fs::exists(directory));
}

// --- what goes wrong: the error names the file and the command that mends it, nothing changes ---

struct Broken {
  const char* file;     // below versions/
  const char* text;     // of it
  const char* message;  // what is said
};

TEST_F(CommandsTest, NamesABrokenFileAndChangesNothing) {
  const Broken cases[] = {
      {"x.migration", "revision x\nparent a1\nup:\n  drop_tabel entries\ndown:\n",
       "x.migration:4: there is no operation \"drop_tabel entries\"; there are create_table,"},
      {"x.migration", "revision x\nparent a1\nup:\n  drop_table entries\n",
       "x.migration:4: a revision has an up: and a down: section"},
      {"x.migration", "", "x.migration:1: the line \"revision ID\" is missing"},
      {"x.migration", "revision x\nparent nope\nup:\ndown:\n",
       "x.migration: its parent, revision nope, has no file: bring it back from version control, or correct "
       "the "
       "line \"parent\""},
      {"x.migration", "revision a1\nup:\ndown:\n", "both are revision a1; give one of them another id"},
      {"x.migration", "revision x\nparent x\nup:\ndown:\n", "x.migration: revision x is its own ancestor"},
      {"x.py", "def upgrade():\n    pass\n", "x.py:1: no line \"revision = '...'\""},
      {"x.py", "revision = 'x'\ndown_revision = 'a1'\n",
       "run `flask db upgrade x` first. Nothing was changed"},
      {"x.migration", "revision x\nparent a1\nup:\n  drop_table entries\n  drop_column authors nope\ndown:\n",
       "x.migration:5: "},
      {"x.migration",
       "revision x\nparent a1\nup:\n  drop_table entries\n  create_index authors i (nope)\ndown:\n",
       "x.migration:5: "},
  };
  start();
  db::Engine(url).execute("INSERT INTO authors (name) VALUES ('ada')");
  const std::string before = snapshot();
  for (const Broken& c : cases) {
    write(version(c.file), c.text);
    const std::string told = fails({"upgrade"});
    EXPECT_THAT(told, HasSubstr(c.message)) << c.text;
    EXPECT_EQ(snapshot(), before) << c.text;
    fs::remove(version(c.file));
  }
}

TEST_F(CommandsTest, NamesWhatIsUnknownAndChangesNothing) {
  start();
  const std::string before = snapshot();
  const std::string unknown = "Error: there is no revision 'nope'; `db history` lists them\n";
  for (const char* command : {"upgrade", "downgrade", "stamp", "show", "edit"})
    EXPECT_EQ(fails({command, "nope"}), unknown) << command;
  EXPECT_EQ(fails({"merge", "a1", "nope"}), unknown);
  EXPECT_EQ(fails({"revision", "--head", "nope"}), unknown);
  EXPECT_EQ(fails({"upgrade", "+1"}), "Error: '+1' goes beyond the last revision\n");
  EXPECT_EQ(fails({"downgrade", "-2"}), "Error: '-2' goes below the first revision\n");
  EXPECT_EQ(fails({"revision", "--rev-id", "a1"}),
            "Error: there is a revision a1 already: migrations/versions/a1_authors_and_entries.migration\n");
  EXPECT_THAT(fails({"revision", "--rev-id", "../x"}), HasSubstr("\"../x\" is no revision's id"));
  EXPECT_THAT(fails({"revision", "--rev-id", std::string(33, 'x')}),
              HasSubstr("longer than alembic_version"));
  EXPECT_EQ(snapshot(), before);
  EXPECT_EQ(ok({"heads"}), "a1 (head)\n");

  db::Engine(url).execute("UPDATE alembic_version SET version_num = 'ffff'");
  const std::string elsewhere =
      "Error: the database is at revision ffff, which has no file in migrations/versions. Nothing was "
      "changed. "
      "Update your checkout if somebody else made it; if the database is known to be at another revision, "
      "say "
      "so with `db stamp --purge REVISION`\n";
  for (const char* command : {"upgrade", "downgrade", "current", "check", "migrate", "stamp"})
    EXPECT_EQ(fails({command}), elsewhere) << command;
}

TEST_F(CommandsTest, ASchemaBehindTheModelsIsNamed) {
  start();
  db::Engine(url).execute("ALTER TABLE entries DROP COLUMN body");
  db::Engine(url).execute("DROP TABLE authors");
  const auto error_of = [](auto read) -> std::string {
    db::Engine engine(url);
    db::Session session(engine);
    try {
      read(session);
    } catch (const db::DatabaseError& e) {
      return e.what();
    }
    return "";
  };
  const std::string hint = "; if a model has it, the database is behind the models: `db upgrade`";
  EXPECT_THAT(error_of([](db::Session& s) { s.query<Author>().first(); }),
              HasSubstr("no such table: authors [SQLITE_ERROR]" + hint));
  EXPECT_THAT(error_of([](db::Session& s) { s.query<Entry>().first(); }), HasSubstr("entries.body"));
  EXPECT_THAT(error_of([](db::Session& s) { s.query<Entry>().first(); }), HasSubstr(hint));
  EXPECT_THAT(error_of([](db::Session& s) {
                s.add(Entry{.title = "x"});
                s.flush();
              }),
              HasSubstr("table entries has no column named body [SQLITE_ERROR]" + hint));
}

TEST_F(CommandsTest, AreCalledWrongly) {
  EXPECT_EQ(fails({"nope"}, 2), "Error: No such command 'nope'; 'app db --help' tells more.\n");
  EXPECT_EQ(fails({"upgrade", "--nope"}, 2),
            "Error: No such option: --nope; 'app db upgrade --help' tells more.\n");
  for (const char* command : {"init", "revision", "migrate", "upgrade", "downgrade", "current", "history",
                              "heads", "branches", "merge", "stamp", "show", "check", "edit", "reflect"}) {
    EXPECT_THAT(ok({"--help"}), HasSubstr(fmt::format("\n  {} ", command)));
    EXPECT_THAT(ok({command, "--help"}), HasSubstr("--directory")) << command;
  }
}

TEST_F(CommandsTest, ShowAlembicWhatIsTheirs) {
  ok({"init"});
  write(directory + "/env.py", "");
  write(version("0_theirs.py"), "\"\"\"theirs\n\"\"\"\nrevision = 't0'\ndown_revision = None\n");
  ok({"stamp", "t0"});
  ok({"revision", "-m", "say \"\"\" \\x", "--rev-id", "r1"});
  EXPECT_THAT(read(version("r1_say_x.py")), HasSubstr("\nrevision = 'r1'\ndown_revision = 't0'\n"));
  EXPECT_THAT(read(version("r1_say_x.py")), Not(HasSubstr("\\")));
  ok({"upgrade"});
  EXPECT_EQ(ok({"history"}), "t0 -> r1 (head), say \"\"\" \\x\n<base> -> t0 (Alembic's), theirs\n");
}

class PostgresqlCommandsTest : public CommandsTest {
 protected:
  void SetUp() override {
    CommandsTest::SetUp();
    if (!test::PostgresqlServer::is_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
    static int number = 0;
    url = test::PostgresqlServer::shared().create_database(fmt::format("journal{}", ++number));
  }
};

TEST_F(PostgresqlCommandsTest, FromNothingToTheModelsAndBack) {
  ok({"init"});
  ok({"migrate", "-m", "first", "--rev-id", "a1"});
  const std::string before = snapshot();
  const std::string sql = ok({"upgrade", "--sql"});
  EXPECT_THAT(sql, HasSubstr("CREATE TABLE authors"));
  EXPECT_EQ(snapshot(), before);
  // What is printed is what would run.
  db::Engine(url).connect()->execute_script(sql);
  EXPECT_EQ(ok({"current"}), "a1 (head)\n");
  EXPECT_EQ(ok({"check"}), "No new upgrade operations detected.\n");
  ok({"downgrade", "base"});
  EXPECT_EQ(snapshot(), "alembic_version:");
  EXPECT_EQ(ok({"upgrade"}), "Running upgrade  -> a1, first\n");
  EXPECT_EQ(ok({"check"}), "No new upgrade operations detected.\n");

  db::Engine engine(url);
  engine.execute("ALTER TABLE entries DROP COLUMN body");
  db::Session session(engine);
  try {
    session.query<Entry>().first();
    ADD_FAILURE();
  } catch (const db::DatabaseError& e) {
    EXPECT_THAT(e.what(), HasSubstr("entries.body does not exist [42703]; if a model has it"));
  }
  session.rollback();
  EXPECT_THAT(ok({"migrate", "-m", "body", "--rev-id", "b2"}),
              HasSubstr("Detected added column entries.body"));
  ok({"upgrade"});
  EXPECT_THAT(ok({"downgrade", "b2:a1", "--sql"}), HasSubstr("ALTER TABLE entries DROP COLUMN body"));
  EXPECT_EQ(ok({"current"}), "b2 (head)\n");
  ok({"downgrade", "-1"});
  EXPECT_EQ(ok({"current"}), "a1\n");
  EXPECT_THAT(ok({"reflect"}), HasSubstr("\"entries\""));
}

TEST_F(PostgresqlCommandsTest, RollsBackARevisionThatFails) {
  start();
  const std::string before = snapshot();
  write(version("x.migration"),
        "revision x\nparent a1\nup:\n  drop_table entries\n  drop_table nope\ndown:\n");
  const std::string told = fails({"upgrade"});
  EXPECT_THAT(told, HasSubstr("x.migration:5: "));
  EXPECT_THAT(told, HasSubstr("nope"));
  EXPECT_EQ(snapshot(), before);
}

}  // namespace journal
