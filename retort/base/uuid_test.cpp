// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/uuid.h"

#include <set>

#include <gtest/gtest.h>

namespace retort {
namespace {

TEST(Uuid, ReadsEitherCaseAndWritesLowerCase) {
  Uuid id;
  ASSERT_TRUE(Uuid::parse("A8098C1A-f86e-11DA-bd1a-00112444be1e", id));
  EXPECT_EQ(id.str(), "a8098c1a-f86e-11da-bd1a-00112444be1e");
  EXPECT_EQ(id.bytes()[0], 0xa8);
  EXPECT_EQ(id.bytes()[15], 0x1e);
}

TEST(Uuid, RefusesEverythingElseAndLeavesTheTargetAlone) {
  const char* const inputs[] = {"",
                                "a8098c1a",
                                "a8098c1af86e11dabd1a00112444be1e",
                                "{a8098c1a-f86e-11da-bd1a-00112444be1e}",
                                "a8098c1a-f86e-11da-bd1a-00112444be1",
                                "a8098c1a-f86e-11da-bd1a-00112444be1e0",
                                "g8098c1a-f86e-11da-bd1a-00112444be1e",
                                "a8098c1a-f86e-11da-bd1a_00112444be1e",
                                "a8098c1-af86e-11da-bd1a-00112444be1e"};
  Uuid before;
  ASSERT_TRUE(Uuid::parse("a8098c1a-f86e-11da-bd1a-00112444be1e", before));
  for (const char* input : inputs) {
    Uuid id = before;
    EXPECT_FALSE(Uuid::parse(input, id)) << input;
    EXPECT_EQ(id, before) << input;
  }
}

TEST(Uuid, RandomOnesAreVersionFourAndDiffer) {
  std::set<Uuid> seen;
  for (int i = 0; i < 100; ++i) {
    const Uuid id = Uuid::random();
    EXPECT_EQ(id.version(), 4);
    EXPECT_EQ(id.bytes()[8] & 0xc0, 0x80);
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 100U);
}

TEST(Uuid, ComparesAsItsBytes) {
  Uuid low, high;
  ASSERT_TRUE(Uuid::parse("00000000-0000-0000-0000-000000000001", low));
  ASSERT_TRUE(Uuid::parse("10000000-0000-0000-0000-000000000000", high));
  EXPECT_LT(low, high);
  EXPECT_LT(Uuid(), low);
}

}  // namespace
}  // namespace retort
