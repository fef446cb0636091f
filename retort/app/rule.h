// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A rule written as a literal is parsed by the compiler against the view's parameters. A
// mistake is a compile error that calls one of the functions of rule_error: its name says
// what is wrong, and the compiler shows the literal beside it. A rule put together at run
// time goes through add_url_rule, which checks the same things when it is registered.

#include <cstddef>
#include <source_location>
#include <string_view>

#include "retort/app/argument.h"
#include "retort/routing/rule_syntax.h"

namespace retort {

/// Never defined to be called: reaching one while a rule is checked stops the compiler.
namespace rule_error {
void the_rule_is_malformed();
void a_rule_begins_with_a_slash();
void a_variable_is_used_twice();
void unknown_converter_use_add_url_rule_for_your_own();
void the_view_has_no_parameter_for_a_variable();
void a_text_variable_needs_a_string_parameter();
void an_int_variable_needs_an_integer_parameter();
void a_float_variable_needs_a_floating_point_parameter();
void a_uuid_variable_needs_a_Uuid_or_string_parameter();
}  // namespace rule_error

namespace detail {

/// Which end of a view's variable parameters a rule's own variables are matched with: a
/// blueprint's prefix may bring more variables in front.
enum class RuleEnd { front, back };

constexpr void check_variable(std::string_view converter, VariableKind parameter) {
  if (parameter == VariableKind::custom) return;
  if (converter.empty() || converter == "default" || converter == "string" || converter == "path" ||
      converter == "any") {
    if (parameter != VariableKind::text) rule_error::a_text_variable_needs_a_string_parameter();
  } else if (converter == "int") {
    if (parameter != VariableKind::integer) rule_error::an_int_variable_needs_an_integer_parameter();
  } else if (converter == "float") {
    if (parameter != VariableKind::real) rule_error::a_float_variable_needs_a_floating_point_parameter();
  } else if (converter == "uuid") {
    if (parameter != VariableKind::uuid && parameter != VariableKind::text)
      rule_error::a_uuid_variable_needs_a_Uuid_or_string_parameter();
  } else {
    rule_error::unknown_converter_use_add_url_rule_for_your_own();
  }
}

constexpr void check_syntax(routing::RuleSyntaxError error) {
  using enum routing::RuleSyntaxError;
  if (error == none) return;
  if (error == no_leading_slash) rule_error::a_rule_begins_with_a_slash();
  if (error == duplicate_variable) rule_error::a_variable_is_used_twice();
  rule_error::the_rule_is_malformed();
}

// Walks the rule twice, and what follows each variable once more: that costs the compiler
// less than an array of the pieces.
constexpr void check_rule(std::string_view rule, const VariableKind* parameters, std::size_t count,
                          RuleEnd end) {
  if (rule.empty() && end == RuleEnd::back) return;  // a blueprint's prefix alone
  if (rule.empty() || rule[0] != '/') check_syntax(routing::RuleSyntaxError::no_leading_slash);
  if (rule.find('<') == std::string_view::npos) return;
  std::size_t pieces = 0;
  std::size_t variables = 0;
  routing::RulePiece piece;
  routing::RuleCursor cursor(rule);
  while (cursor.next(piece)) {
    if (++pieces > routing::RuleSyntax::kMaxPieces) check_syntax(routing::RuleSyntaxError::too_many_pieces);
    if (!piece.is_variable) continue;
    ++variables;
    routing::RuleCursor rest = cursor;
    routing::RulePiece other;
    while (rest.next(other)) {
      if (other.is_variable && other.name == piece.name)
        check_syntax(routing::RuleSyntaxError::duplicate_variable);
    }
  }
  check_syntax(cursor.error());
  if (variables > count) rule_error::the_view_has_no_parameter_for_a_variable();
  std::size_t next = end == RuleEnd::front ? 0 : count - variables;
  cursor = routing::RuleCursor(rule);
  while (cursor.next(piece)) {
    if (piece.is_variable) check_variable(piece.converter, parameters[next++]);
  }
}

/// A rule and where the program has it.
struct RuleText {
  std::string_view text;
  std::source_location where;
};

/// A literal rule that fits a view with parameters of these kinds.
template <RuleEnd end, VariableKind... parameters>
struct CheckedRule : RuleText {
  template <std::size_t n>
  consteval CheckedRule(
      const char (&rule)[n],
      std::source_location at = std::source_location::current())  // NOLINT: implicit by design
      : RuleText{{static_cast<const char*>(rule), std::size_t{n - 1}}, at} {
    constexpr VariableKind kinds[] = {parameters..., VariableKind::none};
    check_rule(text, kinds, sizeof...(parameters), end);
  }
};

// From a signature to its CheckedRule: injected parameters fall out on the way, so that
// views that differ in them alone share one instantiation.
template <RuleEnd end, class Done, class... A>
struct RuleFor;
template <VariableKind... kinds>
struct Kinds {};
template <RuleEnd end, VariableKind... kinds>
struct RuleFor<end, Kinds<kinds...>> {
  using Type = CheckedRule<end, kinds...>;
};
template <RuleEnd end, VariableKind... kinds, class A, class... Rest>
struct RuleFor<end, Kinds<kinds...>, A, Rest...> {
  static consteval auto next() {
    if constexpr (variable_kind<A>() == VariableKind::none) {
      return RuleFor<end, Kinds<kinds...>, Rest...>{};
    } else {
      return RuleFor<end, Kinds<kinds..., variable_kind<A>()>, Rest...>{};
    }
  }
  using Type = typename decltype(next())::Type;
};

template <RuleEnd end, class S>
struct RuleOfSignature;
template <RuleEnd end, class R, class... A>
struct RuleOfSignature<end, R(A...)> : RuleFor<end, Kinds<>, A...> {};

}  // namespace detail
}  // namespace retort
