// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/auth.h"

#include <gtest/gtest.h>

namespace retort::http {
namespace {

TEST(Authorization, ReadsBasicBearerAndParameters) {
  const auto basic = Authorization::from_header("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  ASSERT_TRUE(basic);
  EXPECT_EQ(basic->username(), "Aladdin");
  EXPECT_EQ(basic->password(), "open sesame");
  EXPECT_EQ(Authorization::from_header("BEARER abc.d==")->token, "abc.d==");
  EXPECT_EQ(Authorization::from_header("Digest a=\"b c\", d=e")->parameters.get("a"), "b c");
}

TEST(Authorization, RefusesWhatIsNoText) {
  EXPECT_FALSE(Authorization::from_header(""));
  EXPECT_FALSE(Authorization::from_header("Basic /w=="));
}

TEST(Authorization, WritesWhatItReads) {
  EXPECT_EQ(Authorization::basic("a", "b:c").to_header(), "Basic YTpiOmM=");
  EXPECT_EQ(Authorization::bearer("t").to_header(), "Bearer t");
  EXPECT_EQ(Authorization::from_header("Digest a, b=\"\"")->to_header(), "Digest a, b=\"\"");
}

TEST(WWWAuthenticate, QuotesWhatDigestWantsQuoted) {
  EXPECT_EQ((WWWAuthenticate{"basic", {}, {{"realm", "a b"}}}.to_header()), "Basic realm=\"a b\"");
  EXPECT_EQ((WWWAuthenticate{"digest", {}, {{"realm", "r"}, {"stale", "TRUE"}}}.to_header()),
            "Digest realm=\"r\", stale=TRUE");
  EXPECT_EQ(WWWAuthenticate::from_header("negotiate abc==")->to_header(), "Negotiate abc==");
}

}  // namespace
}  // namespace retort::http
