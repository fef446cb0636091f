// SPDX-License-Identifier: BSD-3-Clause
// Expected values are what Python 3.11 (Unicode 14) gives.
#include "retort/value/unicode.h"

#include <cstdint>

#include <gtest/gtest.h>

#include "retort/base/utf8.h"

namespace retort::unicode {
namespace {

constexpr char32_t kEnd = 0x110000;

TEST(Unicode, PropertiesCoverTheWholeRange) {
  const struct {
    const char* name;
    bool (*has)(char32_t);
    std::size_t count;
    std::uint64_t sum;  // of the code points that have it
  } cases[] = {
      {"is_alpha", &is_alpha, 131756, 13903637152},
      {"is_decimal", &is_decimal, 660, 30806570},
      {"is_digit", &is_digit, 788, 34551904},
      {"is_numeric", &is_numeric, 1872, 103269490},
      {"is_space", &is_space, 29, 141704},
      {"is_upper", &is_upper, 1951, 95541008},
      {"is_lower", &is_lower, 2471, 107772342},
      {"is_title", &is_title, 31, 220514},
      {"is_printable", &is_printable, 144516, 14867683184},
      {"is_id_start", &is_id_start, 131975, 13915676731},
      {"is_id_continue", &is_id_continue, 135053, 14256392139},
  };
  for (const auto& c : cases) {
    std::size_t count = 0;
    std::uint64_t sum = 0;
    for (char32_t code = 0; code < kEnd; ++code) {
      if (!c.has(code)) continue;
      ++count;
      sum += code;
    }
    EXPECT_EQ(count, c.count) << c.name;
    EXPECT_EQ(sum, c.sum) << c.name;
    EXPECT_FALSE(c.has(kEnd)) << c.name;
    EXPECT_FALSE(c.has(0xffffffff)) << c.name;
  }
}

TEST(Unicode, DigitsHaveTheirValues) {
  std::uint64_t sum = 0;
  for (char32_t code = 0; code < kEnd; ++code) {
    EXPECT_EQ(digit_value(code) >= 0, is_decimal(code));
    if (digit_value(code) > 0) sum += code * static_cast<std::uint64_t>(digit_value(code));
  }
  EXPECT_EQ(sum, 138635010u);
  EXPECT_EQ(digit_value(U'7'), 7);
  EXPECT_EQ(digit_value(0x669), 9);  // ARABIC-INDIC DIGIT NINE
  EXPECT_EQ(digit_value(0xb2), -1);  // SUPERSCRIPT TWO
  EXPECT_EQ(digit_value(kEnd), -1);
}

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

TEST(Unicode, MappingsCoverTheWholeRange) {
  std::string all;  // every code point, blanks between
  for (char32_t code = 0; code < kEnd; ++code) {
    if (code >= 0xd800 && code < 0xe000) continue;
    if (code != 0) all += ' ';
    utf8::append(all, code);
  }
  const struct {
    const char* name;
    void (*append)(std::string&, std::string_view);
    std::uint64_t hash;
  } cases[] = {
      {"upper", &append_upper, 0x814f2481ed88f230u},
      {"lower", &append_lower, 0x8aa454ff61a4c854u},
      {"title", &append_title, 0x3e41b8014966ab23u},
      {"capitalized", &append_capitalized, 0x8aa454ff61a4c854u},
      {"swapped_case", &append_swapped_case, 0xfcf074bf9b118199u},
      {"casefolded", &append_casefolded, 0x6b3252857c215054u},
  };
  for (const auto& c : cases) {
    std::string out;
    c.append(out, all);
    EXPECT_EQ(fnv1a(out), c.hash) << c.name;
  }
}

TEST(Unicode, MapsTextInContext) {
  const struct {
    const char *text, *upper, *lower, *title, *capitalized, *swapped, *folded;
  } cases[] = {
      {"", "", "", "", "", "", ""},
      {"hello wORLD", "HELLO WORLD", "hello world", "Hello World", "Hello world", "HELLO World",
       "hello world"},
      {"they're bill's", "THEY'RE BILL'S", "they're bill's", "They'Re Bill'S", "They're bill's",
       "THEY'RE BILL'S", "they're bill's"},
      {"stra\u00dfe \u1e9e", "STRASSE \u1e9e", "stra\u00dfe \u00df", "Stra\u00dfe \u1e9e",
       "Stra\u00dfe \u00df", "STRASSE \u00df", "strasse ss"},
      {"\u0149a \u0149", "\u02bcNA \u02bcN", "\u0149a \u0149", "\u02bcNa \u02bcN", "\u02bcNa \u0149",
       "\u02bcNA \u02bcN", "\u02bcna \u02bcn"},
      {"\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3 \u03a3",
       "\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3 \u03a3",
       "\u03bf\u03b4\u03c5\u03c3\u03c3\u03b5\u03c5\u03c2 \u03c3",
       "\u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03c5\u03c2 \u03a3",
       "\u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03c5\u03c2 \u03c3",
       "\u03bf\u03b4\u03c5\u03c3\u03c3\u03b5\u03c5\u03c2 \u03c3",
       "\u03bf\u03b4\u03c5\u03c3\u03c3\u03b5\u03c5\u03c3 \u03c3"},
      {"\u0391\u03a3. \u03a3'\u0391\u03a3'\u0391", "\u0391\u03a3. \u03a3'\u0391\u03a3'\u0391",
       "\u03b1\u03c2. \u03c3'\u03b1\u03c3'\u03b1", "\u0391\u03c2. \u03a3'\u0391\u03c3'\u0391",
       "\u0391\u03c2. \u03c3'\u03b1\u03c3'\u03b1", "\u03b1\u03c2. \u03c3'\u03b1\u03c3'\u03b1",
       "\u03b1\u03c3. \u03c3'\u03b1\u03c3'\u03b1"},
      {"\u0391'\u0345\u03a3\u00ad", "\u0391'\u0399\u03a3\u00ad", "\u03b1'\u0345\u03c2\u00ad",
       "\u0391'\u0399\u03c2\u00ad", "\u0391'\u0345\u03c2\u00ad", "\u03b1'\u0399\u03c2\u00ad",
       "\u03b1'\u03b9\u03c3\u00ad"},
      {"\u01c4a \u01c5 \u01c6z", "\u01c4A \u01c4 \u01c4Z", "\u01c6a \u01c6 \u01c6z", "\u01c5a \u01c5 \u01c5z",
       "\u01c5a \u01c6 \u01c6z", "\u01c6A \u01c5 \u01c4Z", "\u01c6a \u01c6 \u01c6z"},
      {"\u0130I\u0131i", "\u0130III", "i\u0307i\u0131i", "\u0130i\u0131i", "\u0130i\u0131i", "i\u0307iII",
       "i\u0307i\u0131i"},
      {"\ufb03x \ufb01", "FFIX FI", "\ufb03x \ufb01", "Ffix Fi", "Ffix \ufb01", "FFIX FI", "ffix fi"},
      {"\U00010400\U00010428 \U0001d400", "\U00010400\U00010400 \U0001d400",
       "\U00010428\U00010428 \U0001d400", "\U00010400\U00010428 \U0001d400",
       "\U00010400\U00010428 \U0001d400", "\U00010428\U00010400 \U0001d400",
       "\U00010428\U00010428 \U0001d400"},
      {"1a 2B _c", "1A 2B _C", "1a 2b _c", "1A 2B _C", "1a 2b _c", "1A 2b _C", "1a 2b _c"},
      {"\u2160\u2170 \u24b6\u24d0", "\u2160\u2160 \u24b6\u24b6", "\u2170\u2170 \u24d0\u24d0",
       "\u2160\u2170 \u24b6\u24d0", "\u2160\u2170 \u24d0\u24d0", "\u2170\u2160 \u24d0\u24b6",
       "\u2170\u2170 \u24d0\u24d0"},
      {"\u1fb3 \u1fbc \u1f88", "\u0391\u0399 \u0391\u0399 \u1f08\u0399", "\u1fb3 \u1fb3 \u1f80",
       "\u1fbc \u1fbc \u1f88", "\u1fbc \u1fb3 \u1f80", "\u0391\u0399 \u1fbc \u1f88",
       "\u03b1\u03b9 \u03b1\u03b9 \u1f00\u03b9"},
  };
  const auto mapped = [](void (*append)(std::string&, std::string_view), std::string_view text) {
    std::string out = "|";
    append(out, text);
    return out.substr(1);
  };
  for (const auto& c : cases) {
    EXPECT_EQ(mapped(append_upper, c.text), c.upper);
    EXPECT_EQ(mapped(append_lower, c.text), c.lower);
    EXPECT_EQ(mapped(append_title, c.text), c.title);
    EXPECT_EQ(mapped(append_capitalized, c.text), c.capitalized);
    EXPECT_EQ(mapped(append_swapped_case, c.text), c.swapped);
    EXPECT_EQ(mapped(append_casefolded, c.text), c.folded);
  }
}

TEST(Unicode, IllFormedTextIsReplacedNotReadPastItsEnd) {
  for (const std::string_view text : {"\xce", "\x80\x80\x80\x80\xce\xa3\x80", "A\xff\xce\xa3\xf0\x9f"}) {
    std::string out;
    append_lower(out, text);
    append_title(out, text);
    append_swapped_case(out, text);
    EXPECT_TRUE(utf8::valid(out));
  }
}

TEST(Unicode, TextOfSigmasIsLinear) {
  std::string text = "a";
  for (int i = 0; i < 200000; ++i) text += i % 2 ? "'" : "\u03a3";
  std::string out;
  append_lower(out, text);
  EXPECT_EQ(out.size(), text.size());
}

}  // namespace
}  // namespace retort::unicode
