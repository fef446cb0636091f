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

// Expected are Python's repr of the str, and of the bytes.
TEST(Text, ReprQuotesAndEscapesAsPython) {
  EXPECT_EQ(repr("it's"), "\"it's\"");
  EXPECT_EQ(repr("it's \"so\""), "'it\\'s \"so\"'");
  EXPECT_EQ(repr("a\\b\n\r\t\x1b\x7f\xc3\xa4"), "'a\\\\b\\n\\r\\t\\x1b\\x7f\xc3\xa4'");
  EXPECT_EQ(repr(""), "''");
  std::string bytes;
  append_escaped(bytes, "\xff\\'", '\'', true);
  EXPECT_EQ(bytes, "\\xff\\\\\\'");
}

TEST(Text, EscapedWithoutAQuoteKeepsQuotesAndBackslashes) {
  std::string out;
  append_escaped(out, "'\"\\\x01\n");
  EXPECT_EQ(out, "'\"\\\\x01\\n");
}

}  // namespace
}  // namespace retort::text
