// SPDX-License-Identifier: BSD-3-Clause
// An engine on PostgreSQL: which statements share a connection, and what happens to those that
// must not, to slow ones, and to a server that hangs.
#include <string>
#include <thread>
#include <vector>

#include "tests/support/postgresql_server.h"
#include <gtest/gtest.h>

#include "retort/base/memory.h"
#include "retort/db/detail/postgresql/usage.h"
#include "retort/db/engine.h"
#include "retort/db/error.h"
#include "retort/db/postgresql.h"
#include "retort/fiber/blocking.h"
#include "retort/fiber/task.h"

namespace retort::db {
namespace {

template <class Executes>
std::int64_t number(Executes& on, const std::string& sql, const Parameters& parameters = {}) {
  std::int64_t out = -1;
  on.execute(sql, parameters, [&](const Row& row) {
    out = row.cell(0).integer;
    return true;
  });
  return out;
}

class PostgresqlEngineTest : public test::PostgresqlTest {
 protected:
  static std::string url() { return server().url(); }
  static Owned<PostgresqlConnection> open() { return PostgresqlConnection::open(parse_url(url()), {}); }
  void SetUp() override {
    PostgresqlTest::SetUp();
    if (!IsSkipped())
      open()->execute_script("DROP TABLE IF EXISTS e; CREATE TABLE e (id int PRIMARY KEY, n int)");
  }
  /// Stands still as long as this lives.
  struct Paused {
    explicit Paused(test::PostgresqlServer& s) : server(s) { server.pause(); }
    ~Paused() { server.resume(); }
    test::PostgresqlServer& server;
  };
};

TEST(PostgresqlUsageTest, WhoSharesAConnection) {
  using detail::Usage;
  const struct {
    const char* sql;
    Usage expected;
  } cases[] = {
      {"SELECT 1", Usage::shared},
      {" -- why\n(select a from b)", Usage::shared},
      {"VALUES (1)", Usage::shared},
      {"SHOW timezone", Usage::shared},
      {"WITH a AS (SELECT 1) SELECT * FROM a", Usage::shared},
      {"SELECT updated, inserted, formed FROM forms", Usage::shared},
      {"SELECT * FROM a FOR UPDATE", Usage::own},
      {"SELECT * FROM a\nfor share", Usage::own},
      {"SELECT * INTO b FROM a", Usage::own},
      {"SELECT set_config('x.y', 'z', false)", Usage::own},
      {"SELECT pg_try_advisory_lock(1)", Usage::own},
      {"WITH a AS (DELETE FROM b RETURNING *) SELECT * FROM a", Usage::own},
      {"INSERT INTO a VALUES (1)", Usage::own},
      {"CREATE TABLE a (b int)", Usage::own},
      {"EXPLAIN ANALYZE DELETE FROM a", Usage::own},
      {"", Usage::own},
      {"begin", Usage::session},
      {"/* x */ BEGIN", Usage::session},
      {"START TRANSACTION", Usage::session},
      {"SET search_path = a", Usage::session},
      {"LISTEN a", Usage::session},
      {"PREPARE a AS SELECT 1", Usage::session},
      {"DECLARE a CURSOR WITH HOLD FOR SELECT 1", Usage::session},
      {"CREATE TEMP TABLE a (b int)", Usage::session},
      {"create local temporary view a AS SELECT 1", Usage::session},
  };
  for (const auto& one : cases) EXPECT_EQ(detail::usage_of(one.sql), one.expected) << one.sql;
}

TEST_F(PostgresqlEngineTest, WhatChangesTheConnectionIsRefused) {
  const auto body = [] {
    Engine engine(url());
    const auto other = open();
    for (const char* sql : {"BEGIN", "START TRANSACTION", "SAVEPOINT a", "LOCK TABLE e",
                            "SET search_path = pg_temp", "SET ROLE none", "LISTEN a", "PREPARE p AS SELECT 1",
                            "CREATE TEMP TABLE e (x int)", "DECLARE c CURSOR FOR SELECT 1"}) {
      EXPECT_THROW(engine.execute(sql), ArgumentError) << sql;
      std::vector<BatchItem> items;
      items.push_back({sql, {}, {}});
      EXPECT_THROW(engine.execute_batch(items), ArgumentError) << sql;
    }
    engine.execute("INSERT INTO e VALUES (1, 1)");
    EXPECT_EQ(number(*other, "SELECT count(*) FROM e"), 1) << "nothing holds it back";
    engine.execute("DELETE FROM e");
  };
  fiber::run(body);
  body();
}

TEST_F(PostgresqlEngineTest, WritesThatWaitHoldUpNobody) {
  fiber::run([] {
    Engine engine(url());
    engine.execute("INSERT INTO e VALUES (1, 0)");
    Lease holder = engine.connect();
    holder->begin();
    holder->execute("UPDATE e SET n = n + 1 WHERE id = 1", {}, {});
    std::vector<fiber::Task<void>> waiting;
    for (int i = 0; i < 4; ++i)
      waiting.push_back(fiber::spawn([&] { engine.execute("UPDATE e SET n = n + 1 WHERE id = 1"); }));
    for (int i = 0; i < 4; ++i)
      waiting.push_back(fiber::spawn([&] { engine.execute("SELECT n FROM e WHERE id = 1 FOR UPDATE"); }));
    fiber::sleep_for(milliseconds(300));
    // The holder, which all wait for, reads and writes by the same engine.
    auto own = fiber::spawn([&] {
      engine.execute("INSERT INTO e VALUES (2, 0)");
      return number(engine, "SELECT 42");
    });
    for (int i = 0; i < 200 && !own.done(); ++i) fiber::sleep_for(milliseconds(50));
    EXPECT_TRUE(own.done());
    holder->commit();
    EXPECT_EQ(own.join(), 42);
    for (auto& task : waiting) task.join();
    EXPECT_EQ(number(engine, "SELECT n FROM e WHERE id = 1"), 5);
  });
}

TEST_F(PostgresqlEngineTest, SlowQueriesHoldUpNobody) {
  fiber::run([] {
    Engine engine(url());
    std::vector<fiber::Task<void>> slow;
    for (int i = 0; i < 6; ++i) {
      slow.push_back(fiber::spawn([&] { engine.execute("SELECT 1 FROM pg_sleep(60)"); }));
      fiber::sleep_for(milliseconds(50));
    }
    for (int i = 0; i < 20; ++i) {
      auto quick = fiber::spawn([&] { return number(engine, "SELECT 7"); });
      for (int turn = 0; turn < 2'000 && !quick.done(); ++turn) fiber::sleep_for(milliseconds(10));
      ASSERT_TRUE(quick.done());
      EXPECT_EQ(quick.join(), 7);
    }
    for (auto& task : slow) {
      EXPECT_FALSE(task.done());
      task.cancel();
      task.wait();
    }
  });
}

TEST_F(PostgresqlEngineTest, AWorkerHasNoMoreThanItsConnections) {
  fiber::run([] {
    EngineOptions options;
    options.pool_size = 2;
    options.max_overflow = 2;
    options.pool_timeout = milliseconds(50);
    Engine engine(url() + "?application_name=counted", std::move(options));
    std::vector<fiber::Task<void>> reads;
    for (int i = 0; i < 8; ++i) {
      reads.push_back(fiber::spawn([&] { engine.execute("SELECT 1 FROM pg_sleep(60)"); }));
      fiber::sleep_for(milliseconds(50));
    }
    std::vector<Lease> leases;
    EXPECT_THROW(for (int i = 0; i < 5; ++i) leases.push_back(engine.connect()), PoolTimeout);
    const auto watcher = open();
    EXPECT_EQ(number(*watcher, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'counted'"),
              4);
    for (auto& task : reads) {
      task.cancel();
      task.wait();
    }
  });
}

TEST_F(PostgresqlEngineTest, PoolOptionsReachTheSharedConnections) {
  fiber::run([] {
    const std::string backend = "SELECT pg_backend_pid()";
    {
      Engine kept(url());
      const std::int64_t first = number(kept, backend);
      EXPECT_EQ(number(kept, backend), first);
      kept.dispose();
      EXPECT_NE(number(kept, backend), first);
    }
    EngineOptions options;
    options.pool_recycle = seconds(0);
    Engine recycled(url(), options);
    const std::int64_t first = number(recycled, backend);
    EXPECT_NE(number(recycled, backend), first);

    options.pool_recycle = seconds(-1);
    options.pool_pre_ping = true;
    Engine careful(url(), options);
    std::vector<fiber::Task<void>> tasks;
    for (int i = 0; i < 20; ++i)
      tasks.push_back(fiber::spawn([&] { EXPECT_EQ(number(careful, "SELECT 7"), 7); }));
    for (auto& task : tasks) task.join();
    const auto other = open();
    const std::int64_t cut = number(careful, backend);
    number(*other, "SELECT pg_terminate_backend($1)", {Datum::of_integer(cut)});
    EXPECT_NE(number(careful, backend), cut);
  });
}

TEST_F(PostgresqlEngineTest, AThreadsConnectionsEndWithIt) {
  Engine engine(url() + "?application_name=threads");
  for (int i = 0; i < 4; ++i) {
    std::thread([&] {
      fiber::run([&] {
        EXPECT_EQ(number(engine, "SELECT 7"), 7);
        EXPECT_EQ(number(*engine.connect(), "SELECT 7"), 7);
      });
    }).join();
  }
  Lease away;
  std::thread([&] { away = engine.connect(); }).join();
  EXPECT_EQ(number(*away, "SELECT 8"), 8) << "what is lent stays";
  const auto watcher = open();
  std::int64_t left = -1;
  for (int i = 0; i < 100 && left != 1; ++i) {
    left = number(*watcher, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'threads'");
    if (left != 1) std::this_thread::sleep_for(milliseconds(50));
  }
  EXPECT_EQ(left, 1);
  away.release();
  std::thread([&] { EXPECT_EQ(number(*engine.connect(), "SELECT 9"), 9); }).join();
}

TEST_F(PostgresqlEngineTest, AServerThatHangsIsGivenUp) {
  test::PostgresqlServer own;
  fiber::run([&] {
    EngineOptions options;
    options.pool_pre_ping = true;
    options.connect_timeout = milliseconds(300);
    options.statement_timeout = milliseconds(300);
    Engine engine(own.url(), options);
    options.pool_pre_ping = false;
    Engine plain(own.url(), options);
    const auto connection = PostgresqlConnection::open(parse_url(own.url()), {});
    const auto cancelled = PostgresqlConnection::open(parse_url(own.url()), {});
    for (Engine* one : {&engine, &plain}) {
      EXPECT_EQ(number(*one, "SELECT 1"), 1);
      EXPECT_EQ(number(*one->connect(), "SELECT 1"), 1);
    }
    EXPECT_EQ(number(*connection, "SELECT 1"), 1);
    int ended = 0;
    {
      const Paused paused(own);
      std::vector<fiber::Task<void>> tasks;
      const auto must_fail = [&](auto call) {
        tasks.push_back(fiber::spawn([&ended, call] {
          EXPECT_THROW(call(), OperationalError);
          ++ended;
        }));
      };
      must_fail([&] { engine.connect(); });            // the ping
      must_fail([&] { number(engine, "SELECT 2"); });  // the shared connections' ping
      must_fail([&] { number(plain, "SELECT 2"); });
      must_fail([&] { number(*plain.connect(), "SELECT 2"); });
      must_fail([&] {
        connection->set_deadline(Clock::now() + milliseconds(100));
        number(*connection, "SELECT 2");
      });
      auto task = fiber::spawn([&] { number(*cancelled, "SELECT 2"); });
      fiber::sleep_for(milliseconds(50));
      task.cancel();
      for (int i = 0; i < 200 && (ended < 5 || !task.done()); ++i) fiber::sleep_for(milliseconds(100));
      EXPECT_EQ(ended, 5);
      EXPECT_TRUE(task.done());
      EXPECT_FALSE(connection->usable());
      EXPECT_FALSE(cancelled->usable());
    }
    for (Engine* one : {&engine, &plain}) {
      for (int i = 0; i < 100; ++i) {  // until the server has caught up
        try {
          EXPECT_EQ(number(*one, "SELECT 3"), 3);
          EXPECT_EQ(number(*one->connect(), "SELECT 3"), 3);
          break;
        } catch (const OperationalError&) {
          ASSERT_LT(i, 99);
          fiber::sleep_for(milliseconds(100));
        }
      }
    }
  });
}

TEST_F(PostgresqlEngineTest, ADeadlineTellsTheTruth) {
  const auto body = [] {
    const auto c = open();
    const auto watcher = open();
    int cancelled = 0, untrue = 0;
    for (int i = 0; i < 100; ++i) {
      c->set_deadline(Clock::now() + microseconds(4'800 + (i % 40) * 25));
      bool thrown = false;
      try {
        c->execute("INSERT INTO e SELECT $1 FROM (SELECT pg_sleep($2)) AS x",
                   {Datum::of_integer(i), Datum::of_real(i % 20 == 0 ? 60 : 0.005)}, {});
      } catch (const QueryCanceled&) {
        thrown = true;
        ++cancelled;
      }
      c->set_deadline(fiber::kNever);
      untrue +=
          thrown != (number(*watcher, "SELECT count(*) FROM e WHERE id = $1", {Datum::of_integer(i)}) == 0);
    }
    EXPECT_GE(cancelled, 5);
    EXPECT_EQ(untrue, 0);
    watcher->execute("DELETE FROM e", {}, {});
  };
  body();
  fiber::run(body);
}

TEST_F(PostgresqlEngineTest, ACancelledCommitTakesPlace) {
  fiber::run([] {
    const auto watcher = open();
    int untrue = 0;
    for (int i = 0; i < 50; ++i) {
      bool committed = false;
      const auto c = open();
      auto task = fiber::spawn([&] {
        c->begin();
        c->execute("INSERT INTO e VALUES ($1, 0)", {Datum::of_integer(i)}, {});
        fiber::TaskId::current().cancel();
        c->commit();
        committed = true;
      });
      task.wait();
      untrue += !committed;
      untrue += number(*watcher, "SELECT count(*) FROM e WHERE id = $1", {Datum::of_integer(i)}) != 1;
    }
    EXPECT_EQ(untrue, 0);
  });
}

// Transactions and statements of their own, while the server crashes and comes back twice: what was
// told to be stored is there, and nothing is there twice. (What failed may be there: an answer to
// COMMIT can be lost on its way.)
TEST_F(PostgresqlEngineTest, AServerThatCrashesUnderLoadLosesAndDoublesNothing) {
  test::PostgresqlServer own;
  {  // what the tests' servers have switched off: to write before a commit is told
    Engine setup(own.url());
    setup.execute("ALTER DATABASE postgres SET synchronous_commit = on");
  }
  Engine engine(own.url());
  fiber::run([&] {
    engine.execute("CREATE TABLE kept (id bigint)");
    std::vector<std::int64_t> told;
    std::int64_t next = 0;
    int errors = 0;
    bool stop = false;
    std::vector<fiber::Task<void>> tasks;
    for (int f = 0; f < 12; ++f) {
      tasks.push_back(fiber::spawn([&, in_transaction = f % 2 == 0] {
        while (!stop) {
          const std::int64_t id = ++next;
          const std::string insert = "INSERT INTO kept VALUES (" + std::to_string(id) + ")";
          try {
            if (in_transaction) {
              const Lease lease = engine.connect();
              lease->begin();
              lease->execute(insert, {}, {});
              lease->execute("SELECT count(*) FROM kept WHERE id = $1", {Datum::of_integer(id)}, {});
              lease->commit();
            } else {
              engine.execute(insert);
            }
            told.push_back(id);
          } catch (const OperationalError&) {
            ++errors;
            fiber::sleep_for(milliseconds(10));
          }
        }
      }));
    }
    const auto until = [](const auto& holds) {
      for (int i = 0; i < 2'000 && !holds(); ++i) fiber::sleep_for(milliseconds(10));
    };
    for (int crash = 0; crash < 2; ++crash) {
      const std::size_t before = told.size();
      until([&] { return told.size() > before + 50; });
      const int known = errors;
      fiber::blocking([&] { own.kill(); });
      until([&] { return errors > known; });
      fiber::blocking([&] { own.start(); });
    }
    const std::size_t before = told.size();
    until([&] { return told.size() > before + 50; });
    stop = true;
    for (auto& task : tasks) task.join();
    EXPECT_GT(told.size(), before + 50) << "it heals";
    EXPECT_GT(errors, 0);
    EXPECT_EQ(number(engine, "SELECT count(*) - count(DISTINCT id) FROM kept"), 0) << "rows twice";
    std::string ids;
    for (const std::int64_t id : told) ids += (ids.empty() ? "" : ",") + std::to_string(id);
    EXPECT_EQ(number(engine, "SELECT count(*) FROM kept WHERE id IN (" + ids + ")"),
              static_cast<std::int64_t>(told.size()));
  });
}

}  // namespace
}  // namespace retort::db
