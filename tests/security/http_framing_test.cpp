// SPDX-License-Identifier: BSD-3-Clause
// Smuggling: whatever two servers could read differently is refused.
#include "tests/security/server_fixture.h"

namespace retort::security {
namespace {

class HttpFraming : public Attack {
 protected:
  // A body that is a request, behind a head that makes its length a matter of opinion.
  static std::string hiding(const std::string& fields,
                            const std::string& body = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
                            const std::string& version = "HTTP/1.1") {
    return "POST /echo " + version + "\r\nHost: x\r\n" + fields + "\r\n" + body;
  }
};

TEST_F(HttpFraming, TransferEncodingUnknownRepeatedOrConflictingIs400) {
  serve();
  for (const std::string fields : {
           "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
           "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
           "Transfer-Encoding: identity\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: chunked, chunked\r\n",
           "Transfer-Encoding: chunked, identity\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding: chunked;q=1\r\n",
           "Transfer-Encoding: \"chunked\"\r\n",
           "Transfer-Encoding:\r\n",
           "Transfer-Encoding: chun\tked\r\n",
           "Transfer-Encoding: \x0b"
           "chunked\r\n",
       }) {
    expect_refused(hiding(fields), "400");
  }
}

TEST_F(HttpFraming, ContentLengthRepeatedListedSignedSpacedOrTooLargeIs400) {
  serve();
  for (const std::string value : {"-2", "+1", "0x1", "18446744073709551616", "99999999999999999999999",
                                  "1, 1", "1,2", "1 1", "", "1.0", "1e1", "\"1\"", "1;", "٣"}) {
    expect_refused(hiding("Content-Length: " + value + "\r\n"), "400");
  }
  expect_refused(hiding("Content-Length: 4\r\nContent-Length: 4\r\n"), "400");
  expect_refused(hiding("Content-Length: 4\r\nContent-Length: 5\r\n"), "400");
  expect_refused(hiding("Content-Length: 4\r\ncontent-length: 4\r\n"), "400");
}

TEST_F(HttpFraming, NoChunkedInHttp10) {
  serve();
  expect_refused(hiding("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "HTTP/1.0"), "400");
}

TEST_F(HttpFraming, ChunkSizesAreBoundedHexExtensionsBoundedAndTheLastCrlfRequired) {
  serve();
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  for (const std::string body : {
           "g\r\nx\r\n0\r\n\r\n",
           "-1\r\nx\r\n0\r\n\r\n",
           "+1\r\nx\r\n0\r\n\r\n",
           "0x1\r\nx\r\n0\r\n\r\n",
           " 1\r\nx\r\n0\r\n\r\n",
           "\r\nx\r\n0\r\n\r\n",
           "1\nx\r\n0\r\n\r\n",
           "1\r\nxy\r\n0\r\n\r\n",
           "1\r\nx\n0\r\n\r\n",
           "10000000000000000\r\nx\r\n0\r\n\r\n",
           "1 \r\nx\r\n0\r\n\rX",
           "1\r\nx\r\n0\r\nBad Name: x\r\n\r\n",
           "1\r\nx\r\n0\r\n folded\r\n\r\n",
           "1\r\nx\r\n0\r\nX: a\rb\r\n\r\n",
       }) {
    const std::string answer = ask(hiding(chunked + "Connection: close\r\n", body));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400")) << body;
    EXPECT_EQ(answers(answer), 1u) << body;
  }
  EXPECT_THAT(ask(hiding(chunked, "1;" + std::string(100'000, 'e') + "\r\nx\r\n0\r\n\r\n")),
              StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(ask(hiding(chunked + "Connection: close\r\n", "1;ext=\"v\"\r\nx\r\n0\r\n\r\n")),
              EndsWith("echo:x"));
}

TEST_F(HttpFraming, ForbiddenTrailersAreDropped) {
  serve();
  const std::string answer =
      ask(hiding("Transfer-Encoding: chunked\r\n",
                 "1\r\nx\r\n0\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\nHost: evil\r\n"
                 "Authorization: x\r\n\r\n" +
                     get("/after")));
  EXPECT_EQ(answers(answer), 2u);
  EXPECT_THAT(answer, HasSubstr("echo:x"));
  EXPECT_THAT(answer, EndsWith("asked:/after"));
}

TEST_F(HttpFraming, LinesAndNamesThatOthersReadDifferentlyAre400) {
  serve();
  const std::string start = "GET / HTTP/1.1\r\n";
  using namespace std::string_literals;
  for (const std::string& head : {
           start + "Host : x\r\n\r\n",
           start + "Host\t: x\r\n\r\n",
           start + "Host: x\r\n Folded: y\r\n\r\n",
           start + "Host: x\r\nA: b\r\n\tc\r\n\r\n",
           start + "Host: x\nA: b\r\n\r\n",
           start + "Host: x\r\nA: b\n\r\n",
           start + "Host: x\rA: b\r\n\r\n",
           start + "Host: x\r\nA: b\rc\r\n\r\n",
           start + "Host: x\r\nA: b\0c\r\n\r\n"s,
           start + "Host: x\r\nA\0: b\r\n\r\n"s,
           start + "Host: x\r\nA: \x01\r\n\r\n",
           start + "Host: x\r\nA: \x7f\r\n\r\n",
           start + "Host: x\r\nA b: c\r\n\r\n",
           start + "Host: x\r\n: c\r\n\r\n",
           start + "Host: x\r\nnocolon\r\n\r\n",
           start + "Host: x\r\n\xc3\xbc: c\r\n\r\n",
           start + "Host: x\r\nA[]: c\r\n\r\n",
           start + "Host: x\r\nHost: x\r\n\r\n",
           start + "Host: x\r\nhOST: y\r\n\r\n",
           start + "A: b\r\n\r\n",
           "GET / HTTP/1.1\nHost: x\n\n"s,
           "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"s,
           "GET /  HTTP/1.1\r\nHost: x\r\n\r\n"s,
           "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n"s,
           " GET / HTTP/1.1\r\nHost: x\r\n\r\n"s,
           "GET /\r\nHost: x\r\n\r\n"s,
           "GET / HTTP/1.1 \r\nHost: x\r\n\r\n"s,
           "GET / http/1.1\r\nHost: x\r\n\r\n"s,
           "GET / HTTP/1.10\r\nHost: x\r\n\r\n"s,
           "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n"s,
           "G(T / HTTP/1.1\r\nHost: x\r\n\r\n"s,
           "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"s,
           "\n\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"s,
       }) {
    expect_refused(head, "400");
  }
  expect_refused("GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505");
}

TEST_F(HttpFraming, ATargetIsAPathAUrlOrAsterisk) {
  serve();
  for (const std::string target :
       {"evil", "../x", "@evil/", "evil.com:80/x", "http:///x", "http://a@b/x", "//", "*"}) {
    const std::string answer = ask("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    if (target == "//") {
      EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
    } else {
      EXPECT_THAT(answer, StartsWith("HTTP/1.1 400")) << target;
    }
  }
  EXPECT_THAT(ask("GET http://y/abs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              EndsWith("asked:/abs"));
  expect_refused("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", "501");
}

TEST_F(HttpFraming, HeaderValuesAreNeverPercentDecoded) {
  serve();
  EXPECT_THAT(ask(get("/x", "X: a%0d%0aY: b\r\nConnection: close\r\n")), StartsWith("HTTP/1.1 200"));
  expect_refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %34\r\n\r\nabcd", "400");
  expect_refused("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: %63hunked\r\n\r\n0\r\n\r\n", "400");
}

TEST_F(HttpFraming, ABodyThatNobodyReadsIsNotTheNextRequest) {
  serve();
  const std::string inner = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string answer =
      ask("POST /ignored HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(inner.size()) +
          "\r\n\r\n" + inner + get("/after"));
  EXPECT_EQ(answers(answer), 2u);
  EXPECT_THAT(answer, Not(HasSubstr("smuggled")));
  EXPECT_THAT(answer, EndsWith("asked:/after"));
}

TEST_F(HttpFraming, GarbageIsRefused) {
  serve();
  std::uint64_t seed = 0x9e3779b97f4a7c15;
  for (int round = 0; round < 200; ++round) {
    std::string bytes(1 + seed % 2000, '\0');
    for (char& c : bytes) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      c = static_cast<char>(seed >> 56);
    }
    RawClient client(server_->port());
    client.send(bytes);
    client.shutdown_write();
    const std::string answer = client.read_to_end();
    EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.1 5"))
        << round;
  }
}

}  // namespace
}  // namespace retort::security
