// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/response.h"

#include <stdexcept>

#include <fcntl.h>
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

TEST(Response, CloseFunctionsRunOnceInOrderAfterTheStreamHasGone) {
  std::string told;
  struct Held {
    std::string* told;
    explicit Held(std::string& out) : told(&out) {}
    Held(Held&& o) noexcept : told(std::exchange(o.told, nullptr)) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (told) *told += "stream ";
    }
  };
  Response response;
  response.set_stream([held = Held(told)](BodyWriter&) {});
  response.call_on_close([&] {
    told += "one ";
    response.call_on_close([&] { told += "late "; });
  });
  response.call_on_close([&] {
    told += "two ";
    throw std::runtime_error("x");
  });
  response.call_on_close([&] { told += "three "; });
  const auto failed = [&](const std::exception_ptr& error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::runtime_error& e) {
      told += e.what() + std::string(" ");
    }
  };
  response.close(failed);
  response.close(failed);
  EXPECT_EQ(told, "stream one two x three late ");
}

TEST(Response, AnotherBodyClosesTheFile) {
  const auto of_file = [](int& fd) {
    Response response;
    fd = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    response.set_file(fd, 0, 1);
    return response;
  };
  const auto is_open = [](int fd) { return ::fcntl(fd, F_GETFD) != -1; };
  int fd = -1;
  Response response = of_file(fd);
  EXPECT_TRUE(is_open(fd));
  response.set_data("x");
  EXPECT_FALSE(is_open(fd));
  response = of_file(fd);
  response.lend_data("x");
  EXPECT_FALSE(is_open(fd));
  response = of_file(fd);
  response.owned_data();
  EXPECT_FALSE(is_open(fd));
  response = of_file(fd);
  response.set_stream([](BodyWriter&) {});
  EXPECT_FALSE(is_open(fd));
  response = of_file(fd);
  response.reset();
  EXPECT_FALSE(is_open(fd));
}

TEST(Response, ResetKeepsTheMemoryOfSmallBodiesAlone) {
  Response response;
  for (const std::size_t size : {20'000u, 200'000u}) {
    response.owned_data().assign(size, 'x');
    response.reset();
    EXPECT_EQ(response.owned_data().capacity() >= size, size < 64 * 1024) << size;
  }
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
