// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/content_type.h"

#include <gtest/gtest.h>

namespace retort::http {
namespace {

TEST(GetContentType, GivesTextACharset) {
  EXPECT_EQ(get_content_type("text/html"), "text/html; charset=utf-8");
  EXPECT_EQ(get_content_type("image/svg+xml"), "image/svg+xml; charset=utf-8");
  EXPECT_EQ(get_content_type("application/javascript"), "application/javascript; charset=utf-8");
  EXPECT_EQ(get_content_type("image/png"), "image/png");
}

TEST(DecodeText, KnowsThreeCharsets) {
  EXPECT_EQ(decode_text("\xe4", "ISO-8859-1"), "\xc3\xa4");
  EXPECT_EQ(decode_text("a\xe4", "us-ascii"), "a\xef\xbf\xbd");
  EXPECT_EQ(decode_text("\xc3\xa4\xff", "unknown"), "\xc3\xa4\xef\xbf\xbd");
}

}  // namespace
}  // namespace retort::http
