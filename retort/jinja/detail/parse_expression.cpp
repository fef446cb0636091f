// SPDX-License-Identifier: BSD-3-Clause
// Expressions, from `a if b else c` down to what follows a primary expression. The lines of
// nodes are those that Jinja gives them, odd as some are: errors at run time show them.
#include "retort/jinja/detail/parser_support.h"

namespace retort::jinja {
namespace {

using namespace nodes;

// How tightly operators bind. One loop reads all that are left-associative, and so keeps the
// parser's stack flat: parse_binary(kOr) is Jinja's parse_or, and so on.
enum Level : int { kNoOperator = -1, kOr, kAnd, kNot, kCompare, kSum, kConcat, kProduct, kPower, kUnary };

NodeKind binary_kind(const Token& token) {
  switch (token.type) {
    case TokenType::add:
      return NodeKind::Add;
    case TokenType::sub:
      return NodeKind::Sub;
    case TokenType::mul:
      return NodeKind::Mul;
    case TokenType::div:
      return NodeKind::Div;
    case TokenType::floordiv:
      return NodeKind::FloorDiv;
    case TokenType::mod:
      return NodeKind::Mod;
    case TokenType::pow:
      return NodeKind::Pow;
    default:
      return token.text == "or" ? NodeKind::Or : NodeKind::And;
  }
}

}  // namespace

Node* Parser::parse_expression(bool with_condexpr) {
  return with_condexpr ? parse_condexpr() : parse_binary(kOr);
}

Node* Parser::parse_condexpr() {
  const Token* start = token_;
  Node* expr1 = parse_binary(kOr);
  while (skip_if_name("if")) {
    auto* node = make<CondExpr>(*start);
    node->test = parse_binary(kOr);
    if (skip_if_name("else")) {
      const Nesting nesting(*this);
      node->expr2 = parse_condexpr();
    }
    node->expr1 = expr1;
    expr1 = finish(node, {node->test, node->expr1, node->expr2});
    start = token_;
  }
  return expr1;
}

// The level of the operator that is current.
int Parser::operator_level() {
  switch (token_->type) {
    case TokenType::name:
      if (token_->text == "or") return kOr;
      if (token_->text == "and") return kAnd;
      if (token_->text == "in") return kCompare;
      return token_->text == "not" && look().is_name("in") ? kCompare : kNoOperator;
    case TokenType::eq:
    case TokenType::ne:
    case TokenType::lt:
    case TokenType::lteq:
    case TokenType::gt:
    case TokenType::gteq:
      return kCompare;
    case TokenType::add:
    case TokenType::sub:
      return kSum;
    case TokenType::tilde:
      return kConcat;
    case TokenType::mul:
    case TokenType::div:
    case TokenType::floordiv:
    case TokenType::mod:
      return kProduct;
    case TokenType::pow:
      return kPower;
    default:
      return kNoOperator;
  }
}

Node* Parser::parse_binary(int level) {
  const Nesting nesting(*this);
  const Token& start = *token_;
  Node* left = nullptr;
  if (level <= kNot && at_name("not")) {
    next();
    auto* node = place(arena().make<UnaryExpr>(NodeKind::Not), start.line, start.column);
    node->node = parse_binary(kNot);
    left = finish(node, {node->node});
  } else {
    left = parse_unary(true);
  }
  // Jinja takes the line of a chain's second operator, and so on, from what follows the first.
  int last = kUnary;
  int line = start.line;
  for (int op = operator_level(); op >= level; op = operator_level()) {
    if (op == kCompare) {
      left = parse_compare(left, start);
    } else if (op == kConcat) {
      left = parse_concat(left, start);
    } else {
      left = parse_right(left, op, op == last ? line : start.line, start);
      line = token_->line;
    }
    last = op;
  }
  return left;
}

Node* Parser::parse_right(Node* left, int level, int line, const Token& start) {
  const Token& op = next();
  Node* right = level == kPower ? parse_unary(true) : parse_binary(level + 1);
  auto* node = make_binary(binary_kind(op), left, right, start);
  node->line = line;
  node->column = op.line == line ? op.column : 0;
  return node;
}

bool Parser::skip_comparison(CompareOp& op) {
  switch (token_->type) {
    case TokenType::eq:
      op = CompareOp::eq;
      break;
    case TokenType::ne:
      op = CompareOp::ne;
      break;
    case TokenType::lt:
      op = CompareOp::lt;
      break;
    case TokenType::lteq:
      op = CompareOp::lteq;
      break;
    case TokenType::gt:
      op = CompareOp::gt;
      break;
    case TokenType::gteq:
      op = CompareOp::gteq;
      break;
    default:
      if (at_name("in")) {
        op = CompareOp::in;
      } else if (at_name("not") && look().is_name("in")) {
        op = CompareOp::notin;
        next();
      } else {
        return false;
      }
  }
  next();
  return true;
}

Node* Parser::parse_compare(Node* left, const Token& start) {
  auto* node = make<Compare>(start);
  node->expr = left;
  ListBuilder<Operand> ops(*this);
  CompareOp op = CompareOp::eq;
  const Token& first = *token_;
  deepen(*node, left);
  while (skip_comparison(op)) {
    auto* operand = make<Operand>(*token_);
    operand->op = op;
    operand->expr = parse_binary(kSum);
    deepen(*node, operand->expr);
    ops.add(operand);
  }
  node->ops = ops.take();
  node->line = token_->line;
  node->column = first.line == node->line ? first.column : 0;
  return node;
}

Node* Parser::parse_concat(Node* left, const Token& start) {
  auto* node = make<Concat>(start);
  ListBuilder<Node> items(*this);
  items.add(left);
  deepen(*node, left);
  while (skip_if(TokenType::tilde)) {
    Node* item = parse_binary(kProduct);
    deepen(*node, item);
    items.add(item);
  }
  node->nodes = items.take();
  return node;
}

Node* Parser::parse_unary(bool with_filter) {
  Node* node = nullptr;
  if (at(TokenType::sub) || at(TokenType::add)) {
    const Nesting nesting(*this);
    const Token& sign = next();
    const NodeKind kind = sign.type == TokenType::sub ? NodeKind::Neg : NodeKind::Pos;
    auto* unary = place(arena().make<UnaryExpr>(kind), sign.line, sign.column);
    unary->node = parse_unary(false);
    node = finish(unary, {unary->node});
  } else {
    node = parse_primary(false);
  }
  node = parse_postfix(node);
  return with_filter ? parse_filter_expr(node) : node;
}

Node* Parser::parse_postfix(Node* node) {
  while (true) {
    if (at(TokenType::dot) || at(TokenType::lbracket)) {
      node = parse_subscript(node);
    } else if (at(TokenType::lparen)) {
      node = parse_call(node);
    } else {
      return node;
    }
  }
}

Node* Parser::parse_filter_expr(Node* node) {
  while (true) {
    if (at(TokenType::pipe)) {
      node = parse_filter(node);
    } else if (at_name("is")) {
      node = parse_test(node);
    } else if (at(TokenType::lparen)) {
      node = parse_call(node);
    } else {
      return node;
    }
  }
}

Node* Parser::parse_subscript(Node* node) {
  const Token& token = next();
  if (token.type == TokenType::dot) return parse_attribute(node, token);
  ListBuilder<Node> args(*this);
  while (!at(TokenType::rbracket)) {
    if (!args.empty()) expect(TokenType::comma);
    args.add(parse_subscribed());
  }
  next();
  auto* item = make<Getitem>(token);
  item->node = node;
  NodeList list = args.take();
  if (list.size() == 1) {
    item->arg = list.front();
  } else {
    auto* tuple = make<Tuple>(token);
    for (const Node* arg : list) deepen(*tuple, arg);
    tuple->items = list;
    item->arg = tuple;
  }
  return finish(item, {node, item->arg});
}

Node* Parser::parse_attribute(Node* node, const Token& dot) {
  const Token& token = next();
  if (token.type == TokenType::name) {
    auto* attribute = make<Getattr>(dot);
    attribute->node = node;
    attribute->attr = token.text;
    return finish(attribute, {node});
  }
  if (token.type != TokenType::integer) fail("expected name or number", token);
  auto* item = make<Getitem>(dot);
  item->node = node;
  item->arg = make_literal(Value(token.integer), token);
  return finish(item, {node});
}

// What is between brackets: an expression, or a slice.
Node* Parser::parse_subscribed() {
  const Token& start = *token_;
  const auto part = [this]() -> Node* {
    const bool none = at(TokenType::colon) || at(TokenType::rbracket) || at(TokenType::comma);
    return none ? nullptr : parse_expression();
  };
  Node* first = at(TokenType::colon) ? nullptr : parse_expression();
  if (!at(TokenType::colon)) return first;
  next();
  auto* slice = make<Slice>(start);
  slice->start = first;
  slice->stop = part();
  if (skip_if(TokenType::colon) && !at(TokenType::rbracket) && !at(TokenType::comma)) {
    slice->step = parse_expression();
  }
  return finish(slice, {slice->start, slice->stop, slice->step});
}

Arguments Parser::parse_call_args() {
  const Token& start = expect(TokenType::lparen);
  Arguments out;
  std::vector<Keyword*> keywords;
  ListBuilder<Node> args(*this);
  const auto ensure = [&](bool valid) {
    if (!valid) fail("invalid syntax for function call expression", start);
  };
  for (bool first = true; !at(TokenType::rparen); first = false) {
    if (!first) {
      expect(TokenType::comma);
      if (at(TokenType::rparen)) break;
    }
    if (at(TokenType::mul)) {
      ensure(!out.dyn_args && !out.dyn_kwargs);
      next();
      out.dyn_args = parse_expression();
    } else if (at(TokenType::pow)) {
      ensure(!out.dyn_kwargs);
      next();
      out.dyn_kwargs = parse_expression();
    } else if (at(TokenType::name) && look().type == TokenType::assign) {
      ensure(!out.dyn_kwargs);
      const Token& key = next();
      next();
      Node* value = parse_expression();
      auto* keyword = make<Keyword>(value->line);
      keyword->column = value->column;
      keyword->key = key.text;
      keyword->value = value;
      keywords.push_back(keyword);
    } else {
      ensure(!out.dyn_args && !out.dyn_kwargs && keywords.empty());
      args.add(parse_expression());
    }
  }
  next();
  out.args = args.take();
  out.kwargs = arena().copy(keywords.data(), keywords.size());
  return out;
}

template <class T>
T* Parser::with_arguments(T* node, const Arguments& arguments) {
  static_cast<Arguments&>(*node) = arguments;
  for (const Node* arg : arguments.args) deepen(*node, arg);
  for (const Keyword* keyword : arguments.kwargs) deepen(*node, keyword->value);
  return finish(node, {node->node, arguments.dyn_args, arguments.dyn_kwargs});
}

Node* Parser::parse_call(Node* node) {
  auto* call = make<Call>(*token_);
  call->node = node;
  return with_arguments(call, parse_call_args());
}

// The rest of a name with dots in it.
std::string_view Parser::parse_dotted_name(std::string_view first) {
  if (!at(TokenType::dot)) return first;
  std::string name(first);
  while (skip_if(TokenType::dot)) {
    name += '.';
    name += expect(TokenType::name).text;
  }
  return copy(name);
}

Node* Parser::parse_filter(Node* node, bool start_inline) {
  while (at(TokenType::pipe) || start_inline) {
    if (!start_inline) next();
    const Token& token = expect(TokenType::name);
    auto* filter = make<Filter>(token);
    filter->name = parse_dotted_name(token.text);
    filter->node = node;
    node = with_arguments(filter, at(TokenType::lparen) ? parse_call_args() : Arguments());
    start_inline = false;
  }
  return node;
}

Node* Parser::parse_test(Node* node) {
  const Token& token = next();
  const bool negated = skip_if_name("not");
  auto* test = make<Test>(token);
  test->node = node;
  test->name = parse_dotted_name(expect(TokenType::name).text);
  Arguments arguments;
  const bool operand = at(TokenType::string) || at(TokenType::integer) || at(TokenType::float_) ||
                       at(TokenType::lbracket) || at(TokenType::lbrace) ||
                       (at(TokenType::name) && !at_name("else") && !at_name("or") && !at_name("and"));
  if (at(TokenType::lparen)) {
    arguments = parse_call_args();
  } else if (operand) {
    if (at_name("is")) fail("You cannot chain multiple tests with is");
    arguments.args = list({parse_postfix(parse_primary(false))});
  }
  node = with_arguments(test, arguments);
  if (!negated) return node;
  auto* inverse = place(arena().make<UnaryExpr>(NodeKind::Not), token.line, token.column);
  inverse->node = node;
  return finish(inverse, {node});
}

}  // namespace retort::jinja
