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
  EXPECT_EQ(repr("\xc2\x80\xc2\x9b\xc2\xa1\xe2\x82\xac"), "'\\x80\\x9b\xc2\xa1\xe2\x82\xac'");
  std::string bytes;
  append_escaped(bytes, "\xff\\'", '\'', true);
  EXPECT_EQ(bytes, "\\xff\\\\\\'");
}

TEST(Text, EscapedWithoutAQuoteKeepsQuotesAndBackslashes) {
  std::string out;
  append_escaped(out, "'\"\\\x01\n");
  EXPECT_EQ(out, "'\"\\\\x01\\n");
}

// A terminal takes U+009B as it does ESC [, and some the byte alone.
TEST(Text, EscapesC1AndWhatIsNoUtf8) {
  const auto escaped = [](std::string_view text) {
    std::string out;
    append_escaped(out, text);
    return out;
  };
  EXPECT_EQ(escaped("a\xc2\x9b"
                    "2Jb"),
            "a\\x9b2Jb");
  EXPECT_EQ(escaped("\x9b"
                    "2J\xff\xe2\x82"),
            "\\x9b2J\\xff\\xe2\\x82");
  EXPECT_EQ(escaped("\xc3\xa4\xef\xbf\xbd\xf0\x9f\x98\x80"), "\xc3\xa4\xef\xbf\xbd\xf0\x9f\x98\x80");
}

}  // namespace
}  // namespace retort::text
