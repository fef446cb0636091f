// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/cookie.h"

#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/base/duration.h"
#include "retort/http/multidict.h"

namespace retort::http {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;
using ::testing::Pair;

TEST(DumpCookie, WritesAttributesInWerkzeugsOrder) {
  EXPECT_EQ(dump_cookie("a", "b"), "a=b; Path=/");
  CookieOptions options;
  options.expires = 0;
  options.domain = ".example.com";
  options.secure = options.httponly = options.partitioned = true;
  options.samesite = SameSite::lax;
  options.path = "/x y";
  EXPECT_EQ(
      dump_cookie("a", "b c", options),
      "a=\"b c\"; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; Path=/x%20y; "
      "SameSite=Lax; Partitioned");
  CookieOptions aged;
  aged.max_age = seconds(60);
  EXPECT_THAT(dump_cookie("a", "b", aged), MatchesRegex("a=b; Expires=.* GMT; Max-Age=60; Path=/"));
}

TEST(DumpCookie, RefusesWhatCouldAddAttributesOrHeaders) {
  EXPECT_THROW(dump_cookie("a=b", "c"), std::invalid_argument);
  EXPECT_THROW(dump_cookie("", "c"), std::invalid_argument);
  EXPECT_EQ(dump_cookie("a", "b;c\r\nd"), "a=\"b\\073c\\015\\012d\"; Path=/");
  CookieOptions options;
  options.domain = "x;y";
  EXPECT_THROW(dump_cookie("a", "b", options), std::invalid_argument);
}

TEST(ParseCookie, ReadsPairsAndDropsNamelessOnes) {
  const struct {
    std::string_view header;
    std::vector<std::pair<std::string, std::string>> pairs;
  } cases[] = {{"a=b; c=\"d e\"", {{"a", "b"}, {"c", "d e"}}},
               {"=__Host-x=1; a=1", {{"a", "1"}}},
               {"a=\"b\\073\\\"\"", {{"a", "b;\""}}},
               {"flag; a=", {{"flag", ""}, {"a", ""}}},
               {";;; a=b=c ;", {{"a", "b=c"}}},
               {"a=\"open", {{"a", "\"open"}}},
               {"", {}}};
  for (const auto& c : cases) EXPECT_EQ(parse_cookie(c.header).to_dict(), c.pairs) << c.header;
}

TEST(Cookie, ValuesComeBackAsTheyWere) {
  for (const std::string value :
       {"plain", "with space", "q\"uo\\te", "semi;colon,comma", "\xc3\xa4\xe2\x82\xac"}) {
    const std::string header = dump_cookie("k", value);
    EXPECT_EQ(parse_cookie(header.substr(0, header.find("; Path")))["k"], value);
  }
}

TEST(DumpCookie, ATimeWithoutADateIsRefused) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t seconds :
       {kMost, -kMost - 1, std::int64_t{253'402'300'800}, std::int64_t{-200'000'000'000}}) {
    EXPECT_THROW(dump_cookie("a", "b", {.expires = seconds}), std::invalid_argument) << seconds;
    EXPECT_THROW(dump_cookie("a", "b", {.max_age = seconds}), std::invalid_argument) << seconds;
  }
  EXPECT_EQ(dump_cookie("a", "b", {.expires = 253'402'300'799}),
            "a=b; Expires=Fri, 31 Dec 9999 23:59:59 GMT; Path=/");
}

}  // namespace
}  // namespace retort::http
