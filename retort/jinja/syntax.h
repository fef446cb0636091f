// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Syntax: how template source is cut into text and tags (the lexer's part of Jinja's
// Environment). A value; the defaults are Jinja's.

#include <string>

namespace retort::jinja {

struct Syntax {
  std::string block_start = "{%";
  std::string block_end = "%}";
  std::string variable_start = "{{";
  std::string variable_end = "}}";
  std::string comment_start = "{#";
  std::string comment_end = "#}";
  std::string line_statement_prefix;  ///< empty: no line statements
  std::string line_comment_prefix;    ///< empty: no line comments
  bool trim_blocks = false;           ///< the first newline after a block or comment goes
  bool lstrip_blocks = false;         ///< blanks between a line's start and a block or comment go
  std::string newline_sequence = "\n";
  bool keep_trailing_newline = false;

  /// Throws std::invalid_argument where Jinja's Environment asserts: start strings that are
  /// the same, a newline sequence that is none; and for an empty delimiter.
  void check() const;

  friend bool operator==(const Syntax&, const Syntax&) = default;
};

}  // namespace retort::jinja
