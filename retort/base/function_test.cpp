// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/function.h"

#include <array>
#include <memory>

#include <gtest/gtest.h>

namespace retort {
namespace {

TEST(Function, OwnsSmallAndLargeCallables) {
  auto counter = std::make_shared<int>(0);
  {
    Function<int(int)> small = [counter](int n) { return *counter += n; };
    std::array<long, 9> big{};
    big[8] = 5;
    Function<int(int)> large = [counter, big](int n) { return *counter += n + static_cast<int>(big[8]); };
    EXPECT_EQ(small(1), 1);
    EXPECT_EQ(large(1), 7);
    Function<int(int)> moved = std::move(large);
    EXPECT_FALSE(large);
    EXPECT_EQ(moved(0), 12);
    EXPECT_EQ(counter.use_count(), 3);
  }
  EXPECT_EQ(counter.use_count(), 1);
}

TEST(Function, TakesMoveOnlyCallables) {
  Function<int()> f = [p = std::make_unique<int>(4)] { return *p; };
  EXPECT_EQ(f(), 4);
  f = nullptr;
  EXPECT_FALSE(f);
}

}  // namespace
}  // namespace retort
