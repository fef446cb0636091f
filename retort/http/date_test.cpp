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

}  // namespace
}  // namespace retort::http
