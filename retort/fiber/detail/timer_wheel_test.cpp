// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/detail/timer_wheel.h"

#include <map>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace retort::fiber::detail {
namespace {

struct Probe final : Timer {
  void on_timer() override {}
};

TEST(TimerWheel, FiresWhenTheTimeHasComeAndNotBefore) {
  TimerWheel wheel(1000);
  Probe a, b;
  wheel.arm(a, 1005);
  wheel.arm(b, 999);
  EXPECT_EQ(wheel.next_tick(), 1000u);
  EXPECT_EQ(wheel.pop_due(), &b);
  EXPECT_EQ(wheel.pop_due(), nullptr);
  wheel.advance(1004);
  EXPECT_EQ(wheel.pop_due(), nullptr);
  wheel.advance(1005);
  EXPECT_EQ(wheel.pop_due(), &a);
  EXPECT_EQ(wheel.next_tick(), TimerWheel::kNever);
}

TEST(TimerWheel, ForgetsTimersThatWereDisarmedOrDied) {
  TimerWheel wheel(0);
  Probe stays;
  {
    Probe dies;
    wheel.arm(dies, 70);
    wheel.arm(stays, 5000);
  }
  EXPECT_GT(wheel.next_tick(), 70u);  // nobody wakes up for it
  EXPECT_LE(wheel.next_tick(), 5000u);
  wheel.disarm(stays);
  EXPECT_EQ(wheel.next_tick(), TimerWheel::kNever);
  wheel.advance(10'000);
  EXPECT_EQ(wheel.pop_due(), nullptr);
}

TEST(TimerWheel, AgreesWithASortedMapUnderRandomUse) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 20; ++round) {
    std::uint64_t now = random() % 1'000'000;
    TimerWheel wheel(now);
    std::vector<std::unique_ptr<Probe>> timers;
    std::map<Timer*, std::uint64_t> model;
    for (int i = 0; i < 200; ++i) timers.push_back(std::make_unique<Probe>());
    for (int step = 0; step < 3000; ++step) {
      Probe& timer = *timers[random() % timers.size()];
      switch (random() % 4) {
        case 0:
        case 1: {
          const std::uint64_t delay = random() % (std::uint64_t{1} << (random() % 20));
          wheel.arm(timer, now + delay);
          model[&timer] = now + delay;
          break;
        }
        case 2:
          wheel.disarm(timer);
          model.erase(&timer);
          break;
        default: {
          std::uint64_t first = TimerWheel::kNever;
          for (const auto& [t, when] : model) first = std::min(first, when);
          ASSERT_LE(wheel.next_tick(), std::max(first, now));
          now += random() % (std::uint64_t{1} << (random() % 14));
          wheel.advance(now);
          while (Timer* due = wheel.pop_due()) {
            ASSERT_TRUE(model.contains(due));
            ASSERT_LE(model[due], now);
            model.erase(due);
          }
          for (const auto& [t, when] : model) ASSERT_GT(when, now);
        }
      }
    }
    for (auto& timer : timers) wheel.disarm(*timer);
  }
}

}  // namespace
}  // namespace retort::fiber::detail
