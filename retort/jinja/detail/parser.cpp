// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/parser.h"

#include <algorithm>

#include <fmt/format.h>

#include "retort/base/utf8.h"
#include "retort/jinja/detail/parser_support.h"
#include "retort/jinja/detail/suggest.h"
#include "retort/jinja/extension.h"

namespace retort::jinja {
namespace {

// Lines and columns are ints.
constexpr std::size_t kMaxSourceBytes = std::size_t{1} << 30;

template <class E>
[[noreturn]] void raise(const Ast& ast, const std::string& message, int line, int column) {
  E error(message, {std::string(ast.name()), std::string(ast.filename()), line, column});
  error.show_source(ast.source());
  throw error;
}

std::string preprocess(std::string_view source, const ParseOptions& options) {
  std::string out(source);
  for (const Extension* extension : *options.extensions) {
    if (extension->filters()) out = extension->preprocess(std::move(out), options.name, options.filename);
  }
  return out;
}

int line_of_invalid(std::string_view source) {
  int line = 1;
  for (std::size_t at = 0; at < source.size(); ++line) {
    const std::size_t end = std::min(source.find('\n', at), source.size());
    if (!utf8::valid(source.substr(at, end - at))) break;
    at = end + 1;
  }
  return line;
}

bool has_filters(const ParseOptions& options) {
  return options.extensions && std::any_of(options.extensions->begin(), options.extensions->end(),
                                           [](const Extension* e) { return e->filters(); });
}

}  // namespace

std::string quoted(std::string_view text) { return Value(text).repr(); }

Parser::Parser(Ast& ast, const ParseOptions& options, const Syntax& syntax, LexerState state)
    : ast_(ast), tokens_(tokenize(ast.source_, syntax, ast.arena_, state)) {
  if (options.extensions) {
    for (const Extension* extension : *options.extensions) {
      if (extension->filters()) extension->filter_tokens(tokens_, ast.arena_);
      for (const std::string_view tag : extension->tags()) tags_.push_back({tag, extension});
    }
  }
  if (tokens_.empty() || tokens_.back().type < TokenType::eof) tokens_.emplace_back();
  advance(tokens_.data());
}

void Parser::advance(const Token* token) {
  token_ = token;
  if (token->type == TokenType::error) fail(std::string(token->text), *token);
}

const Token& Parser::look() {
  if (at(TokenType::eof)) return *token_;
  const Token& following = token_[1];
  if (following.type == TokenType::error) fail(std::string(following.text), following);
  return following;
}

const Token& Parser::next() {
  const Token& token = *token_;
  if (token.type != TokenType::eof) advance(token_ + 1);
  return token;
}

void Parser::skip(int count) {
  while (count-- > 0) next();
}

bool Parser::skip_if(TokenType type) {
  if (!at(type)) return false;
  next();
  return true;
}

bool Parser::skip_if_name(std::string_view name) {
  if (!at_name(name)) return false;
  next();
  return true;
}

const Token& Parser::expect(TokenType type) {
  if (!at(type)) fail_expected(describe_token_type(type));
  return next();
}

const Token& Parser::expect_name(std::string_view name) {
  if (!at_name(name)) fail_expected(name);
  return next();
}

// Faults.

void Parser::fail(const std::string& message) { fail(message, *token_); }

void Parser::fail(const std::string& message, const Token& at) { fail(message, at.line, at.column); }

void Parser::fail(const std::string& message, int line, int column) {
  raise<TemplateSyntaxError>(ast_, message, line, column);
}

void Parser::fail_assertion(const std::string& message, const Token& at) {
  raise<TemplateAssertionError>(ast_, message, at.line, at.column);
}

void Parser::fail_nesting() {
  fail(fmt::format("nested too deeply: more than {} statements, parentheses and operators within each other",
                   kMaxNesting));
}

void Parser::fail_expected(std::string_view expected) {
  if (at(TokenType::eof)) fail(fmt::format("unexpected end of template, expected {}.", quoted(expected)));
  fail(fmt::format("expected token {}, got {}", quoted(expected), quoted(describe_token(*token_))));
}

// What the parser is looking for, and which block it belongs to.
std::string Parser::looking_for(std::string_view unknown_tag) const {
  std::string out;
  if (!end_stack_.empty()) {
    std::string ends;
    bool expected = false;
    for (const std::string_view end : end_stack_.back()) {
      if (!ends.empty()) ends += " or ";
      ends += quoted(end);
    }
    for (const auto& outer : end_stack_) {
      expected = expected || std::find(outer.begin(), outer.end(), unknown_tag) != outer.end();
    }
    if (expected && !unknown_tag.empty()) {
      out += fmt::format(
          " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for {}.",
          ends);
    } else {
      out += fmt::format(" Jinja was looking for the following tags: {}.", ends);
    }
  }
  if (!tag_stack_.empty()) {
    out += fmt::format(" The innermost block that needs to be closed is {}.", quoted(tag_stack_.back()));
  }
  return out;
}

void Parser::fail_unknown_tag(const Token& tag) {
  detail::Suggestion suggestion(tag.text);
  for (const std::string_view name : {"for", "if", "block", "extends", "print", "macro", "include", "from",
                                      "import", "set", "with", "autoescape", "call", "filter"})
    suggestion.offer(name);
  for (const Tag& known : tags_) suggestion.offer(known.name);
  if (!end_stack_.empty()) {
    for (const std::string_view end : end_stack_.back()) suggestion.offer(end);
  }
  try {
    fail(fmt::format("Encountered unknown tag {}.", quoted(tag.text)) + looking_for(tag.text), tag);
  } catch (TemplateSyntaxError& error) {
    error.suggest(suggestion.best());
    throw;
  }
}

void Parser::fail_end() { fail("Unexpected end of template." + looking_for({})); }

// Making nodes.

void Parser::set_depth(nodes::Node& expression, const nodes::Node& operand) {
  expression.depth = static_cast<std::uint16_t>(operand.depth + 1);
  if (expression.depth > kMaxNesting) {
    fail(fmt::format("expression too long: more than {} operators, calls or lookups, one on top of the other",
                     kMaxNesting),
         expression.line, expression.column);
  }
}

nodes::Const* Parser::make_const(Value value, const Token& at) {
  auto* node = place(arena().make<nodes::Const>(), at.line, at.column);
  node->value = std::move(value);
  return node;
}

nodes::Const* Parser::make_text(std::string_view text, const Token& at) {
  auto* node = place(arena().make_unmanaged<nodes::Const>(), at.line, at.column);
  node->value = Value::borrow(text);
  return node;
}

nodes::Const* Parser::make_literal(Value value, const Token& at) {
  auto* node = place(arena().make_unmanaged<nodes::Const>(), at.line, at.column);
  node->value = std::move(value);
  return node;
}

nodes::Name* Parser::make_name(std::string_view name, const Token& at, nodes::NameContext ctx) {
  auto* node = make<nodes::Name>(at);
  node->name = name;
  node->ctx = ctx;
  return node;
}

nodes::NodeList Parser::list(std::initializer_list<nodes::Node*> items) {
  return arena().copy(items.begin(), items.size());
}

nodes::NodeList Parser::list(const std::vector<nodes::Node*>& items) {
  return arena().copy(items.data(), items.size());
}

nodes::InternalName* Parser::free_identifier(const Token& at) {
  auto* node = make<nodes::InternalName>(at);
  node->name = copy(fmt::format("fi{}", ++last_identifier_));
  return node;
}

nodes::BinExpr* Parser::make_binary(nodes::NodeKind kind, nodes::Node* left, nodes::Node* right,
                                    const Token& at) {
  auto* node = place(arena().make<nodes::BinExpr>(kind), at.line, at.column);
  node->left = left;
  node->right = right;
  return finish(node, {left, right});
}

nodes::Call* Parser::make_call(nodes::Node* callee, nodes::NodeList args, const Token& at) {
  auto* call = make<nodes::Call>(at);
  call->node = callee;
  call->args = args;
  for (const nodes::Node* arg : args) deepen(*call, arg);
  return finish(call, {callee});
}

nodes::Call* Parser::call_method(const Extension& extension, std::string_view name, nodes::NodeList args,
                                 const Token& at) {
  auto* attribute = make<nodes::ExtensionAttribute>(at);
  attribute->extension = &extension;
  attribute->name = copy(name);
  return make_call(attribute, args, at);
}

// Whole templates.

Ast Parser::begin(std::string_view source, const ParseOptions& options, const Syntax& syntax) {
  Ast ast;
  ast.name_ = ast.arena_.copy(options.name);
  ast.filename_ = ast.arena_.copy(options.filename);
  std::string changed;
  if (has_filters(options)) source = changed = preprocess(source, options);
  if (source.size() > kMaxSourceBytes) raise<TemplateSyntaxError>(ast, "the template is too large", 1, 0);
  ast.source_ = normalize_newlines(source, syntax, ast.arena_);
  if (!utf8::valid(ast.source_)) {
    raise<TemplateSyntaxError>(ast, "the template is not UTF-8", line_of_invalid(ast.source_), 0);
  }
  return ast;
}

Ast parse(std::string_view source, const ParseOptions& options) {
  const Syntax defaults;
  const Syntax& syntax = options.syntax ? *options.syntax : defaults;
  Ast ast = Parser::begin(source, options, syntax);
  Parser parser(ast, options, syntax, LexerState::root);
  ast.root_ = parser.make<nodes::Template>(1);
  ast.root_->body = parser.subparse(false);
  return ast;
}

Ast parse_expression(std::string_view source, const ParseOptions& options) {
  const Syntax defaults;
  const Syntax& syntax = options.syntax ? *options.syntax : defaults;
  Ast ast = Parser::begin(source, options, syntax);
  Parser parser(ast, options, syntax, LexerState::variable);
  auto* assign = parser.make<nodes::Assign>(1);
  assign->node = parser.parse_expression();
  if (!parser.at(TokenType::eof)) parser.fail("chunk after expression");
  auto* target = parser.make<nodes::Name>(1);
  target->name = "result";
  target->ctx = nodes::NameContext::store;
  assign->target = target;
  ast.root_ = parser.make<nodes::Template>(1);
  ast.root_->body = parser.list({assign});
  return ast;
}

}  // namespace retort::jinja
