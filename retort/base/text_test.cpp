// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/text.h"

#include <gtest/gtest.h>

namespace retort::text {
namespace {

TEST(Text, CaseIsAsciiOnly) {
  EXPECT_EQ(to_lower("ABC-xyz\xc3\x84[@"), "abc-xyz\xc3\x84[@");
  EXPECT_EQ(to_upper("abc-XYZ\xc3\xa4{`"), "ABC-XYZ\xc3\xa4{`");
}

TEST(Text, TrimTakesSpacesAndTabsAlone) {
  EXPECT_EQ(trim(" \ta b\t "), "a b");
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(trim("\na"), "\na");
}

}  // namespace
}  // namespace retort::text
