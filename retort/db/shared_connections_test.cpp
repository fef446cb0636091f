// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/shared_connections.h"

#include <string>
#include <vector>

#include "tests/support/postgresql_server.h"
#include <gtest/gtest.h>

#include "retort/db/error.h"
#include "retort/fiber/blocking.h"
#include "retort/fiber/task.h"
#include "retort/fiber/watchdog.h"

namespace retort::db::detail {
namespace {

class SharedConnectionsTest : public test::PostgresqlTest {
 protected:
  static Url url() { return parse_url(server().url()); }
};

std::int64_t number(SharedConnections& shared, const std::string& sql, const Parameters& parameters = {},
                    TimePoint deadline = fiber::kNever) {
  std::int64_t out = -1;
  shared.execute(
      sql, parameters,
      [&](const Row& row) {
        out = row.cell(0).integer;
        return true;
      },
      deadline);
  return out;
}

TEST_F(SharedConnectionsTest, ManyFibersShareAFewConnections) {
  fiber::Watchdog watchdog(
      [](std::string_view, milliseconds held) {
        ADD_FAILURE() << "the worker was held for " << held.count() << " ms";
      },
      milliseconds(1'000));
  fiber::SchedulerOptions options;
  options.watchdog = &watchdog;
  fiber::run(
      [] {
        SharedConnections shared(url(), {}, 8);
        std::vector<fiber::Task<void>> tasks;
        int right = 0;
        // A worker that waited for the server itself would be held for as long.
        tasks.push_back(fiber::spawn([&] { number(shared, "SELECT 1 FROM pg_sleep(2)"); }));
        for (int f = 0; f < 256; ++f) {
          tasks.push_back(fiber::spawn([&, f] {
            for (int i = 0; i < 20; ++i) {
              const std::int64_t n = f * 1'000 + i;
              right += number(shared, "SELECT $1::int8 + 1", {Datum::of_integer(n)}) == n + 1;
            }
          }));
        }
        for (auto& task : tasks) task.join();
        EXPECT_EQ(right, 256 * 20);
        EXPECT_EQ(shared.size(), 8u);
      },
      options);
}

TEST_F(SharedConnectionsTest, AnErrorTouchesNoOther) {
  fiber::run([] {
    SharedConnections shared(url(), {}, 1);
    std::vector<fiber::Task<void>> tasks;
    int right = 0;
    int failed = 0;
    for (int f = 0; f < 100; ++f) {
      tasks.push_back(fiber::spawn([&, f] {
        if (f % 3 == 0) {
          EXPECT_THROW(number(shared, "SELECT 1 / $1", {Datum::of_integer(0)}), DataError);
          ++failed;
        } else if (f % 3 == 1) {
          EXPECT_THROW(number(shared, "SELECT * FROM missing"), ProgrammingError);
          ++failed;
        } else {
          right += number(shared, "SELECT $1 * 2", {Datum::of_integer(f)}) == 2 * f;
        }
      }));
    }
    for (auto& task : tasks) task.join();
    EXPECT_EQ(failed, 67);
    EXPECT_EQ(right, 33);
    EXPECT_EQ(shared.size(), 1u);
    EXPECT_THROW(number(shared, "SELECT $1", {Datum::of_text(std::string("\0", 1))}), DataError);
    EXPECT_THROW(number(shared, "COPY x TO STDOUT"), ArgumentError);
    EXPECT_EQ(number(shared, "SELECT 1"), 1);
  });
}

// Queries that share a sync: what failed beside one runs again, and has its effect once.
TEST_F(SharedConnectionsTest, AQueryThatWritesHasItsEffectOnceBesideErrors) {
  fiber::run([] {
    SharedConnections shared(url(), {}, 1);
    shared.execute("CREATE TEMPORARY TABLE w (i int PRIMARY KEY)", {}, {});
    shared.execute(
        "CREATE FUNCTION pg_temp.note(n int) RETURNS int LANGUAGE sql AS 'INSERT INTO w VALUES (n) RETURNING "
        "i'",
        {}, {});
    std::vector<fiber::Task<std::int64_t>> good;
    std::vector<fiber::Task<void>> bad;
    for (int i = 1; i <= 100; ++i) {
      good.push_back(
          fiber::spawn([&, i] { return number(shared, "SELECT pg_temp.note($1)", {Datum::of_integer(i)}); }));
      if (i % 10 != 0) continue;
      bad.push_back(fiber::spawn([&] { EXPECT_THROW(number(shared, "SELECT 1 / 0"), DataError); }));
      bad.push_back(
          fiber::spawn([&] { EXPECT_THROW(number(shared, "SELECT no FROM w"), ProgrammingError); }));
    }
    for (int i = 1; i <= 100; ++i) EXPECT_EQ(good[static_cast<std::size_t>(i - 1)].join(), i);
    for (auto& task : bad) task.join();
    EXPECT_EQ(number(shared, "SELECT count(*) FROM w"), 100);
    EXPECT_EQ(shared.size(), 1U);
  });
}

TEST_F(SharedConnectionsTest, AQuerySeesWhatItsFiberHasWritten) {
  fiber::run([] {
    EngineOptions options;
    options.isolation_level = "REPEATABLE READ";
    SharedConnections shared(url(), options, 4);
    shared.execute("DROP TABLE IF EXISTS seen", {}, {});
    shared.execute("CREATE TABLE seen (fiber int PRIMARY KEY, n int)", {}, {});
    std::vector<fiber::Task<void>> tasks;
    for (int f = 0; f < 40; ++f) {
      tasks.push_back(fiber::spawn([&, f] {
        shared.execute("INSERT INTO seen VALUES ($1, 0)", {Datum::of_integer(f)}, {});
        for (int n = 1; n <= 20; ++n) {
          shared.execute("UPDATE seen SET n = $1 WHERE fiber = $2",
                         {Datum::of_integer(n), Datum::of_integer(f)}, {});
          EXPECT_EQ(number(shared, "SELECT n FROM seen WHERE fiber = $1", {Datum::of_integer(f)}), n);
        }
      }));
    }
    for (auto& task : tasks) task.join();
    shared.execute("DROP TABLE seen", {}, {});
  });
}

TEST_F(SharedConnectionsTest, AnOpenTransactionIsNotLeftToOthers) {
  fiber::run([] {
    SharedConnections shared(url(), {}, 1);
    EXPECT_THROW(shared.execute("BEGIN", {}, {}), DisconnectionError);
    EXPECT_EQ(number(shared, "SELECT 1"), 1);
    EXPECT_THROW(shared.execute("BEGIN; SELECT 1", {}, {}), ProgrammingError);
    EXPECT_EQ(number(shared, "SELECT 2"), 2);
  });
}

TEST_F(SharedConnectionsTest, ABatchIsOneTransaction) {
  fiber::run([] {
    SharedConnections shared(url(), {}, 1);
    shared.execute("CREATE TEMPORARY TABLE b (i int PRIMARY KEY)", {}, {});
    std::vector<BatchItem> items;
    for (int i = 0; i < 20; ++i) items.push_back({"INSERT INTO b VALUES ($1)", {Datum::of_integer(i)}, {}});
    shared.execute_batch(items);
    EXPECT_EQ(items[19].result.rows, 1);
    items.resize(1);
    items[0].parameters[0] = Datum::of_integer(77);
    items.push_back({"INSERT INTO b VALUES (1)", {}, {}});
    EXPECT_THROW(shared.execute_batch(items), IntegrityError);
    EXPECT_EQ(number(shared, "SELECT count(*) FROM b"), 20);
  });
}

TEST_F(SharedConnectionsTest, DeadlinesAndCancellationsHurtNobodyElse) {
  fiber::run([] {
    SharedConnections shared(url(), {}, 1);
    EXPECT_EQ(number(shared, "SELECT 1"), 1);
    const TimePoint begin = Clock::now();
    auto slow = fiber::spawn([&] {
      EXPECT_THROW(number(shared, "SELECT 1 FROM pg_sleep(60)", {}, Clock::now() + milliseconds(100)),
                   QueryCanceled);
    });
    auto cancelled = fiber::spawn([&] { number(shared, "SELECT 1 FROM pg_sleep(61)"); });
    std::vector<fiber::Task<std::int64_t>> others;
    for (int i = 0; i < 20; ++i)
      others.push_back(
          fiber::spawn([&, i] { return number(shared, "SELECT $1 + 1", {Datum::of_integer(i)}); }));
    fiber::sleep_for(milliseconds(50));
    cancelled.cancel();
    EXPECT_THROW(cancelled.join(), fiber::Cancelled);
    slow.join();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(others[static_cast<std::size_t>(i)].join(), i + 1);
    EXPECT_LT(Clock::now() - begin, seconds(20));
    EXPECT_EQ(number(shared, "SELECT 2"), 2);
    EXPECT_EQ(shared.size(), 1u);
  });
}

TEST_F(SharedConnectionsTest, AnEndedSchedulerLeavesItUsable) {
  SharedConnections shared(url(), {}, 2);
  for (int i = 0; i < 3; ++i) fiber::run([&] { EXPECT_EQ(number(shared, "SELECT 5"), 5); });
  fiber::run([&] {
    fiber::spawn([&] { number(shared, "SELECT 1 FROM pg_sleep(60)"); }), fiber::sleep_for(milliseconds(50));
  });
  fiber::run([&] { EXPECT_EQ(number(shared, "SELECT 6"), 6); });
}

TEST_F(SharedConnectionsTest, AServerRestartedUnderLoadHeals) {
  test::PostgresqlServer own;
  fiber::run([&] {
    SharedConnections shared(parse_url(own.url()), {}, 4);
    bool stop = false;
    int before = 0;
    int errors = 0;
    int after = 0;
    bool restarted = false;
    std::vector<fiber::Task<void>> tasks;
    for (int f = 0; f < 64; ++f) {
      tasks.push_back(fiber::spawn([&] {
        while (!stop) {
          try {
            EXPECT_EQ(number(shared, "SELECT 3"), 3);
            ++(restarted ? after : before);
          } catch (const OperationalError&) {
            ++errors;
            fiber::sleep_for(milliseconds(10));
          }
        }
      }));
    }
    for (int i = 0; i < 1'000 && before == 0; ++i) fiber::sleep_for(milliseconds(10));
    fiber::blocking([&] { own.kill(); });
    for (int i = 0; i < 1'000 && errors == 0; ++i) fiber::sleep_for(milliseconds(10));
    fiber::blocking([&] { own.start(); });
    restarted = true;
    for (int i = 0; i < 1'000 && after < 1'000; ++i) fiber::sleep_for(milliseconds(10));
    stop = true;
    for (auto& task : tasks) task.join();
    EXPECT_GT(before, 0);
    EXPECT_GT(errors, 0);
    EXPECT_GE(after, 1'000);
    EXPECT_EQ(number(shared, "SELECT 4"), 4);
  });
}

TEST_F(SharedConnectionsTest, AServerThatIsNotThereIsAnErrorForAllWhoWait) {
  Url nowhere = url();
  nowhere.port = 1;
  fiber::run([&] {
    SharedConnections shared(nowhere, {}, 2);
    std::vector<fiber::Task<void>> tasks;
    int errors = 0;
    for (int i = 0; i < 20; ++i) {
      tasks.push_back(fiber::spawn([&] {
        EXPECT_THROW(number(shared, "SELECT 1"), OperationalError);
        ++errors;
      }));
    }
    for (auto& task : tasks) task.join();
    EXPECT_EQ(errors, 20);
  });
}

}  // namespace
}  // namespace retort::db::detail
