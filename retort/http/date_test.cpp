// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/date.h"

#include <gtest/gtest.h>

namespace retort::http {
namespace {

TEST(HttpDate, IsFixedLengthAndInGmt) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
}

TEST(ParseDate, ReadsWhatMailersWrite) {
  const std::pair<std::string, std::string> kCases[] = {
      {"Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37+00:00"},
      {"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37+00:00"},
      {"6 november 1994 8:49 est", "1994-11-06T08:49:00-05:00"},
      {"Sun, 06 Nov 1994 08:49:37+0200", "1994-11-06T08:49:37+02:00"},
      {"Nov 6 69 08.49", "1969-11-06T08:49:00+00:00"},
  };
  for (const auto& [text, expected] : kCases) {
    const auto time = parse_date(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(iso_format(*time), expected) << text;
  }
}

TEST(ParseDate, RefusesWhatIsNoDate) {
  for (const char* text :
       {"", ",", "foo", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
        "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 +9999", "06-Nov-94", ", , , , ,"})
    EXPECT_FALSE(parse_date(text)) << text;
  EXPECT_FALSE(parse_date(std::string(100'000, '1')));
}

TEST(ParseAge, TakesSecondsAlone) {
  EXPECT_EQ(parse_age(" 10 "), 10);
  for (const char* text : {"", "-1", "1.5", "x", "99999999999999999999"})
    EXPECT_FALSE(parse_age(text)) << text;
}

}  // namespace
}  // namespace retort::http
