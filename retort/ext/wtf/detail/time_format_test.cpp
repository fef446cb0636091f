// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/time_format.h"

#include <gtest/gtest.h>

#include "retort/base/civil_time.h"

namespace retort::wtf::detail {
namespace {

// What Python 3.11's strptime makes of them; "" where it refuses.
struct ReadCase {
  std::string_view text, format, expected;
};
constexpr ReadCase kRead[] = {
    {"2008-05-07", "%Y-%m-%d", "2008-05-07T00:00:00"},
    {"2008-5-7", "%Y-%m-%d", "2008-05-07T00:00:00"},
    {"2008-13-07", "%Y-%m-%d", ""},
    {"2008-02-30", "%Y-%m-%d", ""},
    {"08-05-07", "%Y-%m-%d", ""},
    {"0000-01-01", "%Y-%m-%d", ""},
    {"20200304", "%Y%m%d", "2020-03-04T00:00:00"},
    {"2020 34", "%Y %m%d", "2020-03-04T00:00:00"},
    {"2020111", "%Y%m%d", "2020-11-01T00:00:00"},
    {"1/2/99", "%d/%m/%y", "1999-02-01T00:00:00"},
    {"1/2/68", "%d/%m/%y", "2068-02-01T00:00:00"},
    {"1/2/69", "%d/%m/%y", "1969-02-01T00:00:00"},
    {"5/ 7 2008", "%m/%d %Y", "2008-05-07T00:00:00"},
    {"5/7   2008", "%m/%d %Y", "2008-05-07T00:00:00"},
    {"5/7\t2008", "%m/%d %Y", "2008-05-07T00:00:00"},
    {"5/7 2008 ", "%m/%d %Y", ""},
    {"24:00", "%H:%M", ""},
    {"23:59:59", "%H:%M:%S", "1900-01-01T23:59:59"},
    {"23:59:60", "%H:%M:%S", ""},
    {"12:00 AM", "%I:%M %p", "1900-01-01T00:00:00"},
    {"12:00 pm", "%I:%M %p", "1900-01-01T12:00:00"},
    {"1:05 pm", "%I:%M %p", "1900-01-01T13:05:00"},
    {"13:05 pm", "%I:%M %p", ""},
    {"0:05", "%I:%M", ""},
    {"03:23:14.4242", "%H:%M:%S.%f", "1900-01-01T03:23:14.424200"},
    {"03:23:14.4242424", "%H:%M:%S.%f", ""},
    {"03:23:14.", "%H:%M:%S.%f", ""},
    {"7 may 2008", "%d %b %Y", "2008-05-07T00:00:00"},
    {"7 May 2008", "%d %B %Y", "2008-05-07T00:00:00"},
    {"7 Septemb 2008", "%d %B %Y", ""},
    {"Wed 7 Sep 2008", "%a %d %b %Y", "2008-09-07T00:00:00"},
    {"wednesday", "%A", "1900-01-01T00:00:00"},
    {"2008 366", "%Y %j", "2008-12-31T00:00:00"},
    {"2009 366", "%Y %j", "2010-01-01T00:00:00"},
    {"2008 60", "%Y %j", "2008-02-29T00:00:00"},
    {"2008-W00-0", "%Y-W%W-%w", "2008-01-06T00:00:00"},
    {"2008-W05-1", "%Y-W%W-%w", "2008-02-04T00:00:00"},
    {"2008-W53-1", "%Y-W%W-%w", "2009-01-05T00:00:00"},
    {"2008-U05-0", "%Y-U%U-%w", "2008-02-03T00:00:00"},
    {"2008-W05", "%Y-W%W", "2008-01-01T00:00:00"},
    {"2020-W53-1", "%G-W%V-%u", "2020-12-28T00:00:00"},
    {"2021-W01-7", "%G-W%V-%u", "2021-01-10T00:00:00"},
    {"2020-W10", "%G-W%V", ""},
    {"2020-00-1", "%G-%V-%u", ""},
    {"2008-05-07 +0200", "%Y-%m-%d %z", "2008-05-07T00:00:00+02:00"},
    {"2008-05-07 -02:30", "%Y-%m-%d %z", "2008-05-07T00:00:00-02:30"},
    {"2008-05-07 Z", "%Y-%m-%d %z", "2008-05-07T00:00:00+00:00"},
    {"100%", "100%%", "1900-01-01T00:00:00"},
    {"", "%Y", ""},
    {"x", "x", "1900-01-01T00:00:00"},
    {"X", "x", "1900-01-01T00:00:00"},
    {"29", "%d", "1900-01-29T00:00:00"},
    {"32", "%d", ""},
    {"02-29", "%m-%d", ""},
};

TEST(TimeFormat, ReadsWhatStrptimeReads) {
  for (const ReadCase& c : kRead) {
    const auto time = read_time(c.text, c.format);
    EXPECT_EQ(time ? iso_format(*time) : "", c.expected) << c.text << " as " << c.format;
  }
}

TEST(TimeFormat, RefusesWeeksThatTheIsoYearDoesNotHave) {
  EXPECT_TRUE(read_time("2020-W53-1", "%G-W%V-%u"));
  EXPECT_FALSE(read_time("2021-W53-1", "%G-W%V-%u"));
}

struct WriteCase {
  std::string_view format, expected[3];
};
constexpr WriteCase kWrite[] = {
    {"%Y-%m-%d %H:%M:%S", {"2008-05-07 04:03:09", "2021-01-03 13:00:00", "2020-12-31 00:05:00"}},
    {"%-m/%-d %y", {"5/7 08", "1/3 21", "12/31 20"}},
    {"%-I:%M %p", {"4:03 AM", "1:00 PM", "12:05 AM"}},
    {"%I", {"04", "01", "12"}},
    {"%j", {"128", "003", "366"}},
    {"%-j", {"128", "3", "366"}},
    {"%f", {"120000", "000000", "000000"}},
    {"%a %A %b %B", {"Wed Wednesday May May", "Sun Sunday Jan January", "Thu Thursday Dec December"}},
    {"%w %u", {"3 3", "0 7", "4 4"}},
    {"%U %W", {"18 18", "01 00", "52 52"}},
    {"%G-W%V", {"2008-W19", "2020-W53", "2020-W53"}},
    {"100%%", {"100%", "100%", "100%"}},
    {"%H%z", {"04", "13", "00"}},
};

TEST(TimeFormat, WritesWhatStrftimeWrites) {
  const DateTime times[] = {{2008, 5, 7, 4, 3, 9, 120000}, {2021, 1, 3, 13, 0, 0}, {2020, 12, 31, 0, 5, 0}};
  for (const WriteCase& c : kWrite) {
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(write_time(times[i], c.format), c.expected[i]) << c.format;
  }
}

TEST(TimeFormat, KnowsItsDirectives) {
  EXPECT_TRUE(is_time_format("%Y-%m-%d %-H:%M%%"));
  EXPECT_FALSE(is_time_format("%Q"));
  EXPECT_FALSE(is_time_format("%"));
  EXPECT_FALSE(is_time_format("%-"));
}

}  // namespace
}  // namespace retort::wtf::detail
