// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/etag.h"

#include <chrono>
#include <stdexcept>

#include <gtest/gtest.h>

namespace retort::http {
namespace {

TEST(ETags, KnowStrongWeakAndStar) {
  const ETags tags = ETags::parse("\"a\", W/\"b\", c, \"d,e\"");
  EXPECT_TRUE(tags.contains("a"));
  EXPECT_TRUE(tags.contains("c"));
  EXPECT_TRUE(tags.contains("d,e"));
  EXPECT_FALSE(tags.contains("b"));
  EXPECT_TRUE(tags.contains_weak("b"));
  EXPECT_TRUE(tags.contains_raw("W/\"a\""));
  EXPECT_FALSE(tags.contains_raw("\"b\""));
  EXPECT_TRUE(ETags::parse("\"a\", *").contains("anything"));
  EXPECT_TRUE(ETags::parse("").empty());
}

TEST(ETags, UnclosedQuotesTakeLinearTime) {
  std::string header;
  for (int i = 0; i < 300'000; ++i) header += "\"a,";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(ETags::parse(header).contains("\"a"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Etag, QuotesAndUnquotes) {
  EXPECT_EQ(quote_etag("a", true), "W/\"a\"");
  EXPECT_THROW(quote_etag("a\"b"), std::invalid_argument);
  EXPECT_EQ(unquote_etag(" W/\"a\" ").value, "a");
  EXPECT_EQ(unquote_etag("\"").value, "");
  EXPECT_EQ(generate_etag("Hello World"), "4Wf2jWVj11uyXzqknCnvYS1BNS3ABgbefL1jC7JmX1E");
}

TEST(IsResourceModified, ComparesTagsThenDates) {
  const auto modified = [](std::vector<HeaderField> fields, const Representation& now) {
    return is_resource_modified(HeadersView(fields.data(), fields.size()), now);
  };
  const DateTime noon{2020, 1, 2, 12, 0, 0, 999, 0};
  EXPECT_TRUE(modified({}, {"\"a\"", noon}));
  EXPECT_FALSE(modified({{"If-None-Match", "W/\"a\""}}, {"\"a\"", {}}));
  EXPECT_TRUE(modified({{"If-None-Match", "\"b\""}}, {"\"a\"", {}}));
  EXPECT_FALSE(modified({{"If-Modified-Since", "Thu, 02 Jan 2020 12:00:00 GMT"}}, {{}, noon}));
  EXPECT_TRUE(modified({{"If-Modified-Since", "Thu, 02 Jan 2020 11:59:59 GMT"}}, {{}, noon}));
  EXPECT_TRUE(modified({{"If-Match", "\"a\""}}, {"\"a\"", {}}));
  EXPECT_FALSE(modified({{"If-Match", "W/\"a\""}}, {"\"a\"", {}}));
}

}  // namespace
}  // namespace retort::http
