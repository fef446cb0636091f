// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/scheduler.h"

#include <atomic>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "retort/fiber/context.h"
#include "retort/fiber/fiber_local.h"
#include "retort/fiber/task.h"

namespace retort::fiber {
namespace {

using namespace std::chrono_literals;

TEST(Scheduler, RunsTasksInOrderAndSwitchesOnlyWhenOneParks) {
  std::string order;
  const auto switches = run([&] {
    Scheduler& scheduler = *Scheduler::current();
    for (char c = 'a'; c < 'e'; ++c) scheduler.spawn([&order, c] { order += c; });
    sleep_for(1ms);
    const auto before = scheduler.stats().switches;
    for (int i = 0; i < 100; ++i) scheduler.spawn([&order] { order += '.'; });
    sleep_for(1ms);
    return scheduler.stats().switches - before;
  });
  EXPECT_EQ(order.substr(0, 4), "abcd");
  EXPECT_EQ(order.size(), 104u);
  EXPECT_LE(switches, 3u);  // to a loop fiber and back, not one per task
}

TEST(Scheduler, RunsPostedFunctionsFromOtherThreads) {
  std::atomic<int> seen{0};
  run([&] {
    Scheduler& scheduler = *Scheduler::current();
    std::thread other([&] {
      for (int i = 0; i < 1000; ++i) scheduler.post([&] { ++seen; });
    });
    while (seen < 1000) sleep_for(1ms);
    other.join();
  });
  EXPECT_EQ(seen, 1000);
}

TEST(Scheduler, StopCancelsWhatIsParkedAndUnwindsIt) {
  int unwound = 0;
  struct OnExit {
    int& count;
    ~OnExit() { ++count; }
  };
  run([&] {
    for (int i = 0; i < 10; ++i) {
      Scheduler::current()->spawn([&] {
        const OnExit guard{unwound};
        sleep_for(1h);
      });
    }
    sleep_for(2ms);
  });
  EXPECT_EQ(unwound, 10);
}

struct Counter final : IoHandler {
  int fd = eventfd(1, EFD_NONBLOCK);
  int calls = 0;
  Function<void()> then;
  void on_io(std::uint32_t) override {
    ++calls;
    if (then) then();
  }
  ~Counter() { close(fd); }
};

TEST(Scheduler, DropsQueuedEventsOfAnUnwatchedHandler) {
  run([] {
    Scheduler& scheduler = *Scheduler::current();
    Counter a, b;
    // Both are ready in one batch; whichever runs first takes the other away.
    a.then = [&] {
      scheduler.unwatch(b.fd, b);
      scheduler.unwatch(a.fd, a);
    };
    b.then = [&] {
      scheduler.unwatch(a.fd, a);
      scheduler.unwatch(b.fd, b);
    };
    scheduler.watch(a.fd, EPOLLIN, a);
    scheduler.watch(b.fd, EPOLLIN, b);
    sleep_for(5ms);
    EXPECT_EQ(a.calls + b.calls, 1);
  });
}

TEST(Scheduler, CallbacksMayParkWhileOthersGoOn) {
  run([] {
    Scheduler& scheduler = *Scheduler::current();
    Counter slow, fast;
    bool go_on = false, slow_done = false;
    slow.then = [&] {
      scheduler.unwatch(slow.fd, slow);
      while (!go_on) sleep_for(1ms);
      slow_done = true;
    };
    fast.then = [&] {
      if (fast.calls == 50) scheduler.unwatch(fast.fd, fast);
    };
    scheduler.watch(slow.fd, EPOLLIN, slow);
    scheduler.watch(fast.fd, EPOLLIN, fast);
    while (fast.calls < 50 || slow.calls == 0) sleep_for(1ms);
    EXPECT_FALSE(slow_done);
    go_on = true;
    for (int i = 0; i < 2000 && !slow_done; ++i) sleep_for(1ms);
    EXPECT_TRUE(slow_done);
  });
}

TEST(Scheduler, EventsTasksAndYieldsShareTheWorker) {
  run([] {
    Scheduler& scheduler = *Scheduler::current();
    Counter event;  // stays readable: fires on every poll
    scheduler.watch(event.fd, EPOLLIN, event);
    int tasks = 0, yields = 0;
    bool stop = false;
    Function<void()> again = [&] {
      ++tasks;
      if (!stop) scheduler.spawn([&] { again(); });
    };
    again();
    auto yielder = spawn([&] {
      while (!stop) {
        ++yields;
        yield();
      }
    });
    sleep_for(30ms);
    stop = true;
    yielder.join();
    scheduler.unwatch(event.fd, event);
    EXPECT_GT(event.calls, 10);
    EXPECT_GT(tasks, 10);
    EXPECT_GT(yields, 10);
    sleep_for(1ms);
  });
}

TEST(Scheduler, FibersThatWakeEachOtherStarveNeitherTimersNorTasksNorEvents) {
  run([] {
    Scheduler& scheduler = *Scheduler::current();
    const auto give_up = Clock::now() + 2s;
    bool stop = false, task_ran = false;
    Ticket tickets[2];
    int turns = 0;
    const auto player = [&](std::size_t self) {
      std::uint32_t word = 0;
      while (!stop && Clock::now() < give_up) {
        tickets[self] = next_park(word);
        wake(tickets[1 - self]);
        ++turns;
        park(tickets[self], Clock::now() + 20ms);
      }
    };
    Counter event;  // stays readable
    scheduler.watch(event.fd, EPOLLIN, event);
    const auto start = Clock::now();
    auto a = spawn([&] { player(0); }), b = spawn([&] { player(1); });
    sleep_for(1ms);
    scheduler.spawn([&] { task_ran = true; });
    const int calls = event.calls;
    sleep_for(10ms);
    EXPECT_LT(Clock::now() - start, 1s);
    EXPECT_TRUE(task_ran);
    EXPECT_GT(event.calls, calls);
    EXPECT_GT(turns, 1000);
    stop = true;
    a.join();
    b.join();
    scheduler.unwatch(event.fd, event);
  });
}

TEST(Scheduler, ATimerThatIsAlwaysDueDoesNotStarveTheRest) {
  struct Eager final : Timer {
    Scheduler& scheduler;
    int calls = 0;
    explicit Eager(Scheduler& s) : scheduler(s) {}
    void on_timer() override {
      if (++calls < 50'000'000) scheduler.arm(*this, TimePoint());
    }
  };
  run([] {
    Eager eager(*Scheduler::current());
    Scheduler::current()->arm(eager, Clock::now());
    sleep_for(3ms);
    EXPECT_GT(eager.calls, 10);
    EXPECT_LT(eager.calls, 50'000'000);
    Scheduler::current()->disarm(eager);
  });
}

TEST(Scheduler, KeepsEachFibersExceptionsApart) {
  run([] {
    std::string log;
    const auto work = [&log](char name) {
      try {
        try {
          throw std::runtime_error(std::string(1, name));
        } catch (const std::exception& outer) {
          sleep_for(2ms);
          try {
            throw std::logic_error("inner");
          } catch (...) {
            sleep_for(2ms);
          }
          EXPECT_EQ(outer.what(), std::string(1, name));
          EXPECT_TRUE(std::current_exception());
          throw;
        }
      } catch (const std::exception& e) {
        sleep_for(1ms);
        log += e.what();
      }
      EXPECT_EQ(std::uncaught_exceptions(), 0);
      EXPECT_FALSE(std::current_exception());
    };
    gather([&] { work('a'); }, [&] { work('b'); }, [&] { work('c'); });
    EXPECT_EQ(log.size(), 3u);
    for (char c : {'a', 'b', 'c'}) EXPECT_NE(log.find(c), log.npos);
  });
}

TEST(Scheduler, ParksInADestructorDuringUnwinding) {
  struct Parks {
    ~Parks() {
      EXPECT_EQ(std::uncaught_exceptions(), 1);
      sleep_for(1ms);
      EXPECT_EQ(std::uncaught_exceptions(), 1);
    }
  };
  run([] {
    const auto fail = [] {
      const Parks parks;
      throw std::runtime_error("x");
    };
    auto a = spawn(fail), b = spawn(fail);
    EXPECT_THROW(a.join(), std::runtime_error);
    EXPECT_THROW(b.join(), std::runtime_error);
  });
}

TEST(Scheduler, ContextPointerFollowsItsFiberAndIsInheritedByGatherOnly) {
  run([] {
    int mine = 1;
    context() = &mine;
    void* in_spawn = &mine;
    void* in_gather = nullptr;
    auto task = spawn([&] {
      in_spawn = context();
      int other = 2;
      context() = &other;
      sleep_for(2ms);
      EXPECT_EQ(context(), &other);
    });
    sleep_for(1ms);
    EXPECT_EQ(context(), &mine);
    gather([&] { in_gather = context(); });
    task.join();
    EXPECT_EQ(in_spawn, nullptr);
    EXPECT_EQ(in_gather, &mine);
    EXPECT_EQ(context(), &mine);
  });
}

TEST(FiberLocal, EachTaskHasItsOwnUntilItEnds) {
  static int alive = 0;
  struct Probe {
    Probe() { ++alive; }
    ~Probe() { --alive; }
    int value = 0;
  };
  const FiberLocal<Probe> local;
  run([&] {
    local->value = 1;
    auto task = spawn([&] {
      EXPECT_EQ(local->value, 0);
      local->value = 2;
      sleep_for(2ms);
      EXPECT_EQ(local->value, 2);
    });
    sleep_for(1ms);
    EXPECT_EQ(alive, 2);
    task.join();
    EXPECT_EQ(local->value, 1);
    EXPECT_EQ(alive, 1);
  });
  EXPECT_EQ(alive, 0);
}

TEST(FiberLocal, ItsDestructorMayParkWhenTheTaskWasCancelled) {
  static bool parked = false;
  struct Slow {
    ~Slow() {
      sleep_for(1ms);
      parked = true;
    }
  };
  const FiberLocal<Slow> local;
  run([&] {
    auto task = spawn([&] {
      local.get();
      sleep_for(1h);
    });
    sleep_for(1ms);
    task.cancel();
    EXPECT_THROW(task.join(), Cancelled);
    sleep_for(5ms);
  });
  EXPECT_TRUE(parked);
}

std::size_t resident_kib() {
  std::ifstream in("/proc/self/statm");
  std::size_t size = 0, resident = 0;
  in >> size >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

TEST(Scheduler, TenThousandSleepingFibersCostWhatTheyTouchAndNoCpu) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  const std::size_t count = 500;  // sanitizers keep shadows of every stack
#else
  const std::size_t count = 10'000;
#endif
  run([&] {
    std::vector<Task<void>> sleepers;
    sleepers.reserve(count);
    const std::size_t before = resident_kib();
    for (std::size_t i = 0; i < count; ++i) sleepers.push_back(spawn([] { sleep_for(1h); }));
    for (int i = 0; i < 1000 && Scheduler::current()->stats().fibers < count; ++i) sleep_for(5ms);
    ASSERT_GE(Scheduler::current()->stats().fibers, count);
    if (count == 10'000) {
      EXPECT_LT(resident_kib() - before, 120u * 1024);
    }
    const auto polls = Scheduler::current()->stats().polls;
    sleep_for(50ms);
    EXPECT_LE(Scheduler::current()->stats().polls - polls, 3u);
    for (auto& sleeper : sleepers) sleeper.cancel();
    for (auto& sleeper : sleepers) EXPECT_THROW(sleeper.join(), Cancelled);
    // The loop does nothing for a while: stacks above the limit are given back.
    for (int i = 0; i < 200 && Scheduler::current()->stats().fibers > 300; ++i) sleep_for(10ms);
    EXPECT_LE(Scheduler::current()->stats().fibers, 300u);
  });
}

}  // namespace
}  // namespace retort::fiber
