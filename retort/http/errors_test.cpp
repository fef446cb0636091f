// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/errors.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace retort {
namespace {

TEST(HTTPException, HasWerkzeugsPage) {
  EXPECT_EQ(NotFound().get_body(),
            "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The "
            "requested URL "
            "was not found on the server. If you entered the URL manually please check your spelling and try "
            "again.</p>\n");
  EXPECT_EQ(NotFound("a\nb<").get_body(),
            "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not "
            "Found</h1>\n<p>a<br>b&lt;</p>\n");
  EXPECT_STREQ(NotFound("x").what(), "404 Not Found: x");
  EXPECT_EQ(NotFound().get_headers().wire(), "Content-Type: text/html; charset=utf-8\r\n");
}

TEST(HTTPException, AddsTheHeadersOfItsKind) {
  EXPECT_EQ(MethodNotAllowed({"GET", "HEAD"}).get_headers()["Allow"], "GET, HEAD");
  EXPECT_EQ(RequestedRangeNotSatisfiable(10).get_headers()["Content-Range"], "bytes */10");
  EXPECT_EQ(TooManyRequests("", 30).get_headers()["Retry-After"], "30");
  EXPECT_EQ(Unauthorized("", "Basic realm=x").get_headers()["WWW-Authenticate"], "Basic realm=x");
}

TEST(Abort, ThrowsTheClassOfItsCode) {
  EXPECT_THROW(abort(404), NotFound);
  EXPECT_THROW(abort(418), ImATeapot);
  EXPECT_THROW(abort(405), MethodNotAllowed);
  EXPECT_THROW(abort(200), std::invalid_argument);
  for (int code = 400; code < 600; ++code) {
    if (!is_http_exception_code(code)) continue;
    try {
      abort(code, "why");
    } catch (const HTTPException& e) {
      EXPECT_EQ(e.code(), code);
      EXPECT_EQ(e.description(), "why");
      EXPECT_NE(e.name(), "Unknown Error") << code;
    }
  }
}

}  // namespace
}  // namespace retort
