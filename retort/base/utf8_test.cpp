// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/utf8.h"

#include <gtest/gtest.h>

namespace retort::utf8 {
namespace {

TEST(Utf8, KnowsWellFormedText) {
  const struct {
    std::string_view text;
    bool valid;
  } cases[] = {{"", true},
               {"plain ascii that is longer than a word", true},
               {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", true},
               {"\x80", false},
               {"\xc0\xaf", false},          // overlong
               {"\xe0\x80\x80", false},      // overlong
               {"\xed\xa0\x80", false},      // a surrogate
               {"\xf4\x90\x80\x80", false},  // above U+10FFFF
               {"\xf5", false},
               {"long enough prefix \xe2\x82", false}};
  for (const auto& c : cases) EXPECT_EQ(valid(c.text), c.valid) << c.text;
}

TEST(Utf8, ReplacesEachMaximalSubpartAsPythonDoes) {
  EXPECT_EQ(replace_invalid("a\xf0\x9f\x98"
                            "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(replace_invalid("\xe0\x80"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(replace_invalid("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(replace_invalid("\xff\xfe"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(replace_invalid("ok \xc3\xa4"), "ok \xc3\xa4");
}

TEST(Utf8, DecodeAndAppendAreInverse) {
  for (char32_t c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 997) {
    if (c >= 0xd800 && c < 0xe000) continue;
    std::string text;
    append(text, c);
    std::size_t at = 0;
    ASSERT_EQ(decode(text, at), c);
    ASSERT_EQ(at, text.size());
    ASSERT_EQ(count(text), 1u);
  }
}

}  // namespace
}  // namespace retort::utf8
