// SPDX-License-Identifier: BSD-3-Clause
// A plain request allocates nothing once the server has warmed up: counted over a socket,
// in the thread that serves.
#include <string>
#include <thread>

#include "tests/allocation/counting.h"
#include "tests/support/raw_client.h"
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/server/server.h"

namespace retort {
namespace {

struct Message {
  std::string_view message;
  int number;
};

Message add(std::int64_t a, std::int64_t b) { return {"Hello, World!", static_cast<int>(a + b)}; }

class Allocations : public ::testing::Test {
 protected:
  Allocations() : server_(make_server()) {
    app_.freeze();  // as retort::main does: what the app owns belongs to the thread that made it
    server_.start();
    thread_ = std::thread([this] {
      test::count_allocations(true);
      server_.run();
    });
  }
  ~Allocations() override {
    server_.stop();
    server_.stop();
    thread_.join();
  }

  // Of ten rounds, after five to warm up. `end` is what an answer ends with.
  std::size_t of(const std::string& request, std::string_view end, int times = 1) {
    test::RawClient client(server_.port());
    std::string all;
    for (int i = 0; i < times; ++i) all += request;
    std::string answer;
    const auto round = [&] {
      client.send(all);
      answer = client.read_until(end, std::chrono::seconds(10));
    };
    for (int i = 0; i < 5; ++i) round();
    const std::size_t before = test::allocations_so_far();
    for (int i = 0; i < 10; ++i) round();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    return test::allocations_so_far() - before;
  }
  static std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n";
  }

 private:
  server::Server make_server() {
    app_.get("/", [] { return "Hello, World!"; });
    app_.get("/json", [] { return Message{"Hello, World!", 42}; });
    app_.get<add>("/add/<int:a>/<int:b>");
    app_.get("/text", [] { return std::string("short"); });
    app_.get("/long", [] { return std::string(100, 'x'); });
    server::ServerOptions options;
    options.port = 0;
    return server::Server(app_, std::move(options));
  }

  App app_{"test"};
  server::Server server_;
  std::thread thread_;
};

TEST_F(Allocations, OfPlainRequestsAreNone) {
  EXPECT_EQ(of(get("/"), "World!"), 0u);
  EXPECT_EQ(of(get("/"), "World!", 16), 0u);
  EXPECT_EQ(of(get("/text"), "short"), 0u);
}

TEST_F(Allocations, OfJsonFromAnAggregateAreNone) { EXPECT_EQ(of(get("/json"), "}\n"), 0u); }

TEST_F(Allocations, OfARouteWithVariablesAreNone) { EXPECT_EQ(of(get("/add/20/22"), "42}\n"), 0u); }

TEST_F(Allocations, AreSeenByTheCount) { EXPECT_GE(of(get("/long"), "xxx"), 10u); }

}  // namespace
}  // namespace retort
