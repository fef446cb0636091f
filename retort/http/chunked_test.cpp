// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/chunked.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace retort::http {
namespace {

struct Outcome {
  ParseState state = ParseState::partial;
  std::string body;
  std::string rest;
  std::string trailers;
};

Outcome decode(std::string_view text, std::size_t step, ChunkedLimits limits = {}) {
  ChunkedDecoder decoder(limits);
  Outcome outcome;
  for (std::size_t at = 0; at < text.size() && outcome.state == ParseState::partial; at += step) {
    std::string piece(text.substr(at, step));
    const ChunkedDecoder::Step s = decoder.decode(piece.data(), piece.size());
    outcome.state = s.state;
    outcome.body += piece.substr(0, s.produced);
    if (s.state == ParseState::complete) outcome.rest = text.substr(at + s.consumed);
    EXPECT_EQ(s.state == ParseState::error, decoder.reason() != nullptr);
  }
  outcome.trailers = decoder.trailers();
  return outcome;
}

TEST(Chunked, DecodesInPlace) {
  const std::string text = "5\r\nHello\r\n01;a=b;c=\"d\\\" \"\r\n,\r\nA\r\n0123456789\r\n0\r\n\r\nGET";
  for (const std::size_t step : {text.size(), std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
    const Outcome o = decode(text, step);
    EXPECT_EQ(o.state, ParseState::complete);
    EXPECT_EQ(o.body, "Hello,0123456789");
    EXPECT_EQ(o.rest, "GET");
  }
}

TEST(Chunked, KeepsTrailersButNotForbiddenOnes) {
  const Outcome o = decode(
      "0\r\nX-Sum: 1\r\nContent-Length: 5\r\ntransfer-encoding: x\r\nHOST: b\r\nAuthorization: c\r\n"
      "X-Forwarded-For: d\r\nY: z\r\n\r\n",
      3);
  EXPECT_EQ(o.state, ParseState::complete);
  EXPECT_EQ(o.trailers, "X-Sum: 1\r\nY: z\r\n");
}

TEST(Chunked, RefusesWhatIsNotExact) {
  for (const std::string& text : std::vector<std::string>{"\r\n",
                                                          ";\r\n",
                                                          "-1\r\n",
                                                          "+1\r\n",
                                                          "0x1\r\n",
                                                          " 1\r\n",
                                                          "1 \r\n",
                                                          "1\n",
                                                          "1\rX",
                                                          "g\r\n",
                                                          "10000000000000000\r\n",
                                                          "FFFFFFFFFFFFFFFF\r\n",
                                                          "00000000000000000\r\n",
                                                          "1\r\naX",
                                                          "1\r\na\rX",
                                                          "1\r\na\n0\r\n",
                                                          "1\r\n\r\n0\r\n\r\nX",
                                                          "1;\n\r\n",
                                                          "1;a\x01\r\n",
                                                          "1;\"\r\n",
                                                          "1;a=(\r\n",
                                                          "0\r\nX\r\n",
                                                          "0\r\n: y\r\n",
                                                          "0\r\nX : y\r\n",
                                                          "0\r\n X: y\r\n",
                                                          "0\r\nX: y\n",
                                                          "0\r\n\rX",
                                                          "0\r\n\n",
                                                          std::string("0\r\nX: \0\r\n", 9),
                                                          "0\r\nX: a\rb\r\n"}) {
    EXPECT_EQ(decode(text, text.size()).state, ParseState::error) << text;
    EXPECT_EQ(decode(text, 1).state, ParseState::error) << text;
  }
}

TEST(Chunked, NeedsTheLastCrlf) {
  EXPECT_EQ(decode("1\r\na\r\n0\r\n", 1).state, ParseState::partial);
  EXPECT_EQ(decode("1\r\na\r\n0\r\n\r", 1).state, ParseState::partial);
}

TEST(Chunked, BoundsExtensionsAndTrailersOfTheWholeBody) {
  const ChunkedLimits limits{.max_extension_bytes = 20, .max_trailer_bytes = 20};
  std::string text;
  for (int i = 0; i < 5; ++i) text += "1;abcdef\r\nx\r\n";
  EXPECT_EQ(decode(text, 4, limits).state, ParseState::error);
  EXPECT_EQ(decode("0\r\nA: 123456789\r\nB: 123456789\r\n\r\n", 4, limits).state, ParseState::error);
  EXPECT_EQ(decode("1;abcdef\r\nx\r\n0\r\nA: 1\r\n\r\n", 4, limits).state, ParseState::complete);
}

TEST(Chunked, LetsTheCallerReadDataItself) {
  ChunkedDecoder decoder;
  std::string piece = "a\r\n12";
  const ChunkedDecoder::Step first = decoder.decode(piece.data(), piece.size());
  EXPECT_EQ(first.produced, 2U);
  EXPECT_EQ(decoder.direct(), 8U);
  decoder.skip(8);
  EXPECT_EQ(decoder.direct(), 0U);
  std::string end = "\r\n0\r\n\r\n";
  EXPECT_EQ(decoder.decode(end.data(), end.size()).state, ParseState::complete);
}

}  // namespace
}  // namespace retort::http
