// SPDX-License-Identifier: BSD-3-Clause
#include "retort/crypto/random.h"

#include <set>

#include <gtest/gtest.h>

namespace retort::crypto {
namespace {

TEST(Random, GivesAsManyBytesAsAskedForAndNeverTheSame) {
  for (const std::size_t size : {0u, 1u, 16u, 1000u}) EXPECT_EQ(random_bytes(size).size(), size);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(random_bytes(16)).second);
}

TEST(Random, TokensAreTextOfTheirAlphabet) {
  EXPECT_EQ(random_token(16).size(), 22u);
  EXPECT_EQ(random_hex(16).size(), 32u);
  EXPECT_EQ(random_hex(64).find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(
      random_token(64).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
}

TEST(ConstantTimeEqual, ComparesAllBytes) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal(std::string_view("a\0b", 3), std::string_view("a\0b", 3)));
  EXPECT_FALSE(constant_time_equal(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
  EXPECT_FALSE(constant_time_equal("abc", "ab"));
}

}  // namespace
}  // namespace retort::crypto
