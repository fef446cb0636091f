// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The lexer: template source to the tokens that the parser reads, as jinja2.lexer does. In
// linear time. It does not throw: a fault becomes the last token, so that what comes before
// it is parsed (and complained about) first, as with Jinja's lazy lexer.

#include <cstdint>
#include <string_view>
#include <vector>

#include "retort/jinja/detail/arena.h"
#include "retort/jinja/syntax.h"

namespace retort::jinja {

enum class TokenType : std::uint8_t {
  add,
  assign,
  colon,
  comma,
  div,
  dot,
  eq,
  floordiv,
  gt,
  gteq,
  lbrace,
  lbracket,
  lparen,
  lt,
  lteq,
  mod,
  mul,
  ne,
  pipe,
  pow,
  rbrace,
  rbracket,
  rparen,
  semicolon,
  sub,
  tilde,
  float_,
  integer,
  name,
  string,
  block_begin,
  block_end,
  variable_begin,
  variable_end,
  data,
  eof,
  error,  ///< the lexer's complaint in text
};

struct Token {
  TokenType type = TokenType::eof;
  int line = 1;
  int column = 0;
  /// A name, a string's value, data; of other tokens what the source says.
  std::string_view text;
  union {
    std::int64_t integer = 0;
    double real;
  };

  bool is_name(std::string_view expected) const { return type == TokenType::name && text == expected; }
};

/// "end of statement block"; of a name the name itself.
std::string_view describe_token(const Token& token);
std::string_view describe_token_type(TokenType type);

/// Where an expression alone is read (compile_expression) there is no text around it.
enum class LexerState : std::uint8_t { root, variable };

/// The tokens of the source, an eof or an error the last. Texts borrow from source or arena.
/// `source` has no other newlines than \n (normalize_newlines).
std::vector<Token> tokenize(std::string_view source, const Syntax& syntax, Arena& arena,
                            LexerState state = LexerState::root);

/// A copy of the source with every newline a \n, and without a last one unless it is kept.
std::string_view normalize_newlines(std::string_view source, const Syntax& syntax, Arena& arena);

}  // namespace retort::jinja
