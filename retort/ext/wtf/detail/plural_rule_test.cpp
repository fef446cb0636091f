// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/plural_rule.h"

#include <string>

#include <gtest/gtest.h>

namespace retort::wtf::detail {
namespace {

std::string forms(std::string_view expression, std::initializer_list<std::int64_t> numbers) {
  const Result<PluralRule> rule = PluralRule::parse(expression);
  if (!rule) return "error: " + rule.error().message;
  std::string out;
  for (const std::int64_t n : numbers) out += std::to_string((*rule)(n)) + ' ';
  return out;
}

TEST(PluralRule, IsEnglishUnlessSaidOtherwise) {
  EXPECT_EQ(PluralRule()(0), 1u);
  EXPECT_EQ(PluralRule()(1), 0u);
  EXPECT_EQ(PluralRule()(2), 1u);
}

// Expected values: Python's gettext.c2py.
TEST(PluralRule, ReadsTheRulesOfLanguages) {
  EXPECT_EQ(forms("(n != 1)", {0, 1, 2}), "1 0 1 ");
  EXPECT_EQ(forms("n>1", {0, 1, 2}), "0 0 1 ");
  EXPECT_EQ(forms("0", {0, 1, 2}), "0 0 0 ");
  EXPECT_EQ(forms("(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)",
                  {0, 1, 2, 5, 11, 12, 21, 22, 25, 101, 111, 112}),
            "2 0 1 2 2 2 0 1 2 0 2 2 ");
  EXPECT_EQ(forms("n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5",
                  {0, 1, 2, 3, 11, 100, 103}),
            "0 1 2 3 4 5 3 ");
}

TEST(PluralRule, RanksOperatorsAsCDoes) {
  EXPECT_EQ(forms("1+2*3", {0}), "7 ");
  EXPECT_EQ(forms("7-2-1", {0}), "4 ");
  EXPECT_EQ(forms("1||0&&0", {0}), "1 ");
  EXPECT_EQ(forms("!n+1", {0, 5}), "2 1 ");
  EXPECT_EQ(forms("1?2:0?3:4", {0}), "2 ");
  EXPECT_EQ(forms("0?2:0?3:4", {0}), "4 ");
  EXPECT_EQ(forms("1<2==1", {0}), "1 ");
}

TEST(PluralRule, DividesByZeroWithoutHarm) { EXPECT_EQ(forms("n/0 + n%0", {7}), "0 "); }

TEST(PluralRule, RefusesWhatIsNone) {
  for (const char* text :
       {"", "n +", "(n", "n)", "n n", "x", "n = 1", "1.5", "n ? 1", "n ? 1 :", "1234567890123456789"})
    EXPECT_FALSE(PluralRule::parse(text)) << text;
}

TEST(PluralRule, BoundsLengthAndDepth) {
  EXPECT_TRUE(PluralRule::parse(std::string(15, '(') + "n" + std::string(15, ')')));
  EXPECT_FALSE(PluralRule::parse(std::string(30, '(') + "n" + std::string(30, ')')));
  EXPECT_FALSE(PluralRule::parse(std::string(500, '!') + "n"));
  std::string deep = "n";
  for (int i = 0; i < 100; ++i) deep += "?1:n";
  EXPECT_FALSE(PluralRule::parse(deep));
  EXPECT_FALSE(PluralRule::parse("n" + std::string(1000, ' ')));
}

}  // namespace
}  // namespace retort::wtf::detail
