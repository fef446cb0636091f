// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/cache_control.h"

#include <gtest/gtest.h>

namespace retort::http {
namespace {

TEST(CacheControl, ReadsDirectives) {
  const RequestCacheControl request("no-cache, max-age = 10, max-stale=x");
  EXPECT_TRUE(request.no_cache());
  EXPECT_EQ(request.max_age(), 10);
  EXPECT_EQ(request.max_stale(), std::nullopt);
  const ResponseCacheControl response("private=\"set-cookie, x\", no-cache, immutable");
  EXPECT_EQ(response.is_private(), "set-cookie, x");
  EXPECT_EQ(response.no_cache(), "");
  EXPECT_TRUE(response.immutable());
  EXPECT_FALSE(response.is_public());
}

TEST(CacheControl, WritesDirectives) {
  ResponseCacheControl control;
  control.set_public();
  control.set_max_age(60);
  control.set_no_cache("x");
  EXPECT_EQ(control.to_header(), "public, max-age=60, no-cache=x");
  control.set_max_age(std::nullopt);
  control.set_public(false);
  control.set_no_cache();
  EXPECT_EQ(control.to_header(), "no-cache");
}

TEST(CspHeader, ReadsAndWritesPolicies) {
  const HeaderDict policy = parse_csp_header(" default-src 'self'; img-src; script-src  a b ;");
  EXPECT_EQ(dump_csp_header(policy), "default-src 'self'; script-src a b");
}

}  // namespace
}  // namespace retort::http
