// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/watchdog.h"

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "retort/fiber/task.h"

namespace retort::fiber {
namespace {

using namespace std::chrono_literals;

TEST(Watchdog, NamesTheWorkThatHoldsItsWorkerOnce) {
  std::mutex mutex;
  std::vector<std::string> reports;
  Watchdog watchdog(
      [&](std::string_view label, milliseconds held) {
        EXPECT_GE(held, 30ms);
        const std::lock_guard lock(mutex);
        reports.emplace_back(label);
      },
      30ms);
  SchedulerOptions options;
  options.watchdog = &watchdog;
  run(
      [] {
        sleep_for(100ms);  // parked, not held
        set_label("slow_view");
        std::this_thread::sleep_for(150ms);
        set_label(nullptr);
        sleep_for(20ms);
      },
      options);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(reports, std::vector<std::string>{"slow_view"});
}

}  // namespace
}  // namespace retort::fiber
