// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/options.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/http/headers.h"

namespace retort::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ParseListHeader, CutsAtCommasOutsideQuotes) {
  EXPECT_THAT(parse_list_header(" a , \"b, c\",\"d\\\"e\",, \t"), ElementsAre("a", "b, c", "d\"e"));
  EXPECT_THAT(parse_list_header("a, \"open"), IsEmpty());
  EXPECT_THAT(parse_list_header(""), IsEmpty());
}

TEST(ParseDictHeader, TakesNamesWithAndWithoutValues) {
  const HeaderDict dict = parse_dict_header("a=1, b=\"x y\", c, d*=UTF-8''%C3%A4, =no, a=2");
  EXPECT_EQ(dict.get("a"), "2");
  EXPECT_EQ(dict.get("b"), "x y");
  EXPECT_TRUE(dict.contains("c"));
  EXPECT_EQ(dict.get("c"), std::nullopt);
  EXPECT_EQ(dict.get("d"), "\xc3\xa4");
  EXPECT_EQ(dict.size(), 4u);
}

TEST(ParseOptionsHeader, ReadsCharsetsAndContinuations) {
  const OptionsHeader parsed =
      parse_options_header("v; A=1; f*0*=UTF-8''%C3%A4; f*1=b; q=\"a\\\"b;c\"; bad; x=");
  EXPECT_EQ(parsed.value, "v");
  EXPECT_EQ(parsed.options, (HeaderDict{{"a", "1"},
                                        {"f",
                                         "\xc3\xa4"
                                         "b"},
                                        {"q", "a\"b;c"}}));
}

TEST(DumpOptionsHeader, QuotesWhatIsNoToken) {
  EXPECT_EQ(dump_options_header("v", {{"a", "b"}, {"c", "d e"}, {"f", std::nullopt}, {"g*", "UTF-8''x"}}),
            "v; a=b; c=\"d e\"; g*=UTF-8''x");
  EXPECT_EQ(dump_options_header(std::nullopt, {{"a", "\""}}), "a=\"\\\"\"");
}

TEST(HeaderSet, ComparesWithoutCaseAndKeepsTheFirstSpelling) {
  HeaderSet set = parse_set_header("Cookie, \"a b\"");
  EXPECT_FALSE(set.add("cookie"));
  EXPECT_TRUE(set.add("Accept"));
  EXPECT_EQ(set.to_header(), "Cookie, \"a b\", Accept");
  EXPECT_TRUE(set.remove("COOKIE"));
  EXPECT_EQ(set.find("ACCEPT"), 1);
  EXPECT_FALSE(set.contains("cookie"));
}

// A header is at most some 16 kB; the time for it must not grow with the square of its parts.
TEST(OptionsHeaders, ManyPartsTakeLinearTime) {
  std::string dict, options = "v", backslashes = "v; a=\"";
  for (int i = 0; i < 200'000; ++i) {
    dict += "k" + std::to_string(i) + "=1,";
    options += ";k" + std::to_string(i) + "=1";
    backslashes += "\\\"";
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(parse_dict_header(dict).size(), 256u);
  EXPECT_EQ(parse_options_header(options).options.size(), 256u);
  EXPECT_TRUE(parse_options_header(backslashes).options.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(HeaderSet, UpdateAddsWhatIsNotThereYet) {
  Headers headers;
  headers.set("Vary", "Accept");
  HeaderSet vary(headers, "Vary");
  vary.update({"cookie", "ACCEPT", "Origin", "Cookie"});
  EXPECT_EQ(headers["Vary"], "Accept, cookie, Origin");
}

}  // namespace
}  // namespace retort::http
