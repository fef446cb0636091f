// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/base64.h"

#include <gtest/gtest.h>

namespace retort::base64 {
namespace {

struct Case {
  std::string_view bytes, padded, bare;
};
// RFC 4648, section 10.
constexpr Case kCases[] = {{"", "", ""},
                           {"f", "Zg==", "Zg"},
                           {"fo", "Zm8=", "Zm8"},
                           {"foo", "Zm9v", "Zm9v"},
                           {"foob", "Zm9vYg==", "Zm9vYg"},
                           {"fooba", "Zm9vYmE=", "Zm9vYmE"},
                           {"foobar", "Zm9vYmFy", "Zm9vYmFy"}};

TEST(Base64, EncodesAndDecodesTheRfcVectors) {
  for (const Case& c : kCases) {
    EXPECT_EQ(encode(c.bytes), c.padded);
    EXPECT_EQ(encode(c.bytes, Padding::no), c.bare);
    EXPECT_EQ(encode_url(c.bytes), c.bare);
    EXPECT_EQ(decode(c.padded), c.bytes) << c.padded;
    EXPECT_EQ(decode(c.bare), c.bytes) << c.bare;
    EXPECT_EQ(decode_url(c.bare), c.bytes) << c.bare;
    EXPECT_EQ(decode_lenient(c.padded), c.bytes) << c.padded;
  }
}

TEST(Base64, AlphabetsDifferInTheLastTwoDigits) {
  const std::string bytes = "\xfb\xff\xbf";
  EXPECT_EQ(encode(bytes), "+/+/");
  EXPECT_EQ(encode_url(bytes), "-_-_");
  EXPECT_EQ(decode("+/+/"), bytes);
  EXPECT_EQ(decode_url("-_-_"), bytes);
  EXPECT_EQ(decode("-_-_"), std::nullopt);
  EXPECT_EQ(decode_url("+/+/"), std::nullopt);
}

TEST(Base64, RoundTripsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(i);
    EXPECT_EQ(decode(encode(bytes)), bytes);
    EXPECT_EQ(decode_url(encode_url(bytes)), bytes);
    EXPECT_EQ(decode_lenient(encode(bytes)), bytes);
  }
}

TEST(Base64, StrictDecodingTakesOneSpellingOnly) {
  for (const std::string_view text :
       {"Z", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "=", "====", "Z===", "Zg==Zg=="})
    EXPECT_EQ(decode(text), std::nullopt) << text;
}

// Expectations from CPython 3.11.
TEST(Base64, LenientDecodingIsPythons) {
  EXPECT_EQ(decode_lenient("Zm 9v\n"), "foo");
  EXPECT_EQ(decode_lenient("Zh=="), "f");
  EXPECT_EQ(decode_lenient("Zg==Zg=="), "f");
  EXPECT_EQ(decode_lenient("Zg=a="), "f\x06");
  EXPECT_EQ(decode_lenient("=Zm9v"), "foo");
  EXPECT_EQ(decode_lenient("Zm8"), std::nullopt);
  EXPECT_EQ(decode_lenient("Z"), std::nullopt);
  EXPECT_EQ(decode_lenient("!!"), "");
}

}  // namespace
}  // namespace retort::base64
