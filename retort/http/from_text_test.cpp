// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/from_text.h"

#include <cmath>

#include <gtest/gtest.h>

namespace retort::http {
namespace {

TEST(FromText, IntegersAreReadAsPythonDoesAndNeverWrap) {
  const struct {
    std::string_view text;
    bool ok;
    int value;
  } cases[] = {{"7", true, 7},          {" +7\n", true, 7},
               {"-12", true, -12},      {"1_000", true, 1000},
               {"_1", false, 0},        {"1__0", false, 0},
               {"1_", false, 0},        {"", false, 0},
               {"+", false, 0},         {"+-1", false, 0},
               {"0x10", false, 0},      {"1.0", false, 0},
               {"1 2", false, 0},       {"2147483647", true, 2147483647},
               {"2147483648", false, 0}};
  for (const auto& c : cases) {
    int value = 0;
    EXPECT_EQ(from_text(c.text, value), c.ok) << c.text;
    EXPECT_EQ(value, c.value) << c.text;
  }
  unsigned u = 5;
  EXPECT_FALSE(from_text("-1", u));
  EXPECT_EQ(u, 5u);
}

TEST(FromText, RealsAreReadAsPythonDoes) {
  double value = 0;
  EXPECT_TRUE(from_text("-1.5e3", value));
  EXPECT_EQ(value, -1500);
  EXPECT_TRUE(from_text(" inf ", value));
  EXPECT_TRUE(std::isinf(value));
  EXPECT_TRUE(from_text("1e999", value));
  EXPECT_TRUE(std::isinf(value));
  EXPECT_TRUE(from_text("1e-999", value));
  EXPECT_EQ(value, 0);
  EXPECT_FALSE(from_text("1,5", value));
  EXPECT_FALSE(from_text("--1", value));
  EXPECT_FALSE(from_text("nan(1)", value));
}

TEST(FromText, BoolsHaveTheirWords) {
  bool value = false;
  EXPECT_TRUE(from_text("On", value));
  EXPECT_TRUE(value);
  EXPECT_TRUE(from_text("FALSE", value));
  EXPECT_FALSE(value);
  EXPECT_FALSE(from_text("maybe", value));
}

}  // namespace
}  // namespace retort::http
