// SPDX-License-Identifier: BSD-3-Clause
#include "retort/server/server.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/raw_client.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/fiber/fiber.h"
#include "retort/http/errors.h"
#include "retort/message/request.h"
#include "retort/message/response.h"

namespace retort::server {
namespace {

using namespace std::chrono_literals;
using test::RawClient;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Answers by path, so that one handler serves all tests.
class Probe final : public Handler {
 public:
  void handle(Request& request, Response& response) override {
    response.set_content_type("text/plain");
    if (request.path == "/echo") {
      response.set_data(std::string(request.get_data()));
    } else if (request.path == "/sleep") {
      fiber::sleep_for(50ms);
      response.set_data("slept");
    } else if (request.path == "/throw") {
      throw std::runtime_error("secret detail");
    } else if (request.path == "/stream") {
      response.set_stream([](BodyWriter& out) {
        out.write("one ");
        fiber::sleep_for(1ms);
        out.write("two");
      });
    } else if (request.path == "/big") {
      response.set_data(std::string(3'000'000, 'b'));
    } else if (request.path == "/status") {
      response.status_code = 204;
    } else if (request.path == "/upgrade") {
      response.upgrade("echo", [](UpgradedConnection& connection) {
        char buffer[64];
        while (const std::size_t n = connection.read(buffer, sizeof buffer)) connection.write({buffer, n});
      });
    } else if (request.path == "/upgrade-42") {
      response.upgrade("echo", [](UpgradedConnection& connection) {
        connection.write("one");
        throw 42;
      });
    } else if (request.path == "/upgrade-unclean") {
      response.upgrade("echo", [](UpgradedConnection&) {});
      response.headers.append_unchecked("X", "a\r\nY: b");
    } else if (request.path.starts_with("/closed")) {
      response.call_on_close([this] { ++closed; });
      response.call_on_close([] { throw 43; });
      if (request.path == "/closed/404") throw NotFound();
      if (request.path == "/closed/42") throw 42;
      response.set_data("text");
    } else if (request.path == "/url") {
      response.set_data(request.url.str());
    } else {
      response.set_data("hello " + std::string(request.path));
    }
  }

  std::atomic<int> closed{0};
};

class ServerTest : public ::testing::Test {
 protected:
  void serve(ServerOptions options = {}) {
    options.port = 0;
    options.on_error = [this](std::string_view what) {
      const std::lock_guard lock(mutex_);
      errors_.append(what).append("\n");
    };
    server_.emplace(probe_, std::move(options));
    server_->start();
    thread_ = std::thread([this] { server_->run(); });
  }
  void TearDown() override {
    if (!server_) return;
    server_->stop();
    server_->stop();  // at once
    thread_.join();
    EXPECT_EQ(server_->stats().exchanges, 0u);
    EXPECT_EQ(server_->stats().buffers, 0u);
  }
  std::string ask(const std::string& bytes) {
    RawClient client(server_->port());
    client.send(bytes);
    return client.read_to_end();
  }
  static std::string get(const std::string& path, const std::string& more = "Connection: close\r\n") {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
  }

  std::string errors() {
    const std::lock_guard lock(mutex_);
    return errors_;
  }

  Probe probe_;
  std::mutex mutex_;
  std::string errors_;
  std::optional<Server> server_;
  std::thread thread_;
};

TEST_F(ServerTest, AnswersWithServerDateTypeAndLength) {
  serve();
  const std::string answer = ask(get("/a"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\nServer: retort\r\nDate: "));
  EXPECT_THAT(
      answer,
      HasSubstr("\r\nContent-Type: text/plain\r\nContent-Length: 8\r\nConnection: close\r\n\r\nhello /a"));
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrderAlsoAroundOneThatParks) {
  serve();
  const std::string answer = ask(get("/1", "") + get("/sleep", "") + get("/3"));
  const auto first = answer.find("hello /1"), second = answer.find("slept"), third = answer.find("hello /3");
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(second, std::string::npos);
  ASSERT_NE(third, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST_F(ServerTest, AnEarlierAnswerDoesNotWaitForAParkedRequest) {
  serve();
  RawClient client(server_->port());
  client.send(get("/1", "") + get("/sleep"));
  EXPECT_THAT(client.read_until("hello /1", 30ms), EndsWith("hello /1"));
  EXPECT_THAT(client.read_to_end(), HasSubstr("slept"));
}

TEST_F(ServerTest, ParkedRequestsOfManyClientsRunAtOnce) {
  serve();
  const auto start = std::chrono::steady_clock::now();
  std::vector<RawClient> clients;
  for (int i = 0; i < 100; ++i) {
    clients.emplace_back(server_->port());
    clients.back().send(get("/sleep"));
  }
  for (auto& client : clients) EXPECT_THAT(client.read_to_end(), EndsWith("slept"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);  // one after another would take five
}

TEST_F(ServerTest, ReadsBodiesOfBothFramings) {
  serve();
  EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"),
              EndsWith("\r\n\r\nhello"));
  EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"),
              EndsWith("\r\n\r\nabcde"));
  RawClient slow(server_->port());
  slow.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
  const std::string half(50'000, 'z');
  slow.send(half);
  std::this_thread::sleep_for(5ms);
  slow.send(half);
  EXPECT_THAT(slow.read_until(half + half, 2s), EndsWith(half + half));
  slow.send(get("/after"));
  EXPECT_THAT(slow.read_to_end(), EndsWith("hello /after"));
}

TEST_F(ServerTest, ChunkedBodiesByteByByteLeaveTheNextRequestWhole) {
  serve();
  RawClient client(server_->port());
  const std::string bytes =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n" +
      get("/next");
  for (const char c : bytes) {
    client.send(std::string(1, c));
    std::this_thread::sleep_for(100us);
  }
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, HasSubstr("\r\n\r\nabcd"));
  EXPECT_THAT(answer, EndsWith("hello /next"));
}

TEST_F(ServerTest, SendsContinueWhenTheBodyIsWanted) {
  serve();
  RawClient client(server_->port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: "
      "close\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n", 1s), StartsWith("HTTP/1.1 100 Continue\r\n\r\n"));
  client.send("ok");
  EXPECT_THAT(client.read_to_end(), EndsWith("\r\n\r\nok"));
}

TEST_F(ServerTest, HeadAndNoContentHaveNoBody) {
  serve();
  const std::string head = ask("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Content-Length: 8\r\n"));
  EXPECT_THAT(head, EndsWith("\r\n\r\n"));
  const std::string none = ask(get("/status"));
  EXPECT_THAT(none, StartsWith("HTTP/1.1 204 NO CONTENT\r\n"));
  EXPECT_THAT(none, Not(HasSubstr("Content-Length")));
}

TEST_F(ServerTest, StreamsAreChunkedOrEndWithTheConnection) {
  serve();
  EXPECT_THAT(ask(get("/stream")), EndsWith("4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n"));
  EXPECT_THAT(ask("GET /stream HTTP/1.0\r\n\r\n"), EndsWith("\r\n\r\none two"));
}

TEST_F(ServerTest, LargeBodiesWaitForASlowReader) {
  serve();
  RawClient client(server_->port());
  client.send(get("/big"));
  std::this_thread::sleep_for(20ms);
  EXPECT_THAT(ask(get("/meanwhile")), EndsWith("hello /meanwhile"));
  const std::string answer = client.read_to_end();
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 3'000'000u);
}

TEST_F(ServerTest, AnExceptionIsABare500AndTheConnectionGoesOn) {
  serve();
  const std::string answer = ask(get("/throw", "") + get("/next"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("secret")));
  EXPECT_THAT(answer, EndsWith("hello /next"));
}

TEST_F(ServerTest, UpgradesToAnotherProtocol) {
  serve();
  RawClient client(server_->port());
  client.send("GET /upgrade HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nearly");
  EXPECT_THAT(client.read_until("early", 1s), StartsWith("HTTP/1.1 101 Switching Protocols\r\n"));
  client.send("more");
  EXPECT_EQ(client.read_until("more", 1s), "more");
  client.shutdown_write();
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(ServerTest, Http10ClosesUnlessAsked) {
  serve();
  EXPECT_THAT(ask("GET /a HTTP/1.0\r\n\r\n"), HasSubstr("Connection: close"));
  RawClient client(server_->port());
  client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(client.read_until("hello /a", 1s), HasSubstr("Connection: keep-alive"));
  client.send(get("/b"));
  EXPECT_THAT(client.read_to_end(), EndsWith("hello /b"));
}

TEST_F(ServerTest, HalfClosedClientsGetTheirAnswer) {
  serve();
  RawClient client(server_->port());
  client.send(get("/sleep"));
  client.shutdown_write();
  EXPECT_THAT(client.read_to_end(), EndsWith("slept"));
}

TEST_F(ServerTest, SlowHeadsAndIdleConnectionsAreEnded) {
  ServerOptions options;
  options.timeouts.header = 50ms;
  options.timeouts.keep_alive = 50ms;
  serve(std::move(options));
  RawClient slow(server_->port());
  slow.send("GET / HT");
  EXPECT_THAT(slow.read_to_end(), StartsWith("HTTP/1.1 408 "));
  RawClient idle(server_->port());
  idle.send(get("/a", ""));
  EXPECT_THAT(idle.read_to_end(), EndsWith("hello /a"));
}

TEST_F(ServerTest, ATimeOfZeroIsForEver) {
  ServerOptions options;
  options.timeouts.header = options.timeouts.keep_alive = options.timeouts.body_idle =
      options.timeouts.write = 0ms;
  serve(std::move(options));
  RawClient client(server_->port());
  for (const char* piece : {"GET /a HT", "TP/1.1\r\nHost: x\r\n\r\n"}) {
    std::this_thread::sleep_for(20ms);
    client.send(piece);
  }
  EXPECT_THAT(client.read_until("hello /a", 10s), EndsWith("hello /a"));
  std::this_thread::sleep_for(20ms);
  client.send(get("/b"));
  EXPECT_THAT(client.read_to_end(), EndsWith("hello /b"));
}

TEST_F(ServerTest, SlowBodiesAreEnded) {
  ServerOptions options;
  options.timeouts.body_idle = 50ms;
  serve(std::move(options));
  RawClient slow(server_->port());
  slow.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_THAT(slow.read_to_end(), HasSubstr("Connection: close"));
}

TEST_F(ServerTest, WorkersShareThePort) {
  ServerOptions options;
  options.workers = 3;
  serve(std::move(options));
  for (int i = 0; i < 50; ++i) EXPECT_THAT(ask(get("/w")), EndsWith("hello /w"));
  EXPECT_EQ(server_->stats().requests, 50u);
}

TEST_F(ServerTest, WorkersDoNotShareThePortWithAnotherServer) {
  ServerOptions options;
  options.workers = 2;
  serve(std::move(options));
  ServerOptions again;
  again.workers = 2;
  again.port = server_->port();
  Server second(probe_, std::move(again));
  EXPECT_THROW(second.start(), std::system_error);
}

TEST_F(ServerTest, StoppingLetsRunningRequestsFinish) {
  serve();
  RawClient client(server_->port());
  client.send(get("/sleep", ""));
  std::this_thread::sleep_for(10ms);
  server_->stop();
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, EndsWith("slept"));
  EXPECT_THROW(RawClient(server_->port()), std::runtime_error);
}

TEST_F(ServerTest, StoppingLosesNoRequestThatIsOnItsWay) {
  serve();
  RawClient fresh(server_->port()), half(server_->port()), kept(server_->port());
  kept.send(get("/kept", ""));
  EXPECT_THAT(kept.read_until("hello /kept", 10s), HasSubstr("200 OK"));
  half.send("GET /half HTTP/1.1\r\nHost: ");
  RawClient(server_->port()).send(get("/known"));  // the ones before it are accepted now
  while (server_->stats().requests < 2) std::this_thread::sleep_for(1ms);
  server_->stop();
  EXPECT_EQ(kept.read_to_end(), "") << "an idle connection is closed at once";
  fresh.send(get("/fresh", ""));
  EXPECT_THAT(fresh.read_to_end(), EndsWith("hello /fresh"));
  half.send("localhost\r\n\r\n");
  EXPECT_THAT(half.read_to_end(), EndsWith("hello /half"));
}

TEST_F(ServerTest, TakesASocketThatListensAlready) {
  fiber::Listener listener = fiber::Listener::tcp("127.0.0.1", 0);
  ServerOptions options;
  options.listen_fd = dup(listener.fd());
  options.workers = 2;
  serve(std::move(options));
  EXPECT_EQ(server_->port(), listener.port());
  for (int i = 0; i < 10; ++i) EXPECT_THAT(ask(get("/w")), EndsWith("hello /w"));
  server_->stop();
  RawClient waiting(listener.port());  // the socket listens on: whoever shares it will answer
}

TEST_F(ServerTest, RefusesASocketThatDoesNotListen) {
  ServerOptions options;
  options.listen_fd = socket(AF_INET, SOCK_STREAM, 0);
  Server server(probe_, std::move(options));
  EXPECT_THROW(server.start(), std::system_error);
}

TEST_F(ServerTest, FreesTheConnectionsOfClientsThatReset) {
  serve();
  for (int i = 0; i < 20; ++i) {
    RawClient client(server_->port());
    client.send(get("/sleep", "") + get("/big", ""));
    client.reset();
  }
  for (int i = 0; i < 100 && server_->stats().connections != 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(server_->stats().connections, 0u);
  EXPECT_THAT(ask(get("/next")), EndsWith("hello /next"));
}

TEST_F(ServerTest, WhatLeavesAnUpgradeEndsItsConnectionAlone) {
  serve();
  const std::string upgrade = "Connection: upgrade\r\nUpgrade: echo\r\n";
  EXPECT_THAT(ask(get("/upgrade-42", upgrade)), EndsWith("\r\n\r\none"));
  EXPECT_EQ(errors(), "unknown exception\n");
  const std::string unclean = ask(get("/upgrade-unclean", upgrade));
  EXPECT_THAT(unclean, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(unclean, Not(HasSubstr("Y: b")));
  EXPECT_THAT(ask(get("/next")), EndsWith("hello /next"));
}

TEST_F(ServerTest, CloseFunctionsRunWhateverTheHandlerThrows) {
  serve();
  EXPECT_THAT(ask(get("/closed")), EndsWith("text"));
  EXPECT_EQ(probe_.closed, 1);
  EXPECT_THAT(ask(get("/closed/404")), StartsWith("HTTP/1.1 404 "));
  EXPECT_EQ(probe_.closed, 2);
  EXPECT_EQ(errors(), "unknown exception\nunknown exception\n") << "what the functions threw";
  EXPECT_THAT(ask(get("/closed/42")), StartsWith("HTTP/1.1 500 "));
  EXPECT_EQ(probe_.closed, 3);
}

TEST_F(ServerTest, ARequestWithoutHostHasTheBoundAddress) {
  for (const char* host : {"", "localhost", "127.0.0.1"}) {
    ServerOptions options;
    options.host = host;
    serve(std::move(options));
    const std::string bound = *host ? "127.0.0.1" : "0.0.0.0";
    EXPECT_THAT(ask("GET /url HTTP/1.0\r\n\r\n"),
                EndsWith("http://" + bound + ":" + std::to_string(server_->port()) + "/url"));
    server_->stop();
    server_->stop();
    thread_.join();
    server_.reset();
  }
}

}  // namespace
}  // namespace retort::server
