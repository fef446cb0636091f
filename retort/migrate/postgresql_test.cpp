// SPDX-License-Identifier: BSD-3-Clause
// Migrations that are killed, and many at once, on PostgreSQL.
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "tests/support/postgresql_server.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "retort/db/inspect.h"
#include "retort/migrate/commands.h"
#include "retort/migrate/error.h"
#include "retort/migrate/migrator.h"

namespace retort::migrate {
namespace {

using ::testing::HasSubstr;

constexpr const char* kUsers = R"(revision a1
message users

up:
  create_enum enum(mood, calm, cross)
  create_table users
    column id integer primary_key autoincrement
    column email string(120) not_null
    column mood enum(mood, calm, cross)
    index ix_users_email (email)
  execute
    INSERT INTO users (email, mood) VALUES ('a@b', 'calm'), ('c@d', 'cross')

down:
  drop_table users
  drop_enum mood
)";

constexpr const char* kPosts = R"(revision b2
parent a1
message posts

up:
  create_table posts
    column id integer primary_key autoincrement
    column user_id integer not_null
    foreign_key fk_posts_user_id (user_id) references users (id)
  execute
    INSERT INTO posts (user_id) SELECT id FROM users
  alter_column users email
    type string(200)
    rename mail
  create_unique users uq_users_mail (mail)

down:
  drop_constraint users uq_users_mail
  alter_column users mail
    type string(120)
    rename email
  drop_table posts
)";

class MigratingPostgresql : public test::PostgresqlTest {
 protected:
  void SetUp() override {
    PostgresqlTest::SetUp();
    if (IsSkipped()) return;
    static int number = 0;
    url_ = server().create_database("migrate" + std::to_string(++number));
  }
  static Revisions revisions() {
    return Revisions({parse_revision(kUsers, "a1.migration"), parse_revision(kPosts, "b2.migration")});
  }
  /// Where the database says it is, and its whole schema with the number of rows.
  std::pair<std::string, std::string> state() const {
    db::Engine engine(url_);
    db::Lease lease = engine.connect();
    std::string at, schema = models_text(db::inspect(*lease).metadata);
    for (const std::string& id : current_revisions(*lease)) at += id;
    for (const std::string& table : db::table_names(*lease)) {
      if (table == "alembic_version") continue;
      lease->execute("SELECT count(*) FROM " + table, {}, [&](const db::Row& row) {
        schema += table + " " + std::to_string(row.cell(0).integer) + "\n";
        return true;
      });
    }
    return {at, schema};
  }
  /// Upgrades or downgrades in a process that kills itself before its statement number `left`;
  /// whether it did.
  bool is_killed(std::string_view target, bool up, int left) const {
    const Revisions all = revisions();
    const pid_t child = fork();
    if (child == 0) {
      db::Engine engine(url_);
      Migrator migrator(engine, all, {.on_statement = [&](const std::string&) {
                          if (left-- == 0) kill(getpid(), SIGKILL);
                        }});
      up ? migrator.upgrade(target) : migrator.downgrade(target);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status);
  }
  void move(std::string_view target, bool up) const {
    const Revisions all = revisions();
    db::Engine engine(url_);
    Migrator migrator(engine, all);
    up ? migrator.upgrade(target) : migrator.downgrade(target);
  }

  std::string url_;
};

// A process that dies before any of the statements leaves a revision's state, and nothing between.
TEST_F(MigratingPostgresql, LeavesNoRevisionHalfDoneWhenKilled) {
  std::map<std::string, std::string> schemas;
  schemas.insert(state());
  for (int i = 0; i < 2; ++i) {
    move("+1", true);
    schemas.insert(state());
  }
  ASSERT_EQ(schemas.size(), 3u);
  int points = 0;
  for (const bool up : {false, true}) {
    const std::string target = up ? "head" : "base", end = up ? "b2" : "";
    for (int left = 0;; ++left) {
      SCOPED_TRACE((up ? "up " : "down ") + std::to_string(left));
      move(up ? "base" : "head", !up);
      const bool killed = is_killed(target, up, left);
      const auto [at, schema] = state();
      ASSERT_TRUE(schemas.contains(at)) << at;
      EXPECT_EQ(schema, schemas[at]);
      if (!killed) {
        EXPECT_EQ(at, end);
        break;
      }
      ++points;
      move(target, up);  // what is left
      EXPECT_EQ(state().first, end);
      EXPECT_EQ(state().second, schemas[end]);
    }
  }
  EXPECT_GT(points, 15);
}

TEST_F(MigratingPostgresql, TenProcessesMigrateOnce) {
  const Revisions all = revisions();
  std::vector<pid_t> children;
  for (int i = 0; i < 10; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      int code = 100;
      try {
        int ran = 0;
        db::Engine engine(url_);
        Migrator(engine, all, {.output = [&](const std::string&) { ++ran; }}).upgrade();
        code = ran;
      } catch (const std::exception& e) {
        fprintf(stderr, "%s\n", e.what());
      }
      _exit(code);
    }
    children.push_back(child);
  }
  int ran = 0;
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_LT(WEXITSTATUS(status), 100);
    ran += WEXITSTATUS(status);
  }
  EXPECT_EQ(ran, 2) << "each revision once";
  EXPECT_THAT(state().second, HasSubstr("posts 2\nusers 2\n"));
}

TEST_F(MigratingPostgresql, WaitsForTheLockNoLongerThanTold) {
  const Revisions all = revisions();
  db::Engine other(url_);
  db::Lease holder = other.connect();
  holder->execute("SELECT pg_advisory_lock(8245921733148517)", {}, {});
  db::Engine engine(url_);
  try {
    Migrator(engine, all, {.lock_timeout = seconds(1)}).upgrade();
    FAIL();
  } catch (const MigrationError& e) {
    EXPECT_STREQ(e.what(), "another process has been migrating this database for 1 seconds");
  }
  EXPECT_EQ(state().first, "");
  holder->execute("SELECT pg_advisory_unlock(8245921733148517)", {}, {});
  Migrator(engine, all).upgrade();
  EXPECT_EQ(state().first, "b2");
}

}  // namespace
}  // namespace retort::migrate
