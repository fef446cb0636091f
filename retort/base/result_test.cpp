// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/result.h"

#include <gtest/gtest.h>

namespace retort {
namespace {

Result<int> half(int n) {
  if (n % 2) return Error{"odd", 3};
  return n / 2;
}

TEST(Result, HoldsAValueOrAnError) {
  EXPECT_EQ(*half(8), 4);
  EXPECT_FALSE(half(7));
  EXPECT_EQ(half(7).error(), (Error{"odd", 3}));
  EXPECT_EQ(half(7).value_or(-1), -1);
}

TEST(Result, OfVoidIsOkUnlessGivenAnError) {
  EXPECT_TRUE(Result<void>{});
  EXPECT_EQ(Result<void>{Error{"no"}}.error().message, "no");
}

}  // namespace
}  // namespace retort
