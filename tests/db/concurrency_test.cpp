// SPDX-License-Identifier: BSD-3-Clause
// Many at once: fibers and threads that write, pools that are exhausted, connections that are lost.
#include <atomic>
#include <thread>

#include "tests/db/contract.h"

#include "retort/fiber/watchdog.h"

namespace retort::db::test {
namespace {

class ConcurrencyTest : public ContractTest {
 protected:
  void SetUp() override {
    ContractTest::SetUp();
    if (!IsSkipped()) make_items();
  }
  // A transaction that reads, thinks and writes.
  void add_in_transaction(std::int64_t id) {
    const Lease lease = engine().connect();
    lease->begin();
    lease->execute(insert(), item(id, "n" + std::to_string(id)), {});
    fiber::sleep_for(microseconds(200));
    lease->execute("UPDATE items SET amount = " + p(1) + " WHERE id = " + p(2),
                   {Datum::of_integer(1), Datum::of_integer(id)}, {});
    lease->commit();
  }
  void add(std::int64_t id) { engine().execute(insert(), item(id, "n" + std::to_string(id))); }
};
INSTANTIATE_TEST_SUITE_P(All, ConcurrencyTest, testing::ValuesIn(kKinds), name_of_kind);

TEST_P(ConcurrencyTest, FiftyFibersWriteAtOnce) {
  fiber::run([&] {
    std::vector<fiber::Task<void>> tasks;
    for (int f = 0; f < 50; ++f) {
      tasks.push_back(fiber::spawn([&, f] {
        for (int i = 0; i < 4; ++i) {
          add_in_transaction(f * 100 + 2 * i);
          add(f * 100 + 2 * i + 1);
          EXPECT_GT(count_items(), 0);
        }
      }));
    }
    for (auto& task : tasks) EXPECT_NO_THROW(task.join());
  });
  EXPECT_EQ(count_items(), 400);
}

TEST_P(ConcurrencyTest, ThreadsOfFibersWriteAtOnce) {
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      fiber::run([&] {
        std::vector<fiber::Task<void>> tasks;
        for (int f = 0; f < 10; ++f) {
          tasks.push_back(fiber::spawn([&, f] {
            for (int i = 0; i < 3; ++i) add_in_transaction(t * 1000 + f * 10 + 2 * i);
            add(t * 1000 + f * 10 + 1);
          }));
        }
        for (auto& task : tasks) {
          try {
            task.join();
          } catch (const std::exception& error) {
            ++failures;
            ADD_FAILURE() << error.what();
          }
        }
      });
      if (database().has_several_connections()) engine().dispose();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(count_items(), 160);
}

TEST_P(ConcurrencyTest, ALongStatementDoesNotHoldTheWorker) {
  fiber::run([&] {
    auto slow = fiber::spawn([&] { engine().connect()->execute(database().slow_query(), {}, {}); });
    int turns = 0;
    for (; turns < 20; ++turns) fiber::sleep_for(milliseconds(1));
    EXPECT_FALSE(slow.done());
    slow.cancel();
    slow.wait();
  });
}

TEST_P(ConcurrencyTest, AnExhaustedPoolTimesOutAndServesInOrder) {
  EngineOptions options;
  options.pool_size = 1;
  options.max_overflow = 0;
  options.pool_timeout = milliseconds(50);
  make_engine(std::move(options));
  fiber::run([&] {
    Lease only = engine().connect();
    std::string order;
    const auto waiter = [&](char name) {
      return fiber::spawn([&, name] {
        const Lease lease = engine().connect();
        order += name;
      });
    };
    auto late = fiber::spawn([&] { EXPECT_THROW(engine().connect(), PoolTimeout); });
    late.join();
    auto first = waiter('1');
    fiber::yield();
    auto second = waiter('2');
    fiber::yield();
    only.release();
    first.join();
    second.join();
    EXPECT_EQ(order, "12");
  });
}

TEST_P(ConcurrencyTest, ConnectionsAreKept) {
  if (!database().has_several_connections()) GTEST_SKIP() << "there is one connection";
  EngineOptions options;
  options.pool_size = 1;
  make_engine(std::move(options));
  const Connection* first = nullptr;
  {
    const Lease lease = engine().connect();
    first = &*lease;
    const Lease further = engine().connect();
    EXPECT_NE(&*further, first);
  }
  const Lease again = engine().connect();
  EXPECT_TRUE(again->usable());
}

TEST_P(ConcurrencyTest, ALostConnectionIsReplaced) {
  if (!database().has_several_connections()) GTEST_SKIP() << "its database ends with it";
  {
    const Lease lease = engine().connect();
    lease->close();
    EXPECT_FALSE(lease->usable());
    EXPECT_THROW(lease->execute("SELECT 1", {}, {}), DatabaseError);
  }
  EXPECT_EQ(scalar(*engine().connect(), "SELECT 7"), 7);
}

TEST_P(ConcurrencyTest, RecycledConnectionsAreMadeAnew) {
  if (!database().has_several_connections()) GTEST_SKIP() << "its database ends with it";
  EngineOptions options;
  options.pool_recycle = seconds(0);
  options.pool_pre_ping = true;
  make_engine(std::move(options));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(scalar(*engine().connect(), "SELECT 7"), 7);
  engine().dispose();
  EXPECT_EQ(scalar(*engine().connect(), "SELECT 7"), 7);
}

}  // namespace
}  // namespace retort::db::test
