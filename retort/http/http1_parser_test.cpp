// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/http1_parser.h"

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace retort::http {
namespace {

constexpr std::size_t kFields = 16;

struct Parsed {
  ParsedHead result;
  RequestHead head;
  std::array<HeaderField, kFields> fields;
  std::vector<char> bytes;  // exactly as much as the parser may read, for ASan's sake

  void set(std::string_view text) {
    bytes.assign(text.size() + kParsePadding, '\0');
    std::memcpy(bytes.data(), text.data(), text.size());
    std::memset(bytes.data() + text.size() + 1, 'x', kParsePadding - 1);
  }
};

void parse_whole(Parsed& p, std::string_view text, Http1Limits limits = {}) {
  std::size_t scanned = 0;
  p.set(text);
  p.result =
      parse_request_head(p.bytes.data(), text.size(), p.fields.data(), kFields, limits, scanned, p.head);
}

/// Feeds more and more of `text` until the parser has decided.
void parse_by_bytes(Parsed& p, std::string_view text, Http1Limits limits = {}) {
  std::size_t scanned = 0;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    p.set(text.substr(0, size));
    p.result = parse_request_head(p.bytes.data(), size, p.fields.data(), kFields, limits, scanned, p.head);
    if (p.result.state != ParseState::partial) return;
  }
}

std::string head_of(std::string_view first_line, std::string_view fields = "Host: a\r\n") {
  return std::string(first_line) + "\r\n" + std::string(fields) + "\r\n";
}

TEST(Http1Parser, ReadsARequest) {
  for (const bool whole : {true, false}) {
    const std::string text =
        "POST /a/b?c=%20d HTTP/1.1\r\nHost: example.com:80\r\nX-Empty:\r\nX-Odd_1!:\t a\tb \t\r\n"
        "Content-Length: 12\r\nUTF: \xC3\xA4\r\n\r\nbody";
    Parsed p;
    whole ? parse_whole(p, text) : parse_by_bytes(p, text);
    ASSERT_EQ(p.result.state, ParseState::complete) << p.result.reason;
    EXPECT_EQ(p.result.consumed, text.size() - 4);
    EXPECT_EQ(p.head.method, "POST");
    EXPECT_EQ(p.head.target, "/a/b?c=%20d");
    EXPECT_EQ(p.head.host, "example.com:80");
    EXPECT_EQ(p.head.framing, Framing::content_length);
    EXPECT_EQ(p.head.content_length, 12U);
    EXPECT_EQ(p.head.minor_version, 1);
    EXPECT_TRUE(p.head.keep_alive);
    ASSERT_EQ(p.head.field_count, 5U);
    EXPECT_EQ(p.head.fields[1].name, "X-Empty");
    EXPECT_EQ(p.head.fields[1].value, "");
    EXPECT_EQ(p.head.fields[2].name, "X-Odd_1!");
    EXPECT_EQ(p.head.fields[2].value, "a\tb");
    EXPECT_EQ(p.head.fields[4].value, "\xC3\xA4");
  }
}

TEST(Http1Parser, AcceptsWhatTheStandardAllows) {
  struct Case {
    std::string text;
    std::string target;
    std::string host;
  };
  const std::string long_value(5000, 'v');
  for (const Case& c : std::vector<Case>{
           {head_of("GET / HTTP/1.1"), "/", "a"},
           {"\r\n" + head_of("GET / HTTP/1.1"), "/", "a"},
           {head_of("OPTIONS * HTTP/1.1"), "*", "a"},
           {head_of("GET http://h:1/x?y HTTP/1.1", "Host: other\r\n"), "http://h:1/x?y", "h:1"},
           {head_of("GET HTTPS://h HTTP/1.1"), "HTTPS://h", "h"},
           {head_of("GET / HTTP/1.1", "hOST:a\r\n"), "/", "a"},
           {head_of("GET / HTTP/1.1", "Host:\r\n"), "/", ""},
           {head_of("GET / HTTP/1.9"), "/", "a"},
           {head_of("GET / HTTP/1.0", ""), "/", ""},
           {head_of("m-search //x HTTP/1.1"), "//x", "a"},
           {head_of("GET /\xC3\xA4|^ HTTP/1.1"), "/\xC3\xA4|^", "a"},
           {head_of("GET / HTTP/1.1", "Host: a\r\nX: " + long_value + "\r\n"), "/", "a"},
       }) {
    for (const bool whole : {true, false}) {
      Parsed p;
      whole ? parse_whole(p, c.text) : parse_by_bytes(p, c.text);
      ASSERT_EQ(p.result.state, ParseState::complete) << c.text << p.result.reason;
      EXPECT_EQ(p.result.consumed, c.text.size()) << c.text;
      EXPECT_EQ(p.head.target, c.target);
      EXPECT_EQ(p.head.host, c.host);
    }
  }
}

TEST(Http1Parser, RefusesWhatCouldBeReadTwoWays) {
  struct Case {
    std::string text;
    int status;
  };
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (const Case& c : std::vector<Case>{
           // The request line.
           {head_of("GET  / HTTP/1.1"), 400},
           {head_of("GET / HTTP/1.1 "), 400},
           {head_of("GET /a b HTTP/1.1"), 400},
           {head_of(" GET / HTTP/1.1"), 400},
           {head_of("G@T / HTTP/1.1"), 400},
           {head_of("GET / http/1.1"), 400},
           {head_of("GET / HTTP/1.10"), 400},
           {head_of("GET / HTTP/11"), 400},
           {head_of("GET /"), 400},
           {head_of("GET a HTTP/1.1"), 400},
           {head_of("GET \\a HTTP/1.1"), 400},
           {head_of("GET * HTTP/1.1"), 400},
           {head_of("GET /#x HTTP/1.1"), 400},
           {head_of("GET /\x7F HTTP/1.1"), 400},
           {head_of("GET /\x01 HTTP/1.1"), 400},
           {head_of("GET /\t HTTP/1.1"), 400},
           {head_of("GET http:///x HTTP/1.1"), 400},
           {head_of("GET http://u@h/x HTTP/1.1"), 400},
           {head_of("GET ftp://h/x HTTP/1.1"), 400},
           {head_of("CONNECT h:443 HTTP/1.1"), 501},
           {head_of("GET / HTTP/2.0"), 505},
           {head_of("GET / HTTP/0.9"), 505},
           {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
           {"\r\n\r\n" + head_of("GET / HTTP/1.1"), 400},
           {"\n" + head_of("GET / HTTP/1.1"), 400},
           {std::string("\x16\x03\x01\x02\x00\x01", 6), 400},
           // Ends of lines.
           {"GET / HTTP/1.1\nHost: a\n\n", 400},
           {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
           {"GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\nHost: a\r\n\rX", 400},
           {"GET / HTTP/1.1\rHost: a\r\n\r\n", 400},
           // Fields.
           {get + "X : y\r\n\r\n", 400},
           {get + "X\t: y\r\n\r\n", 400},
           {get + " X: y\r\n\r\n", 400},
           {get + "X: y\r\n folded\r\n\r\n", 400},
           {get + ": y\r\n\r\n", 400},
           {get + "X\r\n\r\n", 400},
           {get + "X(: y\r\n\r\n", 400},
           {get + "X\xC3: y\r\n\r\n", 400},
           {get + std::string("X: a\0b\r\n\r\n", 11), 400},
           {get + std::string("X\0: ab\r\n\r\n", 11), 400},
           {get + "X: \x1B\r\n\r\n", 400},
           {get + "X: \x7F\r\n\r\n", 400},
           // Host.
           {"GET / HTTP/1.1\r\n\r\n", 400},
           {get + "Host: a\r\n\r\n", 400},
           {"GET http://a/ HTTP/1.1\r\n\r\n", 400},
           // Framing.
           {get + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
           {get + "Content-Length: 1, 1\r\n\r\n", 400},
           {get + "Content-Length: -2\r\n\r\n", 400},
           {get + "Content-Length: +1\r\n\r\n", 400},
           {get + "Content-Length: 0x1\r\n\r\n", 400},
           {get + "Content-Length: 1 1\r\n\r\n", 400},
           {get + "Content-Length:\r\n\r\n", 400},
           {get + "Content-Length: 18446744073709551616\r\n\r\n", 400},
           {get + "Content-Length: 000000000000000000001\r\n\r\n", 400},
           {get + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
           {get + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
           {get + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
           {get + "Transfer-Encoding: gzip, chunked\r\n\r\n", 400},
           {get + "Transfer-Encoding: identity\r\n\r\n", 400},
           {get + "Transfer-Encoding: \"chunked\"\r\n\r\n", 400},
           {get + "Transfer-Encoding: xchunked\r\n\r\n", 400},
           {get + "Transfer-Encoding:\r\n\r\n", 400},
           {"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
       }) {
    for (const bool whole : {true, false}) {
      Parsed p;
      whole ? parse_whole(p, c.text) : parse_by_bytes(p, c.text);
      // Bytewise, what is wrong before the first end of a line shows when that line ends.
      if (!whole && p.result.state == ParseState::partial) parse_by_bytes(p, c.text + "\n");
      EXPECT_EQ(p.result.state, ParseState::error) << c.text;
      EXPECT_EQ(p.result.status, c.status) << c.text << p.result.reason;
    }
  }
}

TEST(Http1Parser, BoundsHeadTargetAndFieldCount) {
  const Http1Limits limits{.max_head_bytes = 200, .max_target_bytes = 50};
  const auto status = [&](const std::string& text) {
    Parsed p;
    parse_whole(p, text, limits);
    return p.result.state == ParseState::complete  ? 200
           : p.result.state == ParseState::partial ? 0
                                                   : p.result.status;
  };
  EXPECT_EQ(status(head_of("GET /" + std::string(49, 'a') + " HTTP/1.1")), 200);
  EXPECT_EQ(status(head_of("GET /" + std::string(50, 'a') + " HTTP/1.1")), 414);
  EXPECT_EQ(status("GET /" + std::string(60, 'a')), 414);
  EXPECT_EQ(status(head_of("GET / HTTP/1.1", "Host: a\r\nX: " + std::string(169, 'x') + "\r\n")), 431);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nX: " + std::string(200, 'x')), 431);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nX: " + std::string(100, 'x')), 0);
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (std::size_t i = 1; i < kFields; ++i) many += "a:b\r\n";
  EXPECT_EQ(status(many + "\r\n"), 200);
  EXPECT_EQ(status(many + "a:b\r\n\r\n"), 431);
  Parsed p;
  parse_by_bytes(p, "GET /" + std::string(300, 'a'), limits);
  EXPECT_EQ(p.result.status, 414);
}

TEST(Http1Parser, FollowsConnectionAndVersion) {
  struct Case {
    std::string text;
    bool keep_alive;
    bool upgrade;
  };
  for (const Case& c : std::vector<Case>{
           {head_of("GET / HTTP/1.1"), true, false},
           {head_of("GET / HTTP/1.0"), false, false},
           {head_of("GET / HTTP/1.0", "Connection: Keep-Alive\r\n"), true, false},
           {head_of("GET / HTTP/1.1", "Host: a\r\nConnection: x,  CLOSE\t,\r\n"), false, false},
           {head_of("GET / HTTP/1.1", "Host: a\r\nConnection: ,\r\nConnection: close\r\n"), false, false},
           {head_of("GET / HTTP/1.0", "Connection: keep-alive, close\r\n"), false, false},
           {head_of("GET / HTTP/1.1", "Host: a\r\nConnection: upgrade\r\nUpgrade: x\r\n"), true, true},
           {head_of("GET / HTTP/1.1", "Host: a\r\nUpgrade: x\r\n"), true, false},
           {head_of("GET / HTTP/1.0", "Connection: upgrade\r\nUpgrade: x\r\n"), false, false},
       }) {
    Parsed p;
    parse_whole(p, c.text);
    ASSERT_EQ(p.result.state, ParseState::complete) << c.text;
    EXPECT_EQ(p.head.keep_alive, c.keep_alive) << c.text;
    EXPECT_EQ(p.head.upgrade, c.upgrade) << c.text;
  }
}

TEST(Http1Parser, KnowsExpectContinueOfHttp11Only) {
  Parsed p;
  parse_whole(p, head_of("POST / HTTP/1.1", "Host: a\r\nExpect: 100-Continue\r\n"));
  EXPECT_TRUE(p.head.expect_continue);
  parse_whole(p, head_of("POST / HTTP/1.0", "Expect: 100-continue\r\n"));
  EXPECT_FALSE(p.head.expect_continue);
  parse_whole(p, head_of("POST / HTTP/1.1"));
  EXPECT_FALSE(p.head.expect_continue);
}

TEST(Http1Parser, LargestContentLengthIsExact) {
  Parsed p;
  parse_whole(p, head_of("POST / HTTP/1.1", "Host: a\r\nContent-Length: 18446744073709551615\r\n"));
  ASSERT_EQ(p.result.state, ParseState::complete);
  EXPECT_EQ(p.head.content_length, UINT64_MAX);
}

TEST(Http1Parser, PartialHeadsWithoutANewLineAreNotParsedAgain) {
  // A byte that a new parse would refuse goes unnoticed until its line ends.
  std::array<HeaderField, kFields> fields;
  RequestHead head;
  std::size_t scanned = 0;
  Parsed p;
  p.set("GET / HTTP/1.1\r\nHo");
  EXPECT_EQ(parse_request_head(p.bytes.data(), 18, fields.data(), kFields, {}, scanned, head).state,
            ParseState::partial);
  p.set("GET / HTTP/1.1\r\nHo@");
  EXPECT_EQ(parse_request_head(p.bytes.data(), 19, fields.data(), kFields, {}, scanned, head).state,
            ParseState::partial);
  p.set("GET / HTTP/1.1\r\nHo@\n");
  EXPECT_EQ(parse_request_head(p.bytes.data(), 20, fields.data(), kFields, {}, scanned, head).state,
            ParseState::error);
}

}  // namespace
}  // namespace retort::http
