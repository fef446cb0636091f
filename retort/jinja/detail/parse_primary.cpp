// SPDX-License-Identifier: BSD-3-Clause
// Names, literals, containers, and what can be assigned to.
#include <string>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/jinja/detail/parser_support.h"

namespace retort::jinja {

using namespace nodes;

namespace {

bool can_assign(const Node& node) {
  switch (node.kind) {
    case NodeKind::Name: {
      const std::string_view name = as<Name>(node).name;
      return name != "true" && name != "false" && name != "none" && name != "True" && name != "False" &&
             name != "None";
    }
    case NodeKind::NSRef:
      return true;
    case NodeKind::Tuple:
      for (const Node* item : as<Tuple>(node).items) {
        if (!can_assign(*item)) return false;
      }
      return true;
    default:
      return false;
  }
}

}  // namespace

Node* Parser::parse_primary(bool with_namespace) {
  const Token& token = *token_;
  switch (token.type) {
    case TokenType::name:
      return parse_name(with_namespace);
    case TokenType::string:
      return parse_strings();
    case TokenType::integer:
      next();
      return make_literal(Value(token.integer), token);
    case TokenType::float_:
      next();
      return make_literal(Value(token.real), token);
    case TokenType::lparen: {
      next();
      Node* node = parse_tuple(false, true, true, false);
      expect(TokenType::rparen);
      return node;
    }
    case TokenType::lbracket:
      return parse_list();
    case TokenType::lbrace:
      return parse_dict();
    default:
      fail(fmt::format("unexpected {}", quoted(describe_token(token))), token);
  }
}

Node* Parser::parse_name(bool with_namespace) {
  const Token& token = next();
  const std::string_view name = token.text;
  if (name == "true" || name == "True") return make_literal(Value(true), token);
  if (name == "false" || name == "False") return make_literal(Value(false), token);
  if (name == "none" || name == "None") return make_literal(Value(nullptr), token);
  if (!with_namespace || !skip_if(TokenType::dot)) return make_name(name, token);
  auto* reference = make<NSRef>(token);
  reference->name = name;
  reference->attr = expect(TokenType::name).text;
  return reference;
}

// String literals side by side are one.
Node* Parser::parse_strings() {
  const Token& token = next();
  if (!at(TokenType::string)) return make_text(token.text, token);
  std::string text(token.text);
  while (at(TokenType::string)) text += next().text;
  return make_text(copy(text), token);
}

bool Parser::at_tuple_end() const {
  return at(TokenType::variable_end) || at(TokenType::block_end) || at(TokenType::rparen);
}

// `simplified`: only names and literals. `parentheses`: it is in some, and may be empty.
Node* Parser::parse_tuple(bool simplified, bool with_condexpr, bool parentheses, bool with_namespace) {
  const Token* start = token_;
  ListBuilder<Node> items(*this);
  bool is_tuple = false;
  while (true) {
    if (!items.empty()) expect(TokenType::comma);
    if (at_tuple_end()) break;
    items.add(simplified ? parse_primary(with_namespace) : parse_expression(with_condexpr));
    if (!at(TokenType::comma)) break;
    is_tuple = true;
    start = token_;
  }
  const NodeList list = items.take();
  if (!is_tuple) {
    if (!list.empty()) return list.front();
    if (!parentheses) fail(fmt::format("Expected an expression, got {}", quoted(describe_token(*token_))));
  }
  auto* tuple = make<Tuple>(*start);
  tuple->items = list;
  for (const Node* item : list) deepen(*tuple, item);
  return tuple;
}

Node* Parser::parse_list() {
  const Token& token = next();
  auto* node = make<List>(token);
  ListBuilder<Node> items(*this);
  while (!at(TokenType::rbracket)) {
    if (!items.empty()) expect(TokenType::comma);
    if (at(TokenType::rbracket)) break;
    Node* item = parse_expression();
    deepen(*node, item);
    items.add(item);
  }
  next();
  node->items = items.take();
  return node;
}

Node* Parser::parse_dict() {
  const Token& token = next();
  auto* node = make<Dict>(token);
  ListBuilder<Pair> items(*this);
  while (!at(TokenType::rbrace)) {
    if (!items.empty()) expect(TokenType::comma);
    if (at(TokenType::rbrace)) break;
    Node* key = parse_expression();
    expect(TokenType::colon);
    auto* pair = make<Pair>(key->line);
    pair->column = key->column;
    pair->key = key;
    pair->value = parse_expression();
    finish(node, {pair->key, pair->value});
    items.add(pair);
  }
  next();
  node->items = items.take();
  return node;
}

Name* Parser::parse_name_target() {
  const Token& token = expect(TokenType::name);
  Name* target = make_name(token.text, token, NameContext::store);
  if (!can_assign(*target)) fail("can't assign to 'name'", token);
  return target;
}

Node* Parser::parse_target(bool with_namespace) {
  Node* target = parse_tuple(true, true, false, with_namespace);
  if (!can_assign(*target)) {
    fail(fmt::format("can't assign to {}", quoted(text::to_lower(kind_name(target->kind)))), target->line,
         target->column);
  }
  set_context(*target, NameContext::store);
  return target;
}

// What can be assigned to holds no more than names.
void Parser::set_context(Node& target, NameContext ctx) {
  if (auto* name = as_if<Name>(&target)) {
    name->ctx = ctx;
  } else if (auto* tuple = as_if<Tuple>(&target)) {
    tuple->ctx = ctx;
    for (Node* item : tuple->items) set_context(*item, ctx);
  }
}

}  // namespace retort::jinja
