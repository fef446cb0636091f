// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A server on a loopback port for raw sockets to attack. After each test it must have let
// go of everything.

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "tests/support/raw_client.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/fiber/fiber.h"
#include "retort/message/request.h"
#include "retort/message/response.h"
#include "retort/server/server.h"

namespace retort::security {

using namespace std::chrono_literals;
using test::RawClient;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Tells what it was asked, so that a request inside another one shows.
class Target final : public Handler {
 public:
  void handle(Request& request, Response& response) override {
    response.set_content_type("text/plain");
    if (request.path == "/echo") {
      response.set_data("echo:" + std::string(request.get_data()));
    } else if (request.path == "/park") {
      fiber::sleep_for(20ms);
      response.set_data("parked:" + std::string(request.query_string));
    } else if (request.path == "/forever") {
      fiber::sleep_for(60s);
    } else if (request.path == "/throw") {
      throw std::runtime_error("secret detail");
    } else if (request.path == "/big") {
      response.set_data(std::string(8'000'000, 'b'));
    } else if (request.path == "/stream") {
      response.set_stream([](BodyWriter& out) {
        const std::string piece(64 * 1024, 's');
        for (int i = 0; i < 1000; ++i) out.write(piece);
      });
    } else {
      response.set_data("asked:" + std::string(request.path));
    }
  }
};

class Attack : public ::testing::Test {
 protected:
  void serve(server::ServerOptions options = {}) {
    options.port = 0;
    options.on_error = [](std::string_view) {};
    server_.emplace(target_, std::move(options));
    server_->start();
    thread_ = std::thread([this] { server_->run(); });
  }
  void SetUp() override { start_ = std::chrono::steady_clock::now(); }
  void TearDown() override {
    if (!server_) return;
    EXPECT_THAT(ask(get("/next")), HasSubstr("asked:/next")) << "the next client is not served";
    wait_until_free();
    server_->stop();
    server_->stop();  // at once
    thread_.join();
    EXPECT_EQ(server_->stats().connections, 0u);
    EXPECT_EQ(server_->stats().exchanges, 0u);
    EXPECT_EQ(server_->stats().buffers, 0u);
  }

  /// Connections that the client has left are closed within some time.
  void wait_until_free() {
    for (int i = 0; i < 300 && server_->stats().connections != 0; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_EQ(server_->stats().connections, 0u);
  }
  std::string ask(const std::string& bytes) {
    RawClient client(server_->port());
    client.send(bytes);
    return client.read_to_end();
  }
  static std::string get(const std::string& path, const std::string& more = "Connection: close\r\n") {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
  }
  static std::size_t answers(std::string_view bytes) {
    std::size_t n = 0;
    for (std::size_t at = 0; (at = bytes.find("HTTP/1.1 ", at)) != std::string_view::npos; ++at) ++n;
    return n;
  }
  /// The connection is answered with this status and closed, and nothing else was served.
  void expect_refused(const std::string& bytes, std::string_view status) {
    const std::string answer = ask(bytes);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::string(status))) << bytes.substr(0, 300);
    EXPECT_EQ(answers(answer), 1u) << bytes.substr(0, 300);
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
  }

  Target target_;
  std::optional<server::Server> server_;
  std::thread thread_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace retort::security
