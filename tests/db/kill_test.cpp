// SPDX-License-Identifier: BSD-3-Clause
// A process that is killed (SIGKILL) at any point of a session's commit has written all of it or
// nothing. The points: before each step of SQLite's, before each send to PostgreSQL.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/postgresql_server.h"
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "retort/db/ddl.h"
#include "retort/db/engine.h"
#include "retort/db/mapping.h"
#include "retort/db/session.h"

namespace {
int g_calls_left = -1;  // before the process kills itself; negative: it does not

void count_call() {
  if (g_calls_left >= 0 && g_calls_left-- == 0) kill(getpid(), SIGKILL);
}
}  // namespace

// These stand before the libraries' own, which they call.
extern "C" int sqlite3_step(sqlite3_stmt* statement) {
  count_call();
  static const auto next = reinterpret_cast<int (*)(sqlite3_stmt*)>(dlsym(RTLD_NEXT, "sqlite3_step"));
  return next(statement);
}
extern "C" ssize_t send(int fd, const void* data, std::size_t size, int flags) {
  count_call();
  static const auto next =
      reinterpret_cast<ssize_t (*)(int, const void*, std::size_t, int)>(dlsym(RTLD_NEXT, "send"));
  return next(fd, data, size, flags);
}

namespace retort::db::test {
namespace {

using ::testing::AnyOf;

struct Account {
  std::int64_t id = 0;
  std::string owner;
  std::int64_t amount = 0;
};
struct Transfer {
  std::int64_t id = 0;
  std::int64_t account_id = 0;
  std::int64_t amount = 0;
};

const auto account_table = table<Account>("kill_accounts", column<&Account::owner>(length(20), unique));
const auto transfer_table =
    table<Transfer>("kill_transfers", foreign_key<&Transfer::account_id>(references<&Account::id>()));

constexpr const char* kBefore = "accounts a=100 b=0 c=7; transfers";
constexpr const char* kAfter = "accounts a=60 b=40 d=0; transfers a-40 b40 d0";

void make_rows(Engine& engine) {
  create_all(metadata_of({&account_table, &transfer_table}), *engine.connect());
  engine.execute("DELETE FROM kill_transfers");
  engine.execute("DELETE FROM kill_accounts");
  engine.execute("INSERT INTO kill_accounts (owner, amount) VALUES ('a', 100), ('b', 0), ('c', 7)");
}

std::string state(Engine& engine) {
  std::string out = "accounts";
  const RowSink append = [&](const Row& row) {
    out += " " + std::string(row.cell(0).text);
    return true;
  };
  engine.execute("SELECT owner || '=' || amount FROM kill_accounts ORDER BY owner", {}, append);
  out += "; transfers";
  engine.execute(
      "SELECT a.owner || t.amount FROM kill_transfers t JOIN kill_accounts a ON a.id = t.account_id "
      "ORDER BY a.owner",
      {}, append);
  return out;
}

// Inserts into two tables, updates, a delete.
void change_rows(Engine& engine, int calls_left) {
  Session session(engine);
  const auto a = session.query<Account>().where(col<&Account::owner> == "a").one();
  const auto b = session.query<Account>().where(col<&Account::owner> == "b").one();
  const auto c = session.query<Account>().where(col<&Account::owner> == "c").one();
  g_calls_left = calls_left;
  a->amount -= 40;
  b->amount += 40;
  const auto d = session.add(Account{.owner = "d"});
  session.delete_(c);
  session.flush();
  session.add(Transfer{.account_id = a->id, .amount = -40});
  session.add(Transfer{.account_id = b->id, .amount = 40});
  session.add(Transfer{.account_id = d->id, .amount = 0});
  session.commit();
  g_calls_left = -1;
}

/// In a process of its own; whether it was killed.
bool is_killed(const std::string& url, int calls_left) {
  const pid_t child = fork();
  if (child == 0) {
    int code = 1;
    try {
      Engine engine(url);
      change_rows(engine, calls_left);
      code = 0;
    } catch (const std::exception& e) {
      fprintf(stderr, "%s\n", e.what());
    }
    _exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
  return WIFSIGNALED(status);
}

void try_every_point(const std::string& url, int at_least) {
  int points = 0;
  for (;; ++points) {
    SCOPED_TRACE(points);
    {
      Engine engine(url);
      make_rows(engine);
      ASSERT_EQ(state(engine), kBefore);
    }
    const bool killed = is_killed(url, points);
    Engine engine(url);
    if (!killed) {
      EXPECT_EQ(state(engine), kAfter);
      break;
    }
    // The last points come behind the COMMIT.
    ASSERT_THAT(state(engine), AnyOf(kBefore, kAfter));
    if (state(engine) == kBefore) change_rows(engine, -1);
    ASSERT_EQ(state(engine), kAfter);
  }
  EXPECT_GE(points, at_least);
  testing::Test::RecordProperty("points", points);
}

TEST(KilledCommit, IsWholeOrNothingOnSqlite) {
  char name[] = "/tmp/retort-kill-XXXXXX";
  const std::string folder = mkdtemp(name);
  try_every_point("sqlite:///" + folder + "/app.db", 8);
  std::filesystem::remove_all(folder);
}

class KilledCommitTest : public retort::test::PostgresqlTest {};

TEST_F(KilledCommitTest, IsWholeOrNothingOnPostgresql) {
  try_every_point(server().create_database("killed_commit"), 4);
}

}  // namespace
}  // namespace retort::db::test
