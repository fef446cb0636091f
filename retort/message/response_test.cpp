// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/response.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace retort {
namespace {

TEST(Response, HasStatusTypeAndLength) {
  Response response("hi", 404);
  EXPECT_EQ(response.status(), "404 NOT FOUND");
  EXPECT_EQ(response.mimetype(), "text/html");
  EXPECT_EQ(response.content_length(), 2u);
  response.set_content_type("application/json");
  EXPECT_EQ(response.content_type(), "application/json");
  response.set_stream([](BodyWriter&) {});
  EXPECT_EQ(response.content_length(), std::nullopt);
  EXPECT_EQ(response.data(), "");
}

TEST(Response, BodyIsOwnedOrLent) {
  Response response;
  const std::string outside = "outside";
  response.lend_data(outside);
  EXPECT_EQ(response.data().data(), outside.data());
  response.set_data("inside");
  EXPECT_EQ(response.data(), "inside");
}

TEST(Response, ResetForgetsEverything) {
  Response response("x", 500);
  response.headers.add("A", "b");
  response.set_stream([](BodyWriter&) {});
  response.upgrade("websocket", [](UpgradedConnection&) {});
  response.reset();
  EXPECT_EQ(response.status_code, 200);
  EXPECT_TRUE(response.headers.empty());
  EXPECT_EQ(response.data(), "");
  EXPECT_FALSE(response.is_streamed());
  EXPECT_FALSE(response.is_upgrade());
}

TEST(Response, CloseFunctionsRunOnceEvenIfOneFails) {
  Response response;
  int calls = 0;
  response.call_on_close([&] { ++calls; });
  response.call_on_close([] { throw std::runtime_error("x"); });
  response.call_on_close([&] { ++calls; });
  response.close();
  response.close();
  EXPECT_EQ(calls, 2);
}

TEST(Response, CookiesAndTypesCannotSplitHeaders) {
  Response response;
  response.set_cookie("a", "b\r\nX: y");
  EXPECT_EQ(response.headers["Set-Cookie"], "a=\"b\\015\\012X: y\"; Path=/");
  EXPECT_THROW(response.set_content_type("text/html\r\nX: y"), std::invalid_argument);
  response.delete_cookie("a");
  EXPECT_EQ(response.headers.getlist("Set-Cookie").back(),
            "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/");
}

}  // namespace
}  // namespace retort
