// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/overflow.h"

#include <gtest/gtest.h>

#include "retort/fiber/task.h"

namespace retort::fiber {
namespace {

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

#endif

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
