// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/sync.h"

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "retort/fiber/task.h"

namespace retort::fiber {
namespace {

using namespace std::chrono_literals;

TEST(Mutex, ServesWaitersInOrder) {
  run([] {
    Mutex mutex;
    std::string order;
    mutex.lock();
    std::vector<Task<void>> tasks;
    for (char c = 'a'; c < 'f'; ++c) {
      tasks.push_back(spawn([&, c] {
        const std::lock_guard lock(mutex);
        order += c;
        yield();
      }));
    }
    sleep_for(1ms);
    EXPECT_EQ(order, "");
    mutex.unlock();
    for (auto& task : tasks) task.join();
    EXPECT_EQ(order, "abcde");
  });
}

TEST(Mutex, ExcludesFibersOfSeveralSchedulersAndPlainThreads) {
  Mutex mutex;
  long counter = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      const auto work = [&] {
        for (int i = 0; i < 300; ++i) {
          const LockGuard lock(mutex);
          const long seen = counter;
          if (t < 2) yield();
          counter = seen + 1;
        }
      };
      if (t == 2) return work();
      run([&] { gather(work, work, work); });
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter, 300 * 7);
}

TEST(Mutex, TimesOutAndIsCancelledWithoutATrace) {
  run([] {
    Mutex mutex;
    mutex.lock();
    EXPECT_FALSE(mutex.try_lock());
    EXPECT_FALSE(mutex.try_lock_for(2ms));
    auto waiting = spawn([&] { mutex.lock(); });
    sleep_for(1ms);
    waiting.cancel();
    EXPECT_THROW(waiting.join(), Cancelled);
    mutex.unlock();
    EXPECT_TRUE(mutex.try_lock());
    mutex.unlock();
  });
}

TEST(ConditionVariable, WakesOneOrAllAndHoldsTheMutexAgain) {
  run([] {
    Mutex mutex;
    ConditionVariable changed;
    int stage = 0, woken = 0;
    const auto waiter = [&] {
      const LockGuard lock(mutex);
      changed.wait(mutex, [&] { return stage == 1; });
      ++woken;
    };
    auto a = spawn(waiter), b = spawn(waiter);
    sleep_for(1ms);
    changed.notify_one();  // the predicate does not hold: goes on waiting
    sleep_for(1ms);
    EXPECT_EQ(woken, 0);
    {
      const LockGuard lock(mutex);
      stage = 1;
    }
    changed.notify_all();
    a.join();
    b.join();
    EXPECT_EQ(woken, 2);
    const LockGuard lock(mutex);
    EXPECT_FALSE(changed.wait_for(mutex, 2ms));
  });
}

TEST(ConditionVariable, CancelledWaitGivesTheMutexBack) {
  run([] {
    Mutex mutex;
    ConditionVariable changed;
    auto task = spawn([&] {
      const LockGuard lock(mutex);
      changed.wait(mutex);
    });
    sleep_for(1ms);
    task.cancel();
    EXPECT_THROW(task.join(), Cancelled);
    EXPECT_TRUE(mutex.try_lock());
    mutex.unlock();
    changed.notify_all();
  });
}

TEST(Semaphore, BoundsWhatRunsAtOnce) {
  run([] {
    Semaphore semaphore(3);
    int inside = 0, most = 0;
    std::vector<Function<void()>> work;
    for (int i = 0; i < 20; ++i) {
      work.emplace_back([&] {
        semaphore.acquire();
        most = std::max(most, ++inside);
        sleep_for(1ms);
        --inside;
        semaphore.release();
      });
    }
    gather(std::move(work));
    EXPECT_EQ(most, 3);
    EXPECT_TRUE(semaphore.try_acquire());
    EXPECT_TRUE(semaphore.try_acquire());
    EXPECT_TRUE(semaphore.try_acquire());
    EXPECT_FALSE(semaphore.try_acquire_for(1ms));
  });
}

TEST(Channel, CarriesItemsInOrderWithBackPressure) {
  run([] {
    Channel<int> channel(2);
    int sent = 0;
    auto producer = spawn([&] {
      for (int i = 0; i < 10; ++i) {
        channel.send(i);
        ++sent;
      }
      channel.close();
    });
    sleep_for(2ms);
    EXPECT_EQ(sent, 2);
    int expected = 0;
    while (auto item = channel.receive()) EXPECT_EQ(*item, expected++);
    EXPECT_EQ(expected, 10);
    producer.join();
    EXPECT_FALSE(channel.send(1));
  });
}

TEST(Channel, ClosingWakesEverybody) {
  run([] {
    Channel<int> channel(1);
    auto receiver = spawn([&] { return channel.receive(); });
    sleep_for(1ms);
    channel.close();
    EXPECT_FALSE(receiver.join().has_value());
    EXPECT_TRUE(channel.closed());
    EXPECT_FALSE(Channel<int>(1).receive_for(1ms).has_value());
  });
}

TEST(Semaphore, AReleaseMayRaceWithTheEndOfTheWaitersScheduler) {
  Semaphore semaphore(0);
  std::atomic<bool> stop{false};
  std::atomic<int> got{0};
  std::thread releaser([&] {
    while (!stop) {
      semaphore.release();
      if (semaphore.try_acquire()) std::this_thread::yield();
    }
  });
  std::vector<std::thread> waiters;
  for (int t = 0; t < 2; ++t) {
    waiters.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        // The scheduler ends the moment it is granted, or gives up.
        run([&] { got += semaphore.try_acquire_for(20us); });
        got += semaphore.try_acquire_for(20us);  // and as a plain thread
      }
    });
  }
  for (auto& waiter : waiters) waiter.join();
  stop = true;
  releaser.join();
  EXPECT_GT(got, 0);
}

TEST(Channel, AReceiverThatIsCancelledLosesNoItem) {
  run([] {
    Channel<int> channel(1);
    for (int i = 0; i < 50; ++i) {
      auto receiver = spawn([&] { return channel.receive(); });
      yield();
      EXPECT_TRUE(channel.send(i));
      receiver.cancel();  // it was woken already, or never will be
      std::optional<int> item;
      try {
        item = receiver.join();
      } catch (const Cancelled&) {
        item = channel.receive_for(100ms);
      }
      EXPECT_EQ(item, i);
    }
  });
}

TEST(Channel, JoinsThreadsAndSchedulers) {
  Channel<int> channel(4);
  std::atomic<long> sum{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      run([&] {
        const auto receive = [&] {
          while (auto item = channel.receive()) sum += *item;
        };
        gather(receive, receive);
      });
    });
  }
  for (int i = 1; i <= 1000; ++i) channel.send(i);
  channel.close();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sum, 500500);
}

}  // namespace
}  // namespace retort::fiber
