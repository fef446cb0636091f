// SPDX-License-Identifier: BSD-3-Clause
// Bounds: on what is sent, on how slowly, and on what is kept of it.
#include "tests/security/server_fixture.h"

#include "retort/app/app.h"
#include "retort/app/inject.h"
#include "retort/http/multidict.h"
#include "retort/http/url.h"
#include "retort/testing/client.h"

namespace retort::security {
namespace {

class HttpLimits : public Attack {};

TEST_F(HttpLimits, HeaderCountAndBytesRequestLineAndBodyAreBounded) {
  server::ServerOptions options;
  options.limits.max_body_bytes = 1000;
  serve(std::move(options));
  std::string many;
  for (int i = 0; i < 101; ++i) many += "X" + std::to_string(i) + ": y\r\n";
  expect_refused(get("/", many), "431");
  expect_refused(get("/", "X: " + std::string(20'000, 'x') + "\r\n"), "431");
  expect_refused(get("/", std::string(20'000, 'n') + ": x\r\n"), "431");
  expect_refused(get("/" + std::string(10'000, 'p')), "414");
  expect_refused("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", "413");
  EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                  std::string(1001, 'x') + "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpLimits, GiantHeadersThatNeverEndAreCutOff) {
  serve();
  for (const std::string start : {"GET / HTTP/1.1\r\nX: ", "GET /", "GET / HTTP/1.1\r\nHost: x\r\n"}) {
    RawClient client(server_->port());
    client.send(start);
    const std::string piece(64 * 1024, 'a');
    for (int i = 0; i < 100; ++i) client.send(piece);
    EXPECT_THAT(client.read_until("\n", 5s), ::testing::AnyOf(StartsWith("HTTP/1.1 4"), "")) << start;
  }
}

TEST_F(HttpLimits, EndlessChunksOfABodyThatNobodyReadsAreCutOff) {
  serve();
  RawClient client(server_->port());
  client.send("POST /ignored HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::string chunk = "1000\r\n" + std::string(4096, 'x') + "\r\n";
  for (int i = 0; i < 2000; ++i) client.send(chunk);  // 8 MB
  const std::string answer = client.read_until("never", 500ms);
  EXPECT_LE(answers(answer), 1u);
}

TEST_F(HttpLimits, AnUnreadBodyLongerThanIsWorthReadingEndsTheConnection) {
  serve();
  RawClient client(server_->port());
  client.send("POST /ignored HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\nabc");
  EXPECT_THAT(client.read_to_end(), HasSubstr("asked:/ignored"));
}

TEST_F(HttpLimits, OneByteNowAndThenInTheHeadEndsAtTheDeadline) {
  server::ServerOptions options;
  options.timeouts.header = 200ms;
  serve(std::move(options));
  RawClient client(server_->port());
  const std::string head = get("/slow");
  std::string answer;
  for (std::size_t i = 0; i < head.size() && answer.empty(); ++i) {
    client.send(head.substr(i, 1));
    answer = client.read_until("\n", 20ms);
  }
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 408"));
}

TEST_F(HttpLimits, OneByteNowAndThenInTheBodyEndsAtTheDeadline) {
  server::ServerOptions options;
  options.timeouts.body_grace = 200ms;
  options.timeouts.min_body_rate = 1000;
  serve(std::move(options));
  RawClient client(server_->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
  std::string answer;
  for (int i = 0; i < 500 && answer.empty(); ++i) {
    client.send("x");
    answer = client.read_until("\n", 10ms);
  }
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 408"));
}

TEST_F(HttpLimits, ABodyThatStopsEndsAtTheDeadline) {
  server::ServerOptions options;
  options.timeouts.body_idle = 100ms;
  serve(std::move(options));
  EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"),
              StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
              StartsWith("HTTP/1.1 408"));
}

TEST_F(HttpLimits, AClientThatDoesNotReadItsAnswerIsLeft) {
  server::ServerOptions options;
  options.timeouts.write = 200ms;
  serve(std::move(options));
  for (const std::string path : {"/big", "/stream"}) {
    RawClient client(server_->port());
    client.send(get(path));
    for (int i = 0; i < 300 && server_->stats().connections != 0; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_EQ(server_->stats().connections, 0u) << path;
  }
}

TEST_F(HttpLimits, AnIdleConnectionEndsAtTheDeadline) {
  server::ServerOptions options;
  options.timeouts.keep_alive = 100ms;
  options.timeouts.header = 100ms;
  serve(std::move(options));
  RawClient silent(server_->port());
  RawClient kept(server_->port());
  kept.send(get("/", ""));
  EXPECT_THAT(kept.read_to_end(), HasSubstr("asked:/"));  // and then it is closed
  EXPECT_EQ(silent.read_to_end(), "");
}

TEST_F(HttpLimits, SlowClientsDoNotKeepOthersWaiting) {
  serve();
  std::vector<RawClient> slow;
  for (int i = 0; i < 200; ++i) slow.emplace_back(server_->port()).send("GET / HT");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(ask(get("/fast")), EndsWith("asked:/fast"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

TEST(HttpInput, AQueryParserNeverReadsPastItsEnd) {
  for (const std::string_view query : {"a=%", "a=%4", "a=%41", "%", "=", "&", "a", "a=%zz%", "%%%", "+"}) {
    // In memory of exactly its size, so that a sanitizer sees a byte too many.
    std::vector<char> exact(query.begin(), query.end());
    (void)http::parse_query({exact.data(), exact.size()});
  }
  EXPECT_EQ(http::parse_query("a=%4")["a"], "%4");
}

TEST(HttpInput, ManyKeysTakeLinearTime) {
  std::string query;
  for (int i = 0; i < 200'000; ++i) query += "k" + std::to_string(i) + "&";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(http::parse_query(query, 200'000).size(), 200'000u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

struct Anything {
  Value value;
};

TEST(HttpInput, JsonDepthIsBounded) {
  App app{"test"};
  app.post("/", [](Request& request) { return request.json().str().substr(0, 5); });
  const auto status = [&](int depth) {
    const std::string body =
        std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
    return app.test_client().post("/", {.data = body, .content_type = "application/json"}).status_code;
  };
  EXPECT_EQ(status(50), 200);
  EXPECT_EQ(status(100'000), 400);
}

TEST(HttpInput, ACompressedBodyIsNotInflated) {
  App app{"test"};
  app.post("/", [](Request& request) { return std::string(request.get_data()); });
  const std::string gzip("\x1f\x8b\x08\x00", 4);
  EXPECT_EQ(app.test_client().post("/", {.data = gzip, .headers = {{"Content-Encoding", "gzip"}}}).data,
            gzip);
}

TEST(HttpInput, ForwardedForIsNotBelievedWithoutAProxy) {
  App app{"test"};
  app.get("/", [](Request& request) { return std::string(request.remote_addr); });
  for (const char* value : {",", "", "6.6.6.6", ", ,", "a,,b"})
    EXPECT_EQ(app.test_client().get("/", {.headers = {{"X-Forwarded-For", value}}}).data, "127.0.0.1");
}

}  // namespace
}  // namespace retort::security
