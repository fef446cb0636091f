// SPDX-License-Identifier: BSD-3-Clause
// Every answer is one record of the access log, also where the server gives it before any handler is asked.
#include <chrono>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/raw_client.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/http/errors.h"
#include "retort/message/request.h"
#include "retort/message/response.h"
#include "retort/server/server.h"

namespace retort::server {
namespace {

using namespace std::chrono_literals;
using test::RawClient;
using ::testing::ElementsAre;

class Probe final : public Handler {
 public:
  void handle(Request& request, Response& response) override {
    if (request.path == "/throw") throw std::runtime_error("any");
    if (request.path == "/missing") throw NotFound();
    response.set_data(std::string(request.get_data()));
  }
};

class AccessLogTest : public ::testing::Test {
 protected:
  AccessLogTest() {
    ServerOptions options;
    options.port = 0;
    options.limits.max_target = 100;
    options.limits.max_header_bytes = 400;
    options.limits.max_body_bytes = 1000;
    options.timeouts.header = 500ms;
    options.on_error = [](std::string_view) {};
    options.on_access = [this](const AccessRecord& record) {
      const std::lock_guard lock(mutex_);
      EXPECT_EQ(record.remote_addr, "127.0.0.1");
      records_.push_back(request_line(record) + " " + std::to_string(record.status) + " " +
                         std::to_string(record.body_bytes));
      if (record.target == "/log-throws") throw 42;
    };
    server_.emplace(probe_, std::move(options));
    server_->start();
    thread_ = std::thread([this] { server_->run(); });
  }
  ~AccessLogTest() override {
    server_->stop();
    server_->stop();  // at once
    thread_.join();
  }
  /// What the log says after these bytes, and no more.
  std::vector<std::string> records_of(const std::string& bytes) {
    RawClient client(server_->port());
    client.send(bytes);
    const std::string answer = client.read_to_end();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 ")) << answer;
    const std::lock_guard lock(mutex_);
    return std::exchange(records_, {});
  }

  Probe probe_;
  std::mutex mutex_;
  std::vector<std::string> records_;
  std::optional<Server> server_;
  std::thread thread_;
};

TEST_F(AccessLogTest, HasEachAnswerOnce) {
  const std::string rest = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  EXPECT_THAT(records_of("GET /" + rest + "\r\n"), ElementsAre("GET / HTTP/1.1 200 0"));
  EXPECT_THAT(records_of("GET /throw" + rest + "\r\n"), ElementsAre("GET /throw HTTP/1.1 500 22"));
  EXPECT_THAT(records_of("HEAD /throw" + rest + "\r\n"), ElementsAre("HEAD /throw HTTP/1.1 500 0"));
  EXPECT_THAT(records_of("GET /missing" + rest + "\r\n"), ElementsAre("GET /missing HTTP/1.1 404 10"));
  EXPECT_THAT(records_of("POST /" + rest + "Content-Length: 1001\r\n\r\n"),
              ElementsAre("POST / HTTP/1.1 413 25"));
  EXPECT_THAT(records_of("POST /" + rest + "Transfer-Encoding: chunked\r\n\r\nno size\r\n"),
              ElementsAre("POST / HTTP/1.1 400 12"));
}

TEST_F(AccessLogTest, HasWhatIsNoRequest) {
  const struct {
    std::string bytes, line;
    int status;
  } cases[] = {
      {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", "GET / HTTP/1.1", 400},
      {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1", 400},
      {"\r\nGET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1", 400},
      {"GET /" + std::string(200, 'a') + " HTTP/1.1\r\n\r\n", "GET /" + std::string(200, 'a') + " HTTP/1.1",
       414},
      {"GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(400, 'a') + "\r\n\r\n", "GET / HTTP/1.1", 431},
      {"GET / HTTP/2.0\r\n\r\n", "GET / HTTP/2.0", 505},
      {"GET /a b HTTP/1.1\r\n\r\n", "GET /a b HTTP/1.1", 400},
      {"\x16\x03\x01\x02\x1b[2J\r\n\r\n", "\\x16\\x03\\x01\\x02\\x1b[2J", 400},
      {"GET /half HTTP/1.1\r\nHost: ", "GET /half HTTP/1.1", 408},
      {"GET /ha", "GET /ha", 408},
  };
  for (const auto& c : cases) {
    const std::vector<std::string> records = records_of(c.bytes);
    ASSERT_EQ(records.size(), 1u) << c.bytes;
    EXPECT_THAT(records[0], ::testing::StartsWith(c.line + " " + std::to_string(c.status) + " ")) << c.bytes;
  }
}

TEST_F(AccessLogTest, KeepsTheLinesOfOthersOutOfThatOfOneThatIsRefused) {
  EXPECT_THAT(records_of("GET /first HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n"),
              ElementsAre("GET /first HTTP/1.1 200 0", "nonsense 400 12"));
}

TEST_F(AccessLogTest, OneThatThrowsEndsNothing) {
  EXPECT_THAT(
      records_of("GET /log-throws HTTP/1.1\r\nHost: x\r\n\r\nGET /log-throws HTTP/1.1\r\nHost : x\r\n\r\n"),
      ElementsAre("GET /log-throws HTTP/1.1 200 0", "GET /log-throws HTTP/1.1 400 12"));
}

}  // namespace
}  // namespace retort::server
