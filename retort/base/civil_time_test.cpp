// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/civil_time.h"

#include <gtest/gtest.h>

namespace retort {
namespace {

TEST(CivilTime, CountsDaysBothWaysOverAllYears) {
  EXPECT_EQ(days_since_epoch({1970, 1, 1}), 0);
  EXPECT_EQ(days_since_epoch({1969, 12, 31}), -1);
  EXPECT_EQ(days_since_epoch({2000, 3, 1}), 11'017);
  EXPECT_EQ(days_since_epoch({1, 1, 1}), -719'162);
  EXPECT_EQ(days_since_epoch({9999, 12, 31}), 2'932'896);
  Date date{1, 1, 1};
  for (std::int64_t days = -719'162; days <= 2'932'896; ++days) {
    ASSERT_EQ(date_of_days(days), date) << days;
    if (++date.day > days_in_month(date.year, date.month)) {
      date.day = 1;
      if (++date.month > 12) {
        date.month = 1;
        ++date.year;
      }
    }
  }
}

TEST(CivilTime, KnowsWeekdays) {
  EXPECT_EQ(weekday({1970, 1, 1}), 3);
  EXPECT_EQ(weekday({1994, 11, 6}), 6);
  EXPECT_EQ(weekday({2024, 2, 29}), 3);
  EXPECT_EQ(weekday({1, 1, 1}), 0);
}

TEST(CivilTime, ChecksDates) {
  EXPECT_TRUE(is_valid(Date{2024, 2, 29}));
  EXPECT_FALSE(is_valid(Date{2023, 2, 29}));
  EXPECT_FALSE(is_valid(Date{1900, 2, 29}));
  EXPECT_TRUE(is_valid(Date{2000, 2, 29}));
  EXPECT_FALSE(is_valid(Date{0, 1, 1}));
  EXPECT_FALSE(is_valid(Date{10'000, 1, 1}));
  EXPECT_FALSE(is_valid(Date{2024, 13, 1}));
  EXPECT_FALSE(is_valid(DateTime{2024, 1, 1, 24}));
  EXPECT_FALSE(is_valid(DateTime{2024, 1, 1, 0, 0, 60}));
  EXPECT_FALSE(is_valid(DateTime{2024, 1, 1, 0, 0, 0, 0, 86'400}));
}

TEST(CivilTime, ConvertsInstants) {
  EXPECT_EQ(unix_seconds({1994, 11, 6, 8, 49, 37, 0, 0}), 784'111'777);
  EXPECT_EQ(unix_seconds({1994, 11, 6, 8, 49, 37, 0, -8 * 3600}), 784'111'777 + 8 * 3600);
  EXPECT_EQ(unix_seconds({1994, 11, 6, 8, 49, 37}), 784'111'777);
  EXPECT_EQ(datetime_of_unix(-1), (DateTime{1969, 12, 31, 23, 59, 59, 0, 0}));
  EXPECT_EQ(datetime_of_unix(784'111'777, 5), (DateTime{1994, 11, 6, 8, 49, 37, 5, 0}));
}

TEST(CivilTime, WritesAndReadsIso) {
  for (const std::string_view text :
       {"2024-05-06T07:08:09", "2024-05-06T07:08:09.120000", "2024-05-06T07:08:09+00:00",
        "0999-01-01T00:00:00.000001-08:00", "2024-05-06T07:08:09+05:30", "2024-05-06T07:08:09-00:00:01"}) {
    const auto time = parse_iso_datetime(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(iso_format(*time), text);
  }
  EXPECT_EQ(parse_iso_datetime("2024-05-06 07:08"), (DateTime{2024, 5, 6, 7, 8}));
  EXPECT_EQ(parse_iso_datetime("2024-05-06T07:08:09.1Z"), (DateTime{2024, 5, 6, 7, 8, 9, 100'000, 0}));
  EXPECT_EQ(parse_iso_date("2024-05-06"), (Date{2024, 5, 6}));
}

TEST(CivilTime, RefusesWhatIsNoIso) {
  for (const std::string_view text :
       {"", "2024", "2024-05-06", "2024-5-6T07:08:09", "2024-05-06T7:08:09", "2024-05-06T07:08:09.",
        "2024-05-06T07:08:60", "2024-02-30T00:00:00", "2024-05-06T07:08:09+", "2024-05-06T07:08:09+25:00",
        "2024-05-06T07:08:09+01:60", "2024-05-06T07:08:09 ", "2024-05-06T07:08:09.1234567890",
        "0000-01-01T00:00:00", "2024-05-06T24:00:00"})
    EXPECT_EQ(parse_iso_datetime(text), std::nullopt) << text;
  EXPECT_EQ(parse_iso_date("2024-05-06T"), std::nullopt);
  EXPECT_EQ(parse_iso_date("2024-13-06"), std::nullopt);
}

TEST(CivilTime, ReadsAndWritesTimesOfDay) {
  const struct {
    const char* text;
    Time time;
    const char* iso;
  } cases[] = {{"07:08", {7, 8, 0, 0}, "07:08:00"},
               {"07:08:09", {7, 8, 9, 0}, "07:08:09"},
               {"23:59:59.12", {23, 59, 59, 120'000}, "23:59:59.120000"},
               {"00:00:00.000001", {0, 0, 0, 1}, "00:00:00.000001"}};
  for (const auto& c : cases) {
    const auto time = parse_iso_time(c.text);
    ASSERT_TRUE(time) << c.text;
    EXPECT_EQ(*time, c.time) << c.text;
    EXPECT_EQ(iso_format(*time), c.iso);
  }
  for (const char* text : {"", "7:08", "24:00", "07:60", "07:08:60", "07:08:09.", "07:08:09Z", "07:08 "})
    EXPECT_FALSE(parse_iso_time(text)) << text;
  EXPECT_LT((Time{1, 2, 3, 4}), (Time{1, 2, 3, 5}));
  EXPECT_LT((Date{2023, 12, 31}), (Date{2024, 1, 1}));
}

TEST(CivilTime, UtcnowIsNaiveAndNow) {
  const DateTime before = utcnow();
  const DateTime after = utcnow();
  EXPECT_FALSE(before.offset_seconds);
  ASSERT_TRUE(is_valid(before));
  EXPECT_GE(unix_seconds(after), unix_seconds(before));
  EXPECT_GT(unix_seconds(before), 1'700'000'000);
}

TEST(CivilTime, TurnsInstantsIntoNaiveUtc) {
  const DateTime naive{2024, 5, 6, 7, 8, 9, 10, {}};
  EXPECT_EQ(naive_utc(naive), naive);
  EXPECT_EQ(naive_utc({2024, 5, 6, 1, 8, 9, 10, 7200}), (DateTime{2024, 5, 5, 23, 8, 9, 10, {}}));
}

}  // namespace
}  // namespace retort
