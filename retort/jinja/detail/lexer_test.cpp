// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/lexer.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "retort/value/value.h"

namespace retort::jinja {
namespace {

// Data in quotes, values of names and strings, what other tokens are; a fault after "!".
std::string lex(std::string_view source, const Syntax& syntax = {}, LexerState state = LexerState::root) {
  Arena arena;
  std::string out;
  for (const Token& token : tokenize(normalize_newlines(source, syntax, arena), syntax, arena, state)) {
    if (token.type == TokenType::eof) break;
    if (!out.empty()) out += ' ';
    switch (token.type) {
      case TokenType::data:
        out += Value(token.text).repr();
        break;
      case TokenType::string:
        out += "s" + Value(token.text).repr();
        break;
      case TokenType::integer:
        out += fmt::format("i{}", token.integer);
        break;
      case TokenType::float_:
        out += fmt::format("f{}", token.real);
        break;
      case TokenType::block_begin:
        out += "{%";
        break;
      case TokenType::block_end:
        out += "%}";
        break;
      case TokenType::variable_begin:
        out += "{{";
        break;
      case TokenType::variable_end:
        out += "}}";
        break;
      case TokenType::error:
        out += fmt::format("!{}: {}", token.line, token.text);
        break;
      default:
        out += describe_token(token);
    }
  }
  return out;
}

struct Case {
  std::string_view source;
  std::string_view expected;
};

TEST(Lexer, cuts_text_and_tags) {
  for (const auto& [source, expected] : std::initializer_list<Case>{
           {"", ""},
           {"a\n", "'a'"},
           {"a\n\n", "'a\\n'"},
           {"a\r\nb\rc", "'a\\nb\\nc'"},
           {"a {{ b }} c", "'a ' {{ b }} ' c'"},
           {"{# a #}b{#- c +#}", "'b'"},
           {"a{# b", "'a' !1: Missing end of comment tag"},
           {"a{#", "'a'"},
           {"{% raw %}{{ a }}{% endraw %}", "'{{ a }}'"},
           {"a {%- raw -%} b {%- endraw -%} c", "'a' 'b' 'c'"},
           {"{% raw %}\na", "!1: Missing end of raw directive"},
           {"{% raw %}", ""},
           {"{{ {'a': {}}}}", "{{ { s'a' : { } } }}"},
           {"a {%- b -%} c {{- d -}} e", "'a' {% b %} 'c' {{ d }} 'e'"},
           {"a\u2028{{- b -}}\u00a0c", "'a' {{ b }} 'c'"},
           {"{{ a", "{{ a"},
       }) {
    EXPECT_EQ(lex(source), expected) << source;
  }
}

TEST(Lexer, reads_literals) {
  for (const auto& [source, expected] : std::initializer_list<Case>{
           {"0 00 0_0 01 1_0 1__0", "i0 i0 i0 i0 i1 i10 i1 __0"},
           {"0x1F 0b1_01 0o17 0x_f 0b2 0x", "i31 i5 i15 i15 i0 b2 i0 x"},
           {"9223372036854775807", "i9223372036854775807"},
           {"9223372036854775808", "!1: integer literal out of range: it has to fit 64 bits"},
           {"1.5 1e5 1_0.5e-3 1. .5 a.1.2", "f1.5 f100000 f0.0105 i1 . . i5 a . i1 . i2"},
           {"1e999 1e-999 0.0e-999", "finf f0 f0"},
           {R"('a' "b" 'a\'b' "\n\x41\u20ac\U0001f600\101\d\
x")",
            R"(s'a' s'b' s"a'b" s'\nA€😀A\\dx')"},
           {R"("\é" "\€")", R"(s'\\xe9' s'\\u20ac')"},
           {R"("\x4")", "!1: truncated \\xXX escape"},
           {R"("\u12")", "!1: truncated \\uXXXX escape"},
           {R"("\U00110000")", "!1: illegal Unicode character"},
           {R"("\N{DASH}")", "!1: unknown Unicode character name"},
           {"é x² ", "é !1: Invalid character in identifier"},
           {"a\n $", "a !2: unexpected char '$' at 3"},
           {"é '", "é !1: unexpected char \"'\" at 2"},
           {"(]", "( !1: unexpected ']', expected ')'"},
           {")", "!1: unexpected ')'"},
       }) {
    EXPECT_EQ(lex(source, {}, LexerState::variable), expected) << source;
  }
}

TEST(Lexer, trims_and_strips_blocks) {
  Syntax syntax;
  syntax.trim_blocks = syntax.lstrip_blocks = true;
  for (const auto& [source, expected] : std::initializer_list<Case>{
           {"a\n  {% b %}\n  c", "'a\\n' {% b %} '  c'"},
           {"a\n  {%+ b +%}\n  c", "'a\\n  ' {% b %} '\\n  c'"},
           {"  {{ a }}\nb", "'  ' {{ a }} '\\nb'"},
           {"a  {% b %}{% c %}", "'a  ' {% b %} {% c %}"},
           {"  {% a %}  {% b %}", "{% a %} '  ' {% b %}"},
           {"  {# a #}\n  {% b %}", "{% b %}"},
           {"  {% raw %}\n  {% endraw %}\na", "'\\n' 'a'"},
       }) {
    EXPECT_EQ(lex(source, syntax), expected) << source;
  }
}

TEST(Lexer, knows_line_statements_and_comments) {
  Syntax syntax;
  syntax.line_statement_prefix = "%";
  syntax.line_comment_prefix = "##";
  for (const auto& [source, expected] : std::initializer_list<Case>{
           {"a\n  % b c\nd", "'a\\n' {% b c %} 'd'"},
           {"% a (\n b)\n\n  c", "{% a ( b ) %} '  c'"},
           {"a % b", "'a % b'"},
           {"a  ## b\nc", "'a' '\\nc'"},
           {"  ## b\n% c ## d\n", "'\\n' {% c !2: unexpected char '#' at 11"},
           {"% a", "{% a %}"},
       }) {
    EXPECT_EQ(lex(source, syntax), expected) << source;
  }
}

TEST(Lexer, prefers_longer_delimiters) {
  Syntax syntax;
  syntax.block_start = "<%";
  syntax.block_end = syntax.variable_end = "%>";
  syntax.variable_start = "<%=";
  syntax.comment_start = "<%#";
  syntax.comment_end = "%>";
  EXPECT_EQ(lex("<%= a %><% b %><%# c %><%# {% -%> d", syntax), "{{ a }} {% b %} 'd'");
}

TEST(Lexer, writes_newlines_as_asked) {
  Syntax syntax;
  syntax.newline_sequence = "\r\n";
  syntax.keep_trailing_newline = true;
  EXPECT_EQ(lex("a\n{{ 'b\nc' }}\n", syntax), "'a\\r\\n' {{ s'b\\r\\nc' }} '\\r\\n'");
}

}  // namespace
}  // namespace retort::jinja
