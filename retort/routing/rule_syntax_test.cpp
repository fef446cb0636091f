// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/rule_syntax.h"

#include <string>

#include <gtest/gtest.h>

namespace retort::routing {
namespace {

// The compiler can read a rule.
constexpr RuleSyntax kPost = parse_rule("/post/<int(min=1):id>/x");
static_assert(kPost.ok() && kPost.count == 3 && kPost.variables == 1);
static_assert(kPost.pieces[0].text == "/post/" && kPost.pieces[2].text == "/x");
static_assert(kPost.variable(0).converter == "int" && kPost.variable(0).arguments == "min=1");
static_assert(kPost.variable(0).name == "id" && kPost.variable(0).position == 6);

TEST(RuleSyntax, TellsWhatIsWrongAndWhere) {
  const struct {
    const char* rule;
    RuleSyntaxError error;
    std::size_t position;
  } cases[] = {
      {"", RuleSyntaxError::no_leading_slash, 0},
      {"a/b", RuleSyntaxError::no_leading_slash, 0},
      {"/<", RuleSyntaxError::unclosed_variable, 1},
      {"/a<b", RuleSyntaxError::unclosed_variable, 2},
      {"/<>", RuleSyntaxError::empty_variable, 1},
      {"/<int:>", RuleSyntaxError::empty_variable, 1},
      {"/<1a>", RuleSyntaxError::bad_variable_name, 2},
      {"/<a-b>", RuleSyntaxError::bad_variable_name, 3},
      {"/<int:1>", RuleSyntaxError::bad_variable_name, 6},
      {"/<i-t:a>", RuleSyntaxError::bad_converter_name, 3},
      {"/<int(1:a>", RuleSyntaxError::unclosed_arguments, 5},
      {"/<int(1)a>", RuleSyntaxError::unclosed_arguments, 5},
      {"/<a>/<b>/<a>", RuleSyntaxError::duplicate_variable, 9},
  };
  for (const auto& c : cases) {
    const RuleSyntax syntax = parse_rule(c.rule);
    EXPECT_EQ(syntax.error, c.error) << c.rule << ": " << describe(syntax.error);
    EXPECT_EQ(syntax.position, c.position) << c.rule;
    EXPECT_STRNE(describe(c.error), "");
  }
}

TEST(RuleSyntax, ReadsConvertersAndTheirArguments) {
  const struct {
    const char* rule;
    const char* converter;
    const char* arguments;
    const char* name;
  } cases[] = {
      {"/<a>", "", "", "a"},
      {"/<path:_p1>", "path", "", "_p1"},
      {"/<int():n>", "int", "", "n"},
      {"/<any(a, \"b,c\"):x>", "any", "a, \"b,c\"", "x"},
      {"/<any(\"a)b\"):x>", "any", "\"a)b\"", "x"},
      {"/<any(\"):\"):x>", "any", "\"):\"", "x"},
      {"/<x(</>):y>", "x", "</>", "y"},
  };
  for (const auto& c : cases) {
    const RuleSyntax syntax = parse_rule(c.rule);
    ASSERT_TRUE(syntax.ok()) << c.rule << ": " << describe(syntax.error);
    ASSERT_EQ(syntax.variables, 1U) << c.rule;
    EXPECT_EQ(syntax.variable(0).converter, c.converter) << c.rule;
    EXPECT_EQ(syntax.variable(0).arguments, c.arguments) << c.rule;
    EXPECT_EQ(syntax.variable(0).name, c.name) << c.rule;
  }
}

TEST(RuleSyntax, RefusesMorePiecesThanItHasRoomFor) {
  std::string rule;
  for (int i = 0; i < 20; ++i) rule += "/<v" + std::to_string(i) + ">";
  EXPECT_EQ(parse_rule(rule).error, RuleSyntaxError::too_many_pieces);
  RuleCursor cursor(rule);  // which has no limit
  RulePiece piece;
  int pieces = 0;
  while (cursor.next(piece)) ++pieces;
  EXPECT_EQ(pieces, 40);
  EXPECT_EQ(cursor.error(), RuleSyntaxError::none);
}

}  // namespace
}  // namespace retort::routing
