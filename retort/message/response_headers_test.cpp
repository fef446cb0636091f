// SPDX-License-Identifier: BSD-3-Clause
#include <ctime>
#include <stdexcept>

#include <gtest/gtest.h>

#include "retort/base/civil_time.h"
#include "retort/http/auth.h"
#include "retort/http/cache_control.h"
#include "retort/http/etag.h"
#include "retort/http/options.h"
#include "retort/http/range.h"
#include "retort/message/response.h"
#include "retort/value/value.h"

namespace retort {
namespace {

TEST(ResponseHeaders, StatusIsACodeOrAText) {
  struct Case {
    std::string_view given, status;
    int code;
  };
  constexpr Case kCases[] = {{"299", "299 UNKNOWN", 299},
                             {"200 ", "200 OK", 200},
                             {"busy", "0 busy", 0},
                             {"404 Not here", "404 Not here", 404},
                             {" 201 Made ", "201 Made", 201}};
  for (const auto& [given, status, code] : kCases) {
    Response response;
    response.set_status(given);
    EXPECT_EQ(response.status(), status) << given;
    EXPECT_EQ(response.status_code, code) << given;
  }
  Response response;
  response.set_status("404 Gone fishing");
  response.status_code = 410;  // the phrase was the other code's
  EXPECT_EQ(response.status(), "410 GONE");
  response.set_status(500);
  EXPECT_EQ(response.status(), "500 INTERNAL SERVER ERROR");
  EXPECT_THROW(response.set_status(" "), std::invalid_argument);
}

TEST(ResponseHeaders, CacheControlWritesItsHeader) {
  Response response;
  http::ResponseCacheControl cache = response.cache_control();
  cache.set_max_age(3);
  cache.set_public();
  cache.set_no_cache();
  EXPECT_EQ(response.headers["Cache-Control"], "max-age=3, public, no-cache");
  http::ResponseCacheControl copy = cache;
  copy.set_no_store();  // a copy is its own
  EXPECT_EQ(response.cache_control().max_age(), 3);
  EXPECT_FALSE(response.cache_control().no_store());
  cache.set_public(false);
  cache.set_max_age(std::nullopt);
  cache.set_no_cache(std::nullopt);
  EXPECT_FALSE(response.headers.contains("Cache-Control"));
}

TEST(ResponseHeaders, SetsWriteTheirHeaders) {
  Response response;
  response.vary().add("Cookie");
  response.vary().update({"accept", "cookie"});
  EXPECT_EQ(response.headers["Vary"], "Cookie, accept");
  EXPECT_TRUE(response.vary().remove("COOKIE"));
  EXPECT_EQ(response.headers["Vary"], "accept");
  response.headers.add("Vary", "Origin, Accept");
  response.vary().add("Cookie");
  EXPECT_EQ(response.headers["Vary"], "accept, Origin, Cookie");
  EXPECT_EQ(response.headers.getlist("Vary").size(), 1U);
  response.vary().clear();
  EXPECT_FALSE(response.headers.contains("Vary"));
  response.allow().update({"GET", "PUT"});
  response.content_language().add("de");
  response.access_control_allow_methods().update({"GET", "PUT"});
  response.access_control_allow_headers().add("X-A");
  response.access_control_expose_headers().add("X-B");
  EXPECT_EQ(response.headers["Allow"], "GET, PUT");
  EXPECT_EQ(response.headers["Content-Language"], "de");
  EXPECT_EQ(response.headers["Access-Control-Allow-Methods"], "GET, PUT");
  EXPECT_EQ(response.headers["Access-Control-Allow-Headers"], "X-A");
  EXPECT_EQ(response.headers["Access-Control-Expose-Headers"], "X-B");
}

TEST(ResponseHeaders, PoliciesAreKept) {
  Response response;
  response.content_security_policy().set("default-src", "'self'");
  response.content_security_policy().set("script-src", "a b");
  response.content_security_policy_report_only().set("img-src", "*");
  EXPECT_EQ(response.headers["Content-Security-Policy"], "default-src 'self'; script-src a b");
  EXPECT_EQ(response.content_security_policy().get("script-src"), "a b");
  EXPECT_EQ(response.headers["Content-Security-Policy-Report-Only"], "img-src *");
  response.content_security_policy_report_only().set("img-src", std::nullopt);
  EXPECT_FALSE(response.headers.contains("Content-Security-Policy-Report-Only"));
  EXPECT_EQ(response.cross_origin_opener_policy(), "unsafe-none");
  response.set_cross_origin_opener_policy("same-origin");
  response.set_cross_origin_embedder_policy("require-corp");
  EXPECT_EQ(response.cross_origin_opener_policy(), "same-origin");
  EXPECT_EQ(response.cross_origin_embedder_policy(), "require-corp");
  EXPECT_THROW(response.set_cross_origin_embedder_policy("same-origin"), std::invalid_argument);
  response.set_access_control_allow_credentials(true);
  response.set_access_control_allow_origin("https://a.example");
  response.set_access_control_max_age(5);
  EXPECT_EQ(response.headers["Access-Control-Allow-Credentials"], "true");
  EXPECT_EQ(response.access_control_allow_origin(), "https://a.example");
  EXPECT_EQ(response.access_control_max_age(), 5);
  response.set_access_control_allow_credentials(false);
  EXPECT_FALSE(response.access_control_allow_credentials());
}

TEST(ResponseHeaders, TimesAreDates) {
  Response response;
  response.set_last_modified(784111777);
  response.set_expires(DateTime{1994, 11, 6, 8, 49, 37});
  EXPECT_EQ(response.headers["Last-Modified"], "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(response.headers["Expires"], "Sun, 06 Nov 1994 08:49:37 GMT");
  ASSERT_TRUE(response.last_modified());
  EXPECT_EQ(unix_seconds(*response.last_modified()), 784111777);
  response.set_expires(http::OptionalSeconds());
  EXPECT_EQ(response.expires(), std::nullopt);
  EXPECT_THROW(response.set_date(253'402'300'800), std::invalid_argument);
  response.set_retry_after(5);
  EXPECT_EQ(response.headers["Retry-After"], "5");
  ASSERT_TRUE(response.retry_after());
  EXPECT_NEAR(static_cast<double>(unix_seconds(*response.retry_after())),
              static_cast<double>(std::time(nullptr) + 5), 2.0);
  response.headers["Retry-After"] = "9223372036854775807";
  EXPECT_EQ(response.retry_after(), std::nullopt);
  response.set_retry_after(DateTime{1994, 11, 6, 8, 49, 37});
  EXPECT_EQ(unix_seconds(*response.retry_after()), 784111777);
  response.set_age(7);
  EXPECT_EQ(response.age(), 7);
  EXPECT_THROW(response.set_age(-1), std::invalid_argument);
}

TEST(ResponseHeaders, TheBodyIsDescribed) {
  Response response;
  response.set_mimetype("text/css");
  EXPECT_EQ(response.content_type(), "text/css; charset=utf-8");
  EXPECT_EQ(response.mimetype_params().get("charset", ""), "utf-8");
  response.set_mimetype("image/png");
  EXPECT_EQ(response.content_type(), "image/png");
  response.set_content_location("/\u00e4");
  EXPECT_EQ(response.content_location(), "/%C3%A4");
  response.set_content_encoding("gzip");
  response.set_content_md5("x");
  response.set_content_md5(std::nullopt);
  EXPECT_EQ(response.content_encoding(), "gzip");
  EXPECT_FALSE(response.headers.contains("Content-MD5"));
  response.set_content_range(http::ContentRange{"bytes", http::ByteRange{0, 4}, 10});
  EXPECT_EQ(response.headers["Content-Range"], "bytes 0-3/10");
  EXPECT_EQ(response.content_range()->length, 10);
  response.set_www_authenticate({"basic", std::nullopt, {{"realm", "x"}}});
  EXPECT_EQ(response.headers["WWW-Authenticate"], "Basic realm=x");
  EXPECT_EQ(response.www_authenticate()->parameters.get("realm", ""), "x");
}

TEST(ResponseHeaders, ETagsAreStrongOrWeak) {
  Response response("hello");
  EXPECT_FALSE(response.get_etag());
  response.set_etag("a", true);
  EXPECT_EQ(response.headers["ETag"], "W/\"a\"");
  response.add_etag();
  ASSERT_TRUE(response.get_etag());
  EXPECT_EQ(response.get_etag()->value, "a");
  EXPECT_TRUE(response.get_etag()->weak);
  response.add_etag(true);
  EXPECT_EQ(response.get_etag()->value, http::generate_etag("hello"));
  EXPECT_THROW(response.set_etag("a\"b"), std::invalid_argument);
}

TEST(ResponseHeaders, FreezeHoldsTheBody) {
  Response response;
  response.set_stream([](BodyWriter& out) {
    out.write("he");
    out.write("llo");
  });
  response.freeze();
  EXPECT_FALSE(response.is_streamed());
  EXPECT_EQ(response.data(), "hello");
  EXPECT_EQ(response.headers["Content-Length"], "5");
  EXPECT_TRUE(response.get_etag());
}

TEST(ResponseHeaders, JsonIsReadBack) {
  Response response("{\"a\": 1}", 200, "application/json");
  EXPECT_TRUE(response.is_json());
  EXPECT_EQ(response.json()["a"].as_int(), 1);
  Response text("{", 200, "text/plain");
  EXPECT_TRUE(text.json().is_none());
  EXPECT_TRUE(text.get_json(true, true).is_none());
  EXPECT_THROW((void)text.get_json(true), std::invalid_argument);
}

TEST(ResponseHeaders, CookiesHaveEveryAttribute) {
  Response response;
  http::CookieOptions options;
  options.path = "/x";
  options.domain = "example.com";
  options.samesite = http::SameSite::lax;
  options.partitioned = true;
  response.delete_cookie("a", options);
  EXPECT_EQ(response.headers["Set-Cookie"],
            "a=; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; Path=/x; "
            "SameSite=Lax; Partitioned");
}

}  // namespace
}  // namespace retort
