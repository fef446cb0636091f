// SPDX-License-Identifier: BSD-3-Clause
// Expected values are what Python 3.11 gives.
#include "retort/value/text_form.h"

#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

#include "retort/base/utf8.h"
#include "retort/value/value.h"

namespace retort {
namespace {

TEST(TextForm, ReprOfText) {
  const struct {
    std::string_view text;
    const char* expected;
  } cases[] = {
      {"", "''"},
      {"a'b", "\"a'b\""},
      {"a\"b", "'a\"b'"},
      {"a'\"b", "'a\\'\"b'"},
      {"back\\slash", "'back\\\\slash'"},
      {"\n\r\t", "'\\n\\r\\t'"},
      {std::string_view("\000\007\033\177", 4), "'\\x00\\x07\\x1b\\x7f'"},
      {"\302\200\302\205\302\237", "'\\x80\\x85\\x9f'"},
      {"\u00a0\u00ad", "'\\xa0\\xad'"},
      {"\u00e9\u4e00\U0001f600", "'\u00e9\u4e00\U0001f600'"},
      {"\u200b\u2028\ufeff\ue000\uffff", "'\\u200b\\u2028\\ufeff\\ue000\\uffff'"},
      {"\U000e0001\U0010ffff\U0001fbff", "'\\U000e0001\\U0010ffff\\U0001fbff'"},
      {"\u0378\u3000\u0300", "'\\u0378\\u3000\u0300'"},
      {"'", "\"'\""},
      {"\"", "'\"'"},
      {"\\'", "\"\\\\'\""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Value(c.text).repr(), c.expected);
    EXPECT_EQ(Value::markup(c.text).repr(), "Markup(" + std::string(c.expected) + ")");
    EXPECT_EQ(Value(c.text).str(), c.text);
  }
}

TEST(TextForm, ReprOfEveryCodePoint) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a of all of them
  for (char32_t code = 0; code < 0x110000; ++code) {
    if (code >= 0xd800 && code < 0xe000) continue;
    std::string text;
    utf8::append(text, code);
    for (const char c : Value(text).repr()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  EXPECT_EQ(hash, 0xc36a04a7e8a489ebu);
}

TEST(TextForm, ReprOfBytes) {
  const auto B = []<std::size_t size>(const char(&bytes)[size]) { return Value::bytes({bytes, size - 1}); };
  const struct {
    Value bytes;
    const char* expected;
  } cases[] = {
      {B(""), "b''"},
      {B("a'b"), "b\"a'b\""},
      {B("a\"b"), "b'a\"b'"},
      {B("a'\"b"), "b'a\\'\"b'"},
      {B("\\"), "b'\\\\'"},
      {B("\n\r\t"), "b'\\n\\r\\t'"},
      {B("\000\037\177\200\377"), "b'\\x00\\x1f\\x7f\\x80\\xff'"},
      {B("~ '"), "b\"~ '\""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(c.bytes.repr(), c.expected);
    EXPECT_EQ(c.bytes.str(), c.expected);
  }
}

TEST(TextForm, ContainersShowTheReprOfWhatTheyHold) {
  const Value list = Value::list(
      {Value::markup("<a>"), "x", Value::bytes("y"), 1.5, Value::tuple({1}), Value::dict(), nullptr});
  EXPECT_EQ(list.str(), "[Markup('<a>'), 'x', b'y', 1.5, (1,), {}, None]");
}

TEST(TextForm, ReprOfReals) {
  const struct {
    double number;
    const char* expected;
  } cases[] = {
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {1e16, "1e+16"},
      {1e15, "1000000000000000.0"},
      {123456789012345680.0, "1.2345678901234568e+17"},
      {1e-4, "0.0001"},
      {1e-5, "1e-05"},
      {0.1, "0.1"},
      {1e22, "1e+22"},
      {1.5e300, "1.5e+300"},
      {5e-324, "5e-324"},
      {100.0, "100.0"},
      {1e100, "1e+100"},
      {-2.5, "-2.5"},
      {1.0 / 3, "0.3333333333333333"},
      {HUGE_VAL, "inf"},
      {-HUGE_VAL, "-inf"},
      {std::nan(""), "nan"},
  };
  for (const auto& c : cases) {
    std::string out;
    append_double(out, c.number);
    EXPECT_EQ(out, c.expected);
  }
}

}  // namespace
}  // namespace retort
