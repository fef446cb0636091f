// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The grammar of URL rules, "/post/<int(min=1):id>/x", for the compiler and the running
// program alike: everything here is constexpr, allocates nothing and throws nothing.
// RuleCursor walks a rule piece by piece; parse_rule() collects the pieces of a literal.
// The grammar is Werkzeug's (werkzeug.routing.rules._part_re).

#include <cstddef>
#include <string_view>

namespace retort::routing {

/// What is wrong with a rule.
enum class RuleSyntaxError : unsigned char {
  none,
  no_leading_slash,    ///< a path rule begins with "/"
  unclosed_variable,   ///< "<" without its ">"
  empty_variable,      ///< "<>" or "<int:>"
  bad_variable_name,   ///< letters, digits and underscores, no digit first
  bad_converter_name,  ///< likewise
  unclosed_arguments,  ///< "<int(min=1:id>"
  duplicate_variable,  ///< "/<a>/<a>"
  too_many_pieces,     ///< more than RuleSyntax::kMaxPieces
};

/// A sentence's worth of explanation, without a full stop.
constexpr const char* describe(RuleSyntaxError error) {
  switch (error) {
    case RuleSyntaxError::none:
      return "no error";
    case RuleSyntaxError::no_leading_slash:
      return "a URL rule must start with a slash";
    case RuleSyntaxError::unclosed_variable:
      return "'<' is not closed by '>'";
    case RuleSyntaxError::empty_variable:
      return "a variable has no name";
    case RuleSyntaxError::bad_variable_name:
      return "a variable's name has letters, digits and underscores, and no digit first";
    case RuleSyntaxError::bad_converter_name:
      return "a converter's name has letters, digits and underscores, and no digit first";
    case RuleSyntaxError::unclosed_arguments:
      return "a converter's arguments must end with '):'";
    case RuleSyntaxError::duplicate_variable:
      return "a variable is used twice";
    case RuleSyntaxError::too_many_pieces:
      return "the rule has too many pieces";
  }
  return "";
}

/// One piece of a rule: text as it stands (slashes included), or a variable.
struct RulePiece {
  bool is_variable = false;
  std::string_view text;       ///< the literal text; empty for a variable
  std::string_view converter;  ///< "int"; empty if none is named, which means "default"
  std::string_view arguments;  ///< what the parentheses hold: "min=1"
  std::string_view name;       ///< "id"
  std::size_t position = 0;    ///< of the piece's first character in the rule
};

/// Walks a rule. `next` returns false at the end and at an error; `error` tells which.
class RuleCursor {
 public:
  explicit constexpr RuleCursor(std::string_view rule) : rule_(rule) {}

  constexpr bool next(RulePiece& piece) {
    if (error_ != RuleSyntaxError::none || at_ >= rule_.size()) return false;
    piece = RulePiece{};
    piece.position = at_;
    if (rule_[at_] == '<') return next_variable(piece);
    std::size_t end = rule_.find('<', at_);
    if (end == std::string_view::npos) end = rule_.size();
    piece.text = rule_.substr(at_, end - at_);
    at_ = end;
    return true;
  }

  constexpr RuleSyntaxError error() const { return error_; }
  /// Where reading stopped: of an error, its first character.
  constexpr std::size_t position() const { return at_; }

 private:
  static constexpr bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }
  static constexpr bool is_name(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }

  // The end of the name that begins at `from`; `from` itself if there is none.
  constexpr std::size_t name_end(std::size_t from) const {
    if (from >= rule_.size() || !is_name_start(rule_[from])) return from;
    std::size_t end = from + 1;
    while (end < rule_.size() && is_name(rule_[end])) ++end;
    return end;
  }

  constexpr bool at(std::size_t i, char c) const { return i < rule_.size() && rule_[i] == c; }

  constexpr bool fail(RuleSyntaxError error, std::size_t position) {
    error_ = error;
    at_ = position;
    return false;
  }

  // "name>" at `from`: the end of the piece, or npos.
  constexpr std::size_t closing_name(std::size_t from) const {
    const std::size_t end = name_end(from);
    return end != from && at(end, '>') ? end : std::string_view::npos;
  }

  constexpr bool take(RulePiece& piece, std::size_t name, std::size_t end) {
    piece.is_variable = true;
    piece.name = rule_.substr(name, end - name);
    at_ = end + 1;
    return true;
  }

  constexpr bool next_variable(RulePiece& piece) {
    const std::size_t first = at_ + 1;
    const std::size_t word = name_end(first);
    if (word != first && at(word, '>')) return take(piece, first, word);
    if (word != first && at(word, ':')) {
      if (const std::size_t end = closing_name(word + 1); end != std::string_view::npos) {
        piece.converter = rule_.substr(first, word - first);
        return take(piece, word + 1, end);
      }
      return fail_in_name(word + 1);
    }
    if (word != first && at(word, '(')) return next_arguments(piece, first, word);
    return fail_in_name(first);
  }

  // Arguments end at the first ")" that ":name>" follows; they may hold any other ")".
  constexpr bool next_arguments(RulePiece& piece, std::size_t first, std::size_t open) {
    for (std::size_t i = open + 1; i < rule_.size() && rule_[i] != '\n'; ++i) {
      if (rule_[i] != ')' || !at(i + 1, ':')) continue;
      const std::size_t end = closing_name(i + 2);
      if (end == std::string_view::npos) continue;
      piece.converter = rule_.substr(first, open - first);
      piece.arguments = rule_.substr(open + 1, i - open - 1);
      return take(piece, i + 2, end);
    }
    return fail(RuleSyntaxError::unclosed_arguments, open);
  }

  // Says what a name that is none lacks.
  constexpr bool fail_in_name(std::size_t from) {
    std::size_t close = from;
    while (close < rule_.size() && rule_[close] != '>') ++close;
    if (close == rule_.size()) return fail(RuleSyntaxError::unclosed_variable, at_);
    if (close == from) return fail(RuleSyntaxError::empty_variable, at_);
    std::size_t bad = name_end(from);
    bool converter = false;
    for (std::size_t i = from; i < close; ++i) converter = converter || rule_[i] == ':' || rule_[i] == '(';
    return fail(converter ? RuleSyntaxError::bad_converter_name : RuleSyntaxError::bad_variable_name, bad);
  }

  std::string_view rule_;
  std::size_t at_ = 0;
  RuleSyntaxError error_ = RuleSyntaxError::none;
};

/// The pieces of a path rule, or what is wrong with it and where.
struct RuleSyntax {
  static constexpr std::size_t kMaxPieces = 32;

  RulePiece pieces[kMaxPieces];
  std::size_t count = 0;
  std::size_t variables = 0;
  RuleSyntaxError error = RuleSyntaxError::none;
  std::size_t position = 0;  ///< of the error

  constexpr bool ok() const { return error == RuleSyntaxError::none; }
  /// The i-th variable. Precondition: i < variables.
  constexpr const RulePiece& variable(std::size_t i) const {
    std::size_t at = 0;
    while (!pieces[at].is_variable || i-- != 0) ++at;
    return pieces[at];
  }
};

/// Reads a path rule; the views in the result are into `rule`. Rules of more than
/// kMaxPieces pieces are refused here; RuleCursor has no limit.
constexpr RuleSyntax parse_rule(std::string_view rule) {
  RuleSyntax syntax;
  if (rule.empty() || rule[0] != '/') {
    syntax.error = RuleSyntaxError::no_leading_slash;
    return syntax;
  }
  RuleCursor cursor(rule);
  RulePiece piece;
  while (cursor.next(piece)) {
    syntax.position = piece.position;
    if (syntax.count == RuleSyntax::kMaxPieces) {
      syntax.error = RuleSyntaxError::too_many_pieces;
      return syntax;
    }
    for (std::size_t i = 0; piece.is_variable && i < syntax.count; ++i) {
      if (syntax.pieces[i].is_variable && syntax.pieces[i].name == piece.name) {
        syntax.error = RuleSyntaxError::duplicate_variable;
        return syntax;
      }
    }
    syntax.pieces[syntax.count++] = piece;
    if (piece.is_variable) ++syntax.variables;
  }
  syntax.error = cursor.error();
  syntax.position = cursor.position();
  return syntax;
}

}  // namespace retort::routing
