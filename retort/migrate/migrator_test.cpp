// SPDX-License-Identifier: BSD-3-Clause
#include "retort/migrate/migrator.h"

#include <cstdio>
#include <filesystem>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "retort/db/inspect.h"
#include "retort/migrate/error.h"

namespace retort::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kUsers = R"(revision a1
message  users
date     2026-01-02 03:04:05

up:
  create_table users
    column id integer primary_key autoincrement
    column email string(120) not_null
    column age integer default: 18
    column note text
    unique uq_users_email (email)
    check grown: age > 0
    index ix_users_age (age) where: age > 30
  create_table posts
    column id integer primary_key autoincrement
    column user_id integer not_null
    foreign_key fk_posts_user_id (user_id) references users (id) on_delete CASCADE
  execute sqlite
    CREATE TRIGGER shout AFTER INSERT ON users BEGIN
      UPDATE users SET note = 'new' WHERE id = NEW.id AND note IS NULL;
    END

down:
  drop_table posts
  drop_table users
)";

constexpr const char* kChange = R"(revision b2
parent   a1
message  longer

up:
  alter_column users email
    type string(200)
    rename mail
  drop_constraint users grown
  drop_column users age
  add_column users active boolean not_null default: 1
  create_check users short: length(mail) < 100

down:
  drop_constraint users short
  drop_column users active
  add_column users age integer default: 18
  create_check users grown: age > 0
  alter_column users mail
    type string(120)
    rename email
)";

class Migrating : public ::testing::Test {
 protected:
  Migrating() {
    char name[] = "/tmp/retort-migrate-XXXXXX";
    folder_ = mkdtemp(name);
    engine_.emplace("sqlite:///" + folder_ + "/app.db");
  }
  ~Migrating() override {
    engine_.reset();
    std::filesystem::remove_all(folder_);
  }
  static Revisions revisions() {
    return Revisions({parse_revision(kUsers, "a1.migration"), parse_revision(kChange, "b2.migration")});
  }
  std::vector<std::string> column(const std::string& sql) {
    std::vector<std::string> out;
    engine_->execute(sql, {}, [&](const db::Row& row) {
      const db::Cell cell = row.cell(0);
      out.push_back(cell.kind == db::Cell::Kind::integer ? std::to_string(cell.integer)
                                                         : std::string(cell.text));
      return true;
    });
    return out;
  }

  std::string folder_;
  std::optional<db::Engine> engine_;
};

TEST_F(Migrating, UpgradesAndDowngrades) {
  const Revisions all = revisions();
  std::vector<std::string> lines;
  Migrator migrator(*engine_, all, {.output = [&](const std::string& line) { lines.push_back(line); }});
  migrator.upgrade("+1");
  EXPECT_THAT(lines, ElementsAre("Running upgrade  -> a1, users"));
  engine_->execute("INSERT INTO users (email, age) VALUES ('a@b', 40)");
  engine_->execute("INSERT INTO posts (user_id) VALUES (1)");
  migrator.upgrade();
  EXPECT_THAT(migrator.current(), ElementsAre("b2"));
  EXPECT_THAT(column("SELECT mail || active || note FROM users"), ElementsAre("a@b1new"));
  EXPECT_THAT(column("SELECT count(*) FROM posts"), ElementsAre("1"));
  EXPECT_THAT(column("SELECT name FROM sqlite_master WHERE type = 'trigger'"), ElementsAre("shout"));
  const db::Table users = db::inspect_table(*engine_->connect(), "users");
  EXPECT_EQ(users.find("mail")->type.length, 200);
  EXPECT_EQ(users.check_constraints.size(), 1u);
  EXPECT_EQ(users.unique_constraints[0].name, "uq_users_email");
  EXPECT_THAT(column("PRAGMA foreign_keys"), ElementsAre("1"));
  migrator.downgrade("base");
  EXPECT_THAT(migrator.current(), ElementsAre());
  EXPECT_THAT(db::table_names(*engine_->connect()), ElementsAre("alembic_version"));
}

// A process that dies before any of the statements leaves the state before or the one behind.
TEST_F(Migrating, LosesNothingWhenKilledBeforeAnyStatement) {
  const Revisions all = revisions();
  Migrator(*engine_, all).upgrade("a1");
  engine_->execute("INSERT INTO users (email, age) VALUES ('a@b', 40), ('c@d', 50)");
  engine_.reset();
  const std::string whole = folder_ + "/app.db", tried = folder_ + "/tried.db";
  int statements = 0;
  for (bool killed = true; killed; ++statements) {
    std::filesystem::copy_file(whole, tried, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::remove(tried + "-wal");
    std::filesystem::remove(tried + "-shm");
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      db::Engine engine("sqlite:///" + tried);
      int left = statements;
      Migrator(engine, all,
               {.on_statement =
                    [&](const std::string&) {
                      if (left-- == 0) kill(getpid(), SIGKILL);
                    }})
          .upgrade();
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    killed = WIFSIGNALED(status);
    engine_.emplace("sqlite:///" + tried);
    EXPECT_THAT(column("SELECT version_num FROM alembic_version"), ElementsAre(killed ? "a1" : "b2"));
    EXPECT_THAT(column("PRAGMA integrity_check"), ElementsAre("ok"));
    Migrator(*engine_, all).upgrade();
    EXPECT_THAT(column("SELECT mail FROM users ORDER BY id"), ElementsAre("a@b", "c@d")) << statements;
    EXPECT_THAT(column("SELECT name FROM sqlite_master WHERE name LIKE '_retort%'"), ElementsAre());
    engine_.reset();
  }
  EXPECT_GT(statements, 20);
  engine_.emplace("sqlite:///" + whole);
}

TEST_F(Migrating, TenProcessesMigrateOnce) {
  engine_.reset();
  const Revisions all = revisions();
  std::vector<pid_t> children;
  for (int i = 0; i < 10; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      int code = 1;
      try {
        db::Engine engine("sqlite:///" + folder_ + "/app.db");
        Migrator(engine, all).upgrade();
        code = 0;
      } catch (const std::exception& e) {
        fprintf(stderr, "%s\n", e.what());
      }
      _exit(code);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  engine_.emplace("sqlite:///" + folder_ + "/app.db");
  EXPECT_THAT(column("SELECT version_num FROM alembic_version"), ElementsAre("b2"));
}

TEST_F(Migrating, PrintsWhatWouldRunAndRunsNothing) {
  const Revisions all = revisions();
  std::string printed;
  Migrator(*engine_, all, {.sql = true, .output = [&](const std::string& line) { printed += line; }})
      .upgrade();
  EXPECT_THAT(printed, HasSubstr("CREATE TABLE users"));
  EXPECT_THAT(printed, HasSubstr("DROP TABLE users"));
  EXPECT_THAT(printed, HasSubstr("UPDATE alembic_version SET version_num='b2'"));
  EXPECT_THAT(db::table_names(*engine_->connect()), ElementsAre());
}

TEST_F(Migrating, LeavesADatabaseAloneWhoseRevisionIsUnknown) {
  const Revisions all = revisions();
  Migrator migrator(*engine_, all);
  migrator.upgrade();
  engine_->execute("UPDATE alembic_version SET version_num = 'ffff'");
  try {
    migrator.upgrade();
    FAIL();
  } catch (const MigrationError& e) {
    EXPECT_THAT(e.what(), HasSubstr("ffff, which has no file"));
    EXPECT_THAT(e.what(), HasSubstr("db stamp --purge"));
  }
  EXPECT_THAT(migrator.current(), ElementsAre("ffff"));
  migrator.stamp("head", true);
  EXPECT_THAT(migrator.current(), ElementsAre("b2"));
}

TEST_F(Migrating, RollsBackARevisionThatFails) {
  const Revisions all(
      {parse_revision(kUsers, "a1.migration"),
       parse_revision("revision c3\nparent a1\nup:\n  drop_table posts\n  execute\n    NO SQL\ndown:\n",
                      "c3.migration")});
  Migrator migrator(*engine_, all);
  try {
    migrator.upgrade();
    FAIL();
  } catch (const MigrationError& e) {
    EXPECT_THAT(e.what(), HasSubstr("c3.migration:5: "));
  }
  EXPECT_THAT(migrator.current(), ElementsAre("a1"));
  EXPECT_THAT(db::table_names(*engine_->connect()), ElementsAre("alembic_version", "posts", "users"));
}

}  // namespace
}  // namespace retort::migrate
