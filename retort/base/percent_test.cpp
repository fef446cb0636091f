// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/percent.h"

#include <gtest/gtest.h>

namespace retort::percent {
namespace {

TEST(Percent, EncodesAllButUnreservedAndSafe) {
  EXPECT_EQ(encode("a b/\xc3\xa4~%"), "a%20b/%C3%A4~%25");
  EXPECT_EQ(encode("a/b", ""), "a%2Fb");
}

TEST(Percent, DecodesAndLeavesWhatIsNoEscape) {
  EXPECT_EQ(decode("a%20b%2fc%C3%A4"), "a b/c\xc3\xa4");
  EXPECT_EQ(decode("%"), "%");
  EXPECT_EQ(decode("%4"), "%4");
  EXPECT_EQ(decode("%zz%41"), "%zzA");
  EXPECT_EQ(decode("%00"), std::string(1, '\0'));
  EXPECT_EQ(decode("a+b"), "a+b");
  EXPECT_EQ(decode_plus("a+b%2B"), "a b+");
}

TEST(Percent, QuotesWhatIsNoUtf8) {
  std::string text = "a%\xc3\xa4";
  quote_invalid(text);
  EXPECT_EQ(text, "a%\xc3\xa4");
  text = "\xff\xc3\xa4\xe2\x82z\xc3";
  quote_invalid(text);
  EXPECT_EQ(text, "%FF\xc3\xa4%E2%82z%C3");
}

}  // namespace
}  // namespace retort::percent
