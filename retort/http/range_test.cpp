// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/range.h"

#include <gtest/gtest.h>

namespace retort::http {
namespace {

TEST(ParseRangeHeader, OfABodyOfTwoHundredBytes) {
  const std::tuple<std::string, std::optional<ByteRange>> kCases[] = {
      {"bytes=0-99", ByteRange{0, 100}},
      {"bytes=52-", ByteRange{52, 200}},
      {"bytes=-10", ByteRange{190, 200}},
      {"bytes=6-666", ByteRange{6, 200}},
      {"bytes=0-99999999999999999999", ByteRange{0, 200}},
      {"bytes=200-", std::nullopt},
      {"bytes=-500", std::nullopt},
      {"items=0-1", std::nullopt},
      {"bytes=0-1,5-6", std::nullopt},
  };
  for (const auto& [header, expected] : kCases) {
    const auto range = parse_range_header(header);
    ASSERT_TRUE(range) << header;
    EXPECT_EQ(range->range_for_length(200), expected) << header;
  }
}

TEST(ParseRangeHeader, RefusesWhatIsMalformedOverlapsOrIsTooMuch) {
  for (const char* header : {"", "bytes", "bytes=", "bytes=5", "bytes=10-5", "bytes=0-,5-6", "bytes=0-5,3-9",
                             "bytes=+1-2", "bytes=1-2-3", "bytes=a-b", "bytes=--5"})
    EXPECT_FALSE(parse_range_header(header)) << header;
  std::string many = "bytes=0-0";
  for (int i = 1; i < 300; ++i) many += "," + std::to_string(i * 2) + "-" + std::to_string(i * 2);
  EXPECT_FALSE(parse_range_header(many));
}

TEST(ContentRange, RoundTrips) {
  for (const char* header : {"bytes 0-99/200", "bytes 0-99/*", "bytes */200"})
    EXPECT_EQ(parse_content_range_header(header).value().to_header(), header);
  for (const char* header : {"", "bytes", "bytes 0-5", "bytes 5-4/10", "bytes 0-5/x", "bytes */-1"})
    EXPECT_FALSE(parse_content_range_header(header)) << header;
  EXPECT_EQ(parse_range_header("bytes=-10")->content_range_header(200), "bytes 190-199/200");
}

TEST(IfRange, IsATagOrADate) {
  EXPECT_EQ(parse_if_range_header("\"abc\"").to_header(), "\"abc\"");
  EXPECT_EQ(parse_if_range_header("Sun, 06 Nov 1994 08:49:37 GMT").to_header(),
            "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_if_range_header("W/\"abc\"").to_header(), "");
}

}  // namespace
}  // namespace retort::http
