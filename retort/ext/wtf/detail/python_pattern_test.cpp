// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/python_pattern.h"

#include <string>

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace retort::wtf::detail {
namespace {

bool fullmatch(const char* pattern, std::string_view text) {
  const re2::RE2 compiled(re2_pattern(pattern));
  EXPECT_TRUE(compiled.ok()) << pattern << ": " << compiled.error();
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), compiled);
}

// Expected values: Python's re.fullmatch.
TEST(PythonPattern, HasItsClassesOfAllScripts) {
  EXPECT_TRUE(fullmatch(R"(\w+)", "caf\303\251_7"));
  EXPECT_TRUE(fullmatch(R"([\w.-]+)", "\320\266.a-1"));
  EXPECT_FALSE(fullmatch(R"(\w)", "-"));
  EXPECT_TRUE(fullmatch(R"(\d)", "\331\241")) << "an Arabic digit";
  EXPECT_FALSE(fullmatch(R"(\d)", "\302\262")) << "superscript two";
  EXPECT_TRUE(fullmatch(R"(\s)", "\302\240"));
  EXPECT_TRUE(fullmatch(R"([\s])", "\034"));
  EXPECT_FALSE(fullmatch(R"(\s)", "\342\200\213")) << "zero width space";
}

TEST(PythonPattern, HasTheirOpposites) {
  EXPECT_FALSE(fullmatch(R"(\W)", "\303\251"));
  EXPECT_TRUE(fullmatch(R"(\W)", "-"));
  EXPECT_TRUE(fullmatch(R"([\W])", "!"));
  EXPECT_FALSE(fullmatch(R"([\W])", "_"));
  EXPECT_TRUE(fullmatch(R"([\W_])", "_"));
  EXPECT_TRUE(fullmatch(R"([^\W\d])", "z"));
  EXPECT_FALSE(fullmatch(R"([^\W\d])", "4"));
  EXPECT_FALSE(fullmatch(R"([\S])", "\302\240"));
  EXPECT_TRUE(fullmatch(R"([\S ])", "\303\251"));
  EXPECT_TRUE(fullmatch(R"([\D])", "x"));
}

TEST(PythonPattern, SpellsWhatRe2SpellsOtherwise) {
  EXPECT_EQ(re2_pattern(R"(\Aa\Z)"), R"(\Aa\z)");
  EXPECT_EQ(re2_pattern(R"(\u00e9\U0001F600)"), R"(\x{00e9}\x{0001F600})");
  EXPECT_TRUE(fullmatch("a{,2}", ""));
  EXPECT_TRUE(fullmatch("a{,2}", "aa"));
  EXPECT_FALSE(fullmatch("a{,2}", "aaa"));
  EXPECT_EQ(re2_pattern("[{,2}]"), "[{,2}]");
}

TEST(PythonPattern, LeavesTheRestAsItIs) {
  for (const char* pattern :
       {"", "a", R"(\\d)", R"([]a])", R"([^]\]a])", R"((?P<x>a|b))", R"(\u12)", "\\", R"(a\)", "a{1,2}", "["})
    EXPECT_EQ(re2_pattern(pattern), pattern);
}

}  // namespace
}  // namespace retort::wtf::detail
