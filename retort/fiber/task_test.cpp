// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/task.h"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "retort/fiber/blocking.h"

namespace retort::fiber {
namespace {

using namespace std::chrono_literals;

TEST(Run, ReturnsTheValueAndRethrowsTheException) {
  EXPECT_EQ(run([] { return 7; }), 7);
  EXPECT_THROW(run([] { throw std::runtime_error("x"); }), std::runtime_error);
  EXPECT_EQ(run([] { return run([] { return 3; }); }), 3);
}

TEST(Sleep, WorksOnFibersAndPlainThreads) {
  const auto start = Clock::now();
  sleep_for(5ms);
  EXPECT_GE(Clock::now() - start, 5ms);
  run([] {
    const auto begin = Clock::now();
    sleep_for(5ms);
    EXPECT_GE(Clock::now() - begin, 5ms);
    EXPECT_LT(Clock::now() - begin, 500ms);
  });
}

TEST(Task, JoinGivesTheResultOfMoveOnlyTypes) {
  run([] {
    auto task = spawn([] {
      sleep_for(1ms);
      return std::make_unique<int>(5);
    });
    EXPECT_FALSE(task.done());
    EXPECT_EQ(*task.join(), 5);
    EXPECT_TRUE(task.done());
  });
}

TEST(Task, CancelUnwindsAtTheParkingPoint) {
  run([] {
    bool cleaned = false, passed = false;
    auto task = spawn([&] {
      struct Cleanup {
        bool& flag;
        ~Cleanup() { flag = true; }
      } cleanup{cleaned};
      try {
        sleep_for(1h);
      } catch (const std::exception&) {
        ADD_FAILURE() << "Cancelled is no std::exception";
      }
      passed = true;
    });
    sleep_for(1ms);
    task.cancel();
    EXPECT_THROW(task.join(), Cancelled);
    EXPECT_TRUE(cleaned);
    EXPECT_FALSE(passed);
  });
}

TEST(Task, CancelledBeforeItStartsDoesNotRun) {
  run([] {
    bool ran = false;
    auto task = spawn([&] { ran = true; });
    task.cancel();
    EXPECT_THROW(task.join(), Cancelled);
    EXPECT_FALSE(ran);
  });
}

TEST(Task, AShieldDefersCancellation) {
  run([] {
    std::string log;
    auto task = spawn([&] {
      {
        const CancelShield shield;
        sleep_for(5ms);
        log += "shielded ";
      }
      log += "open ";
      sleep_for(1h);
      log += "never";
    });
    sleep_for(1ms);
    task.cancel();
    EXPECT_THROW(task.join(), Cancelled);
    EXPECT_EQ(log, "shielded open ");
  });
}

TEST(TaskId, DoesNotReachWorkThatFollowsOnTheSameFiber) {
  run([] {
    TaskId id;
    auto first = spawn([&] { id = TaskId::current(); });
    first.join();
    auto second = spawn([] {
      sleep_for(5ms);
      return true;
    });
    sleep_for(1ms);
    id.cancel();
    EXPECT_TRUE(second.join());
  });
}

TEST(Task, AnUnjoinedHandleLetsTheWorkGoOn) {
  run([] {
    bool done = false;
    {
      auto task = spawn([&] {
        sleep_for(1ms);
        done = true;
      });
    }
    sleep_for(10ms);
    EXPECT_TRUE(done);
  });
}

TEST(Gather, RunsAllAtOnceAndKeepsTheOrder) {
  run([] {
    const auto start = Clock::now();
    auto [a, b, c] = gather(
        [] {
          sleep_for(20ms);
          return 1;
        },
        [] {
          sleep_for(20ms);
          return std::string("two");
        },
        [] { sleep_for(20ms); });
    EXPECT_EQ(a, 1);
    EXPECT_EQ(b, "two");
    static_assert(std::is_same_v<decltype(c), std::monostate>);
    EXPECT_LT(Clock::now() - start, 55ms);
  });
}

TEST(Gather, TheFirstFailureCancelsTheOthers) {
  run([] {
    bool slow_finished = false, slow_unwound = false;
    const auto start = Clock::now();
    EXPECT_THROW(gather(
                     [&] {
                       struct Mark {
                         bool& flag;
                         ~Mark() { flag = true; }
                       } mark{slow_unwound};
                       sleep_for(1h);
                       slow_finished = true;
                     },
                     [] {
                       sleep_for(1ms);
                       throw std::runtime_error("boom");
                     }),
                 std::runtime_error);
    EXPECT_TRUE(slow_unwound);
    EXPECT_FALSE(slow_finished);
    EXPECT_LT(Clock::now() - start, 1s);
  });
}

TEST(Gather, CancellingTheCallerEndsTheChildrenFirst) {
  run([] {
    int unwound = 0;
    auto task = spawn([&] {
      const auto child = [&] {
        struct Mark {
          int& count;
          ~Mark() { ++count; }
        } mark{unwound};
        sleep_for(1h);
      };
      gather(child, child);
    });
    sleep_for(1ms);
    task.cancel();
    EXPECT_THROW(task.join(), Cancelled);
    EXPECT_EQ(unwound, 2);
  });
}

TEST(Gather, GivesUpAtOnceWhenTheCallerIsCancelledAlready) {
  run([] {
    bool ran = false;
    auto task = spawn([&] {
      try {
        sleep_for(1h);
      } catch (const Cancelled&) {
        gather([&] { ran = true; }, [&] { ran = true; });
      }
    });
    sleep_for(1ms);
    task.cancel();
    EXPECT_THROW(task.join(), Cancelled);
    EXPECT_FALSE(ran);
  });
}

TEST(Task, WhatItCapturedGoesWhenTheWorkEnds) {
  run([] {
    auto shared = std::make_shared<int>(1);
    auto good = spawn([shared] { sleep_for(1ms); });
    auto bad = spawn([shared] { throw std::runtime_error("x"); });
    good.wait();
    bad.wait();
    EXPECT_EQ(shared.use_count(), 1);
    EXPECT_THROW(bad.join(), std::runtime_error);
  });
}

TEST(Task, SeveralFibersMayWaitForOneAndGiveUp) {
  run([] {
    auto task = spawn([] { sleep_for(20ms); });
    int seen = 0;
    const auto waiter = [&] {
      task.wait();
      ++seen;
    };
    auto a = spawn(waiter), b = spawn(waiter), c = spawn(waiter);
    sleep_for(1ms);
    b.cancel();
    EXPECT_THROW(b.join(), Cancelled);
    a.join();
    c.join();
    EXPECT_EQ(seen, 2);
  });
}

TEST(Gather, TakesAVectorOfFunctions) {
  run([] {
    std::vector<Function<int()>> functions;
    for (int i = 0; i < 50; ++i) functions.emplace_back([i] { return i * i; });
    const auto squares = gather(std::move(functions));
    EXPECT_EQ(squares[7], 49);
    EXPECT_EQ(squares.size(), 50u);
  });
}

TEST(Blocking, RunsOffTheWorkerAndParksTheCaller) {
  run([] {
    const auto here = std::this_thread::get_id();
    int ticks = 0;
    auto ticker = spawn([&] {
      for (;;) {
        ++ticks;
        sleep_for(1ms);
      }
    });
    const auto there = blocking([] {
      std::this_thread::sleep_for(20ms);
      return std::this_thread::get_id();
    });
    EXPECT_NE(here, there);
    EXPECT_GT(ticks, 3);
    ticker.cancel();
    EXPECT_THROW(blocking([] { throw std::runtime_error("x"); }), std::runtime_error);
  });
  EXPECT_EQ(blocking([] { return 4; }), 4);
}

TEST(Blocking, APoolOutlivesTheSchedulersThatShareIt) {
  BlockingPool pool(2);
  SchedulerOptions options;
  options.blocking_pool = &pool;
  int sum = 0;
  for (int i = 0; i < 300; ++i) sum += run([] { return blocking([] { return 1; }); }, options);
  EXPECT_EQ(sum, 300);
  EXPECT_LE(pool.threads(), 2u);
}

TEST(Blocking, ManyAtOnceShareThePool) {
  run([] {
    std::vector<Function<int()>> functions;
    for (int i = 0; i < 200; ++i) {
      functions.emplace_back([i] {
        return blocking([i] {
          std::this_thread::sleep_for(100us);
          return i;
        });
      });
    }
    const auto results = gather(std::move(functions));
    for (int i = 0; i < 200; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)], i);
    EXPECT_LE(Scheduler::current()->blocking_pool().threads(), 32u);
  });
}

}  // namespace
}  // namespace retort::fiber
