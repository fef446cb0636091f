// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/accept.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace retort::http {
namespace {

TEST(Accept, OrdersBySpecificityThenQuality) {
  const auto accept =
      MIMEAccept::parse("text/*;q=0.3, text/html;q=0.7, text/html;level=1, */*;q=0.5, x;q=2, y;q=z");
  EXPECT_EQ(accept.to_header(), "text/html; level=1,text/html;q=0.7,text/*;q=0.3,*/*;q=0.5");
  EXPECT_EQ(accept.best(), "text/html; level=1");
  EXPECT_DOUBLE_EQ(accept.quality("text/plain"), 0.3);
  EXPECT_DOUBLE_EQ(accept.quality("image/png"), 0.5);
}

TEST(Accept, BestMatchIsTheFirstOfEquals) {
  EXPECT_EQ(Accept::parse("*").best_match({"bob", "alice"}), "bob");
  EXPECT_EQ(Accept::parse("gzip;q=0.5, br").best_match({"gzip", "br"}), "br");
  EXPECT_EQ(Accept::parse("a;q=0").best_match({"a"}, "other"), "other");
  EXPECT_EQ(Accept().best_match({"a"}), std::nullopt);
}

TEST(MIMEAccept, TellsWhoWantsJson) {
  EXPECT_TRUE(MIMEAccept::parse("application/json").accept_json());
  EXPECT_FALSE(MIMEAccept::parse("text/html").accept_json());
  EXPECT_TRUE(MIMEAccept::parse("application/xhtml+xml").accept_html());
  EXPECT_FALSE(MIMEAccept::parse("").provided());
  EXPECT_THROW((void)MIMEAccept::parse("a/b").contains("json"), std::invalid_argument);
}

TEST(LanguageAccept, FallsBackToPrimaryTags) {
  EXPECT_EQ(LanguageAccept::parse("en-US").best_match({"en"}), "en");
  EXPECT_EQ(LanguageAccept::parse("de").best_match({"en", "de-AT"}), "de-AT");
  EXPECT_EQ(LanguageAccept::parse("de_AT").best_match({"de-at"}), "de-at");
  EXPECT_EQ(LanguageAccept::parse("fr").best_match({"en"}, "en"), "en");
}

TEST(CharsetAccept, KnowsOtherNames) {
  EXPECT_TRUE(CharsetAccept::parse("utf8").contains("UTF-8"));
  EXPECT_TRUE(CharsetAccept::parse("latin1").contains("ISO-8859-1"));
  EXPECT_FALSE(CharsetAccept::parse("utf-8").contains("latin1"));
}

}  // namespace
}  // namespace retort::http
