// SPDX-License-Identifier: BSD-3-Clause
// Over HTTPS a token is not enough: somebody on the network can set cookies over plain HTTP.
#include <string>
#include <utility>
#include <vector>

#include "tests/security/csrf_shop.h"
#include <gtest/gtest.h>

namespace retort {
namespace {

struct SecureVisitor : Visitor {
  explicit SecureVisitor(CsrfShop& shop, const char* base_url = "https://shop.example")
      : Visitor(shop, TestClientOptions{.base_url = base_url}), own_token(token()) {}

  /// What a transfer from a page is answered; "" when it is done.
  std::string from(const char* referrer) {
    return refusal({.headers = {{"X-CSRFToken", own_token}, {"Referer", referrer}}});
  }

  std::string own_token;
};

TEST(CsrfReferrer, IsNeededOverHttps) {
  CsrfShop shop;
  SecureVisitor visitor(shop);
  EXPECT_EQ(visitor.refusal({.headers = {{"X-CSRFToken", visitor.own_token}}}),
            "The referrer header is missing.");
  EXPECT_EQ(visitor.from(""), "The referrer header is missing.");
  EXPECT_EQ(visitor.from("https://shop.example/cart?x#y"), "");
  EXPECT_EQ(visitor.from("https://shop.example"), "");
  EXPECT_EQ(shop.transfers, 2);
}

TEST(CsrfReferrer, OfAnotherOriginIsRefused) {
  CsrfShop shop;
  SecureVisitor visitor(shop);
  for (const char* referrer :
       {"http://shop.example/", "https://evil.example/", "https://evil.example/shop.example",
        "https://evil.example/?https://shop.example/", "https://shop.example.evil.example/",
        "https://www.shop.example/", "https://xshop.example/", "https://shop.example:8443/",
        "https://shop.example@evil.example/", "https://evil.example\\@shop.example/",
        "https://evil.example#@shop.example/", "//shop.example/", "shop.example", "null", "about:client",
        "https:///shop.example/", "data:text/html,https://shop.example/"}) {
    EXPECT_EQ(visitor.from(referrer), "The referrer does not match the host.") << referrer;
  }
  EXPECT_EQ(shop.transfers, 0);
}

TEST(CsrfReferrer, OfAnotherPortIsAnotherOrigin) {
  CsrfShop shop;
  SecureVisitor visitor(shop, "https://shop.example:8443");
  EXPECT_EQ(visitor.from("https://shop.example:8443/cart"), "");
  EXPECT_EQ(visitor.from("https://shop.example/cart"), "The referrer does not match the host.");
}

TEST(CsrfReferrer, CountsOnlyWithAToken) {
  CsrfShop shop;
  SecureVisitor visitor(shop);
  EXPECT_EQ(visitor.refusal({.headers = {{"Referer", "https://shop.example/"}}}),
            "The CSRF token is missing.");
}

TEST(CsrfReferrer, IsNotAskedForOverHttpOrWhenTurnedOff) {
  CsrfShop plain;
  SecureVisitor over_http(plain, "http://shop.example");
  EXPECT_EQ(over_http.from("https://evil.example/"), "");
  CsrfShop lax;
  lax.app.config["WTF_CSRF_SSL_STRICT"] = false;
  SecureVisitor over_https(lax);
  EXPECT_EQ(over_https.from("https://evil.example/"), "");
}

TEST(CsrfReferrer, TheClientDoesNotSayWhatItsHostIs) {
  CsrfShop shop;
  SecureVisitor visitor(shop);
  EXPECT_EQ(visitor.refusal({.headers = {{"X-CSRFToken", visitor.own_token},
                                         {"X-Forwarded-Host", "evil.example"},
                                         {"X-Forwarded-Proto", "http"},
                                         {"Referer", "https://evil.example/"}}}),
            "The referrer does not match the host.");
}

}  // namespace
}  // namespace retort
