// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/urlencoded.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "retort/http/url.h"

namespace retort::http {
namespace {

using Event = UrlencodedDecoder::Event;

// "[name|value]" of each field, then how it ended. The pieces end at `cuts` and lie in memory
// of their own, so that a view into an old one shows.
std::string decode(std::string_view text, const std::vector<std::size_t>& cuts,
                   const UrlencodedLimits& limits = {}) {
  UrlencodedDecoder decoder(limits);
  std::string out, piece;
  std::size_t at = 0, cut = 0;
  for (;;) {
    switch (decoder.next()) {
      case Event::need_data: {
        const std::size_t end = cut < cuts.size() ? cuts[cut] : text.size();
        if (cut++ > cuts.size()) {
          decoder.finish();
          break;
        }
        piece.assign(piece.size(), '#');
        piece = std::string(text.substr(at, end - at));
        decoder.feed(piece);
        at = end;
        break;
      }
      case Event::field:
        out += '[' + decoder.name() + '|' + decoder.value() + ']';
        break;
      case Event::end:
        EXPECT_EQ(decoder.next(), Event::end);
        return out;
      case Event::too_large:
        EXPECT_EQ(decoder.next(), Event::too_large);
        return out + "too large";
    }
  }
}

// Whole, cut anywhere once and twice, and byte by byte.
void expect_decoded(std::string_view text, const std::string& expected, const UrlencodedLimits& limits = {}) {
  EXPECT_EQ(decode(text, {}, limits), expected) << text;
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second)
      EXPECT_EQ(decode(text, {first, second}, limits), expected)
          << text << " cut at " << first << " and " << second;
  }
  std::vector<std::size_t> bytes;
  for (std::size_t i = 1; i < text.size(); ++i) bytes.push_back(i);
  EXPECT_EQ(decode(text, bytes, limits), expected) << text << " byte by byte";
}

const std::pair<std::string, std::string> kCases[] = {
    {"", ""},
    {"&", ""},
    {"&&&", ""},
    {"a", "[a|]"},
    {"a=", "[a|]"},
    {"=", "[|]"},
    {"=b", "[|b]"},
    {"a=b", "[a|b]"},
    {"a=b&", "[a|b]"},
    {"&&a=b&&", "[a|b]"},
    {"a=1&b=2&a=3", "[a|1][b|2][a|3]"},
    {"a=b=c", "[a|b=c]"},
    {"a=b;c=d", "[a|b;c=d]"},
    {"+a+=+b+", "[ a | b ]"},
    {"a=%20%2B%26%3d", "[a| +&=]"},
    {"%61%3D=1", "[a=|1]"},
    {"a=%", "[a|%]"},
    {"a=%4", "[a|%4]"},
    {"a=%4&1", "[a|%4][1|]"},
    {"%=%4&%zz=%4z", "[%|%4][%zz|%4z]"},
    {"a=%%41%2541", "[a|%A%41]"},
    {"a=\xc3\xa4&b=\xf0\x9f\x98\x80", "[a|\xc3\xa4][b|\xf0\x9f\x98\x80]"},
    {"a=%C3%A4&b=%f0\x9f%98\x80", "[a|\xc3\xa4][b|\xf0\x9f\x98\x80]"},
    {"a=%c3&b=%A4", "[a|%C3][b|%A4]"},
    {"a=\xff%fe\xe2\x82z", "[a|%FF%FE%E2%82z]"},
    {std::string("a\0=\0", 4), std::string("[a\0|\0]", 6)},
    {"a=%00\r\n", std::string("[a|\0\r\n]", 7)},
};

TEST(UrlencodedDecoder, WhateverThePiecesTellsTheSame) {
  for (const auto& [text, expected] : kCases) expect_decoded(text, expected);
}

TEST(UrlencodedDecoder, AgreesWithParseQuery) {
  for (const auto& [text, expected] : kCases) {
    UrlencodedDecoder decoder;
    MultiDict fields;
    for (const char& c : text) {
      while (decoder.next() != Event::need_data) fields.add(decoder.name(), decoder.value());
      decoder.feed({&c, 1});
    }
    while (decoder.next() != Event::need_data) fields.add(decoder.name(), decoder.value());
    decoder.finish();
    while (decoder.next() != Event::end) fields.add(decoder.name(), decoder.value());
    EXPECT_TRUE(fields == parse_query(text)) << text;
  }
}

TEST(UrlencodedDecoder, BoundsTheNumberOfFields) {
  expect_decoded("a=1&b=2&c=3", "[a|1][b|2][c|3]", {.max_fields = 3});
  expect_decoded("a=1&b=2&c=3&&&", "[a|1][b|2][c|3]", {.max_fields = 3});
  expect_decoded("a=1&b=2&c=3", "[a|1][b|2]too large", {.max_fields = 2});
  expect_decoded("&a", "too large", {.max_fields = 0});
  expect_decoded("&&", "", {.max_fields = 0});
}

TEST(UrlencodedDecoder, BoundsTheBytes) {
  expect_decoded("a=1&b=%32", "[a|1][b|2]", {.max_bytes = 9});
  expect_decoded("a=1&b=%32", "[a|1]too large", {.max_bytes = 8});
  expect_decoded("a=1&b=%32", "[a|1]too large", {.max_bytes = 4});
  expect_decoded("a=1&b=%32", "too large", {.max_bytes = 3});
  expect_decoded("a=1&", "too large", {.max_bytes = 3});
  expect_decoded("&&&&", "too large", {.max_bytes = 3});
  expect_decoded("a", "too large", {.max_bytes = 0});
  expect_decoded("", "", {.max_bytes = 0});
  expect_decoded("a=1&b=2&c=3", "[a|1]too large", {.max_fields = 1, .max_bytes = 8});
}

TEST(UrlencodedDecoder, GivesItsTextAway) {
  const std::string text = "a=" + std::string(100, 'x') + "&b=2";
  UrlencodedDecoder decoder;
  decoder.feed(text);
  ASSERT_EQ(decoder.next(), Event::field);
  const std::string value = std::move(decoder.value());
  EXPECT_EQ(value.size(), 100u);
  decoder.finish();
  ASSERT_EQ(decoder.next(), Event::field);
  EXPECT_EQ(decoder.name() + decoder.value(), "b2");
}

}  // namespace
}  // namespace retort::http
