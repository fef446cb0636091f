// SPDX-License-Identifier: BSD-3-Clause
// Expected texts are those of Python's timedelta; ISO 8601's are PostgreSQL's.
#include "retort/base/time_delta.h"

#include <gtest/gtest.h>

namespace retort {
namespace {

TEST(TimeDelta, PrintsAsPython) {
  const struct {
    std::int64_t microseconds;
    const char* str;
  } cases[] = {
      {0, "0:00:00"},
      {1, "0:00:00.000001"},
      {-1, "-1 day, 23:59:59.999999"},
      {3723000000, "1:02:03"},
      {93784500000, "1 day, 2:03:04.500000"},
      {-86400000000, "-1 day, 0:00:00"},
      {86400000000, "1 day, 0:00:00"},
      {172800000000, "2 days, 0:00:00"},
      {-34560000000001, "-401 days, 23:59:59.999999"},
      {36000000000, "10:00:00"},
      {INT64_MIN, "-106751992 days, 19:59:05.224192"},
      {INT64_MAX, "106751991 days, 4:00:54.775807"},
  };
  for (const auto& c : cases) EXPECT_EQ(TimeDelta{c.microseconds}.str(), c.str) << c.microseconds;
}

TEST(TimeDelta, WritesIsoDurationsThatItReads) {
  const struct {
    std::int64_t microseconds;
    const char* iso;
  } cases[] = {{0, "PT0S"},
               {93'784'500'000, "P1DT2H3M4.5S"},
               {-43'200'500'000, "PT-12H-0.5S"},
               {-90'061'000'001, "P-1DT-1H-1M-1.000001S"},
               {TimeDelta::kDay, "P1D"},
               {-1, "PT-0.000001S"},
               {60'000'000, "PT1M"},
               {INT64_MAX, "P106751991DT4H54.775807S"},
               {INT64_MIN, "P-106751991DT-4H-54.775808S"}};
  for (const auto& c : cases) {
    EXPECT_EQ(TimeDelta{c.microseconds}.iso(), c.iso);
    const auto read = parse_iso_duration(c.iso);
    ASSERT_TRUE(read) << c.iso;
    EXPECT_EQ(read->microseconds, c.microseconds) << c.iso;
  }
}

TEST(TimeDelta, ReadsOtherDurations) {
  const struct {
    const char* text;
    std::int64_t microseconds;
  } cases[] = {{"P1Y2M3DT4H", (365 + 60 + 3) * TimeDelta::kDay + 4 * TimeDelta::kHour},
               {"P2W", 14 * TimeDelta::kDay},
               {"-P1DT1S", -TimeDelta::kDay - TimeDelta::kSecond},
               {"P1DT-2H", 22 * TimeDelta::kHour},
               {"PT0.1234567S", 123'456},
               {"PT+1S", TimeDelta::kSecond}};
  for (const auto& c : cases) {
    const auto read = parse_iso_duration(c.text);
    ASSERT_TRUE(read) << c.text;
    EXPECT_EQ(read->microseconds, c.microseconds) << c.text;
  }
}

TEST(TimeDelta, RefusesWhatIsNoDurationOrBeyondItsRange) {
  for (const char* text : {"",
                           "P",
                           "PT",
                           "1D",
                           "P1",
                           "P1H",
                           "PT1D",
                           "P1DT",
                           "P1D1D",
                           "PT1S1H",
                           "P1.5D",
                           "PT.5S",
                           "PT1.S",
                           "P--1D",
                           "P1DT2H ",
                           "P106751992D",
                           "P-106751992D",
                           "P999999999999999999999D",
                           "P999999999Y",
                           "PT1S\n"})
    EXPECT_FALSE(parse_iso_duration(text)) << text;
}

}  // namespace
}  // namespace retort
