// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/overflow.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <new>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "retort/fiber/detail/stack.h"
#include "retort/fiber/sync.h"
#include "retort/fiber/task.h"

namespace retort::fiber {
namespace {

using namespace std::chrono_literals;

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they have handlers of their own

[[gnu::noinline]] std::size_t recurse(volatile char* above, std::size_t depth) {
  volatile char frame[1024];
  frame[0] = above ? above[0] : 'x';
  if (depth == 0) return 0;
  return recurse(frame, depth - 1) + static_cast<std::size_t>(frame[0]);
}

TEST(OverflowReportDeathTest, SaysWhatHappenedAndWhatToDo) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        install_overflow_report();
        run([] {
          set_label("deep_view");
          return recurse(nullptr, 10'000'000);
        });
      },
      ::testing::KilledBySignal(SIGSEGV),
      "fiber stack overflow: the stack of 256 KiB is used up in deep_view");
}

TEST(OverflowReportDeathTest, LeavesOtherFaultsAlone) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        install_overflow_report();
        run([] { *reinterpret_cast<volatile int*>(8) = 1; });
      },
      ::testing::KilledBySignal(SIGSEGV), "^$");
}

// With no address space left for a stack, who has to wait is told so and nothing breaks.
TEST(StackDeathTest, AParkWithoutMemoryForAStackThrowsAndLeavesNoTrace) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto scarce = [] {
    rlimit limit{};
    std::ifstream in("/proc/self/statm");
    in >> limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max = limit.rlim_cur * 4096 + 24 * 1024 * 1024;
    setrlimit(RLIMIT_AS, &limit);
    run([] {
      Mutex mutex;
      int got = 0, refused = 0;
      mutex.lock();
      for (int i = 0; i < 200; ++i) {
        Scheduler::current()->spawn([&] {
          try {
            const LockGuard lock(mutex);
            ++got;
          } catch (const std::bad_alloc&) {
            ++refused;
          }
        });
      }
      for (bool out = false; !out && refused == 0;) {
        try {
          sleep_for(1ms);
        } catch (const std::bad_alloc&) {
          out = true;
        }
      }
      mutex.unlock();
      while (got + refused < 200) yield();
      if (got < 10 || !mutex.try_lock()) std::_Exit(1);
    });
    std::_Exit(0);
  };
  EXPECT_EXIT(scarce(), ::testing::ExitedWithCode(0), "");
}

#endif

TEST(Stack, GivesBackTheMemoryBelowWhatIsInUse) {
  detail::Stack stack = detail::map_stack(1024 * 1024);
  std::memset(stack.low(), 1, stack.usable());
  char* const used = stack.top() - 5000;
  detail::release_below(stack, used);
  EXPECT_EQ(*used, 1);
  EXPECT_EQ(stack.top()[-1], 1);
  EXPECT_EQ(*stack.low(), 0);  // fresh pages
  EXPECT_TRUE(stack.guards(stack.low() - 1));
  EXPECT_FALSE(stack.guards(stack.low()));
  detail::unmap_stack(stack);
}

TEST(Stack, FitsWhatItPromises) {
  SchedulerOptions options;
  options.stack_bytes = 1024 * 1024;
  const auto touched = run(
      [] {
        volatile char block[700 * 1024];
        std::size_t sum = 0;
        for (std::size_t i = 0; i < sizeof block; i += 4096) {
          block[i] = 1;
          sum += static_cast<std::size_t>(block[i]);
        }
        return sum;
      },
      options);
  EXPECT_EQ(touched, 175u);
}

}  // namespace
}  // namespace retort::fiber
