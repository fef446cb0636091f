// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/multipart.h"

#include <chrono>

#include <gtest/gtest.h>

namespace retort::http {
namespace {

using Event = MultipartDecoder::Event;

// "name=data;" of each part (with the file name in brackets), then how it ended.
std::string decode(std::string_view body, std::size_t piece, const MultipartLimits& limits = {},
                   std::string_view boundary = "foo") {
  MultipartDecoder decoder(boundary, limits);
  std::string out;
  for (std::size_t at = 0;;) {
    switch (decoder.next()) {
      case Event::need_data:
        if (at < body.size()) {
          decoder.feed(body.substr(at, piece));
          at += piece;
        } else {
          decoder.finish();
        }
        break;
      case Event::part:
        out += decoder.name().value_or("?");
        if (decoder.filename()) out += "[" + *decoder.filename() + "]";
        out += '=';
        break;
      case Event::data:
        EXPECT_FALSE(decoder.data().empty());
        out += decoder.data();
        break;
      case Event::part_end:
        out += ';';
        break;
      case Event::end:
        return out + "end";
      case Event::malformed:
        return "malformed";
      case Event::too_large:
        return "too large";
    }
  }
}

constexpr std::string_view kA = "Content-Disposition: form-data; name=a";

std::string with_a(std::string_view before, std::string_view after) {
  return std::string(before) + std::string(kA) + std::string(after);
}

TEST(MultipartDecoder, WhateverThePiecesTellsTheSame) {
  const std::pair<std::string, std::string> kCases[] = {
      {with_a("--foo\r\n", "\r\n\r\n1\r\n--foo--\r\n"), "a=1;end"},
      {with_a("--foo\n", "\n\n1\n--foo--\n"), "a=1;end"},
      {with_a("--foo\r", "\r\r1\r--foo--\r"), "a=1;end"},
      {with_a("preamble\r\n--foo\r\n", "\r\n\r\n1\r\n--foo--epilogue"), "a=1;end"},
      {with_a("--foo \t\r\n", "\r\n\r\n1\r\n--foo--"), "a=1;end"},
      {with_a("--foo\r\n", "\r\n\r\n--foo--"), "a=;end"},
      {with_a("--foo\r\n", "\r\n\r\n\r\n\r\n--foo--"), "a=\r\n;end"},
      {with_a("--foo\r\n", "\r\n\r\nx--foo--\r\n--foo--"), "a=x--foo--;end"},
      {with_a("--foo\r\n", "\r\n\r\n1\r\n--foox\r\n--foo--"), "a=1\r\n--foox;end"},
      {with_a("--foo\r\n", "; filename=\"x\"\r\nX: y\r\n z\r\n\r\n1\r\n--foo--"), "a[x]=1;end"},
      {with_a("--foo\r\n",
              "\r\n\r\n1\r\n--foo\r\nContent-Disposition: form-data; name=b\r\n\r\n2\r\n--foo--"),
       "a=1;b=2;end"},
      {with_a("--foo\r\n", "\r\n\r\n1\r\n--foo"), "malformed"},
      {with_a("--foo\r\n", "\r\n\r\n1\r\n--foo-"), "malformed"},
      {with_a("--foo\r\n", ""), "malformed"},
      {"--foo\r\nX: y\r\n\r\n1\r\n--foo--", "malformed"},
      {"--foo\r\n\r\n\r\n--foo--", "malformed"},
      {"--foo--", "end"},
      {"", "malformed"},
      {"nothing", "malformed"},
  };
  for (const auto& [body, expected] : kCases) {
    for (std::size_t piece = 1; piece <= body.size() + 1; ++piece)
      EXPECT_EQ(decode(body, piece), expected) << body << " in pieces of " << piece;
  }
}

TEST(MultipartDecoder, BoundsPartsAndTheirHeads) {
  std::string body;
  for (int i = 0; i < 3; ++i) body += with_a("--foo\r\n", "\r\n\r\n1\r\n");
  body += "--foo--";
  EXPECT_EQ(decode(body, 1000, {.max_parts = 3}), "a=1;a=1;a=1;end");
  EXPECT_EQ(decode(body, 1000, {.max_parts = 2}), "too large");
  EXPECT_EQ(decode(body, 1000, {.max_head_bytes = 10}), "too large");
  EXPECT_EQ(decode("--foo\r\nX: " + std::string(100'000, 'x'), 100), "too large");
  // A head of just the limit, whatever the pieces.
  const std::string exact = with_a("--foo\r\n", "\r\n\r\n1\r\n--foo--");
  for (std::size_t piece = 1; piece < exact.size(); ++piece) {
    EXPECT_EQ(decode(exact, piece, {.max_head_bytes = kA.size()}), "a=1;end") << piece;
    EXPECT_EQ(decode(exact, piece, {.max_head_bytes = kA.size() - 1}), "too large") << piece;
  }
}

TEST(MultipartDecoder, RefusesBoundariesThatAreNone) {
  EXPECT_EQ(decode("--\r\n", 10, {}, ""), "malformed");
  EXPECT_EQ(decode("x", 10, {}, std::string(201, 'x')), "malformed");
}

TEST(MultipartEncoder, WritesWhatTheDecoderReads) {
  const std::string body =
      encode_multipart({{"a", "1\r\n2"},
                        {"quote\"name", ""},
                        {"f", std::string("\0\xff", 2), "x.bin", "application/octet-stream"}},
                       "foo");
  EXPECT_EQ(decode(body, 7),
            std::string("a=1\r\n2;quote\"name=;f[x.bin]=") + std::string("\0\xff", 2) + ";end");
}

}  // namespace
}  // namespace retort::http
