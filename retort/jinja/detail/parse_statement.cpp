// SPDX-License-Identifier: BSD-3-Clause
// Statements, and the text between them.
#include <algorithm>

#include <fmt/format.h>

#include "retort/jinja/detail/lexer_text.h"
#include "retort/jinja/detail/parser_support.h"
#include "retort/jinja/extension.h"

namespace retort::jinja {

using namespace nodes;

namespace {

bool all_space(std::string_view text) { return skip_space(text, 0) == text.size(); }

}  // namespace

bool Parser::at_end_tag() const {
  if (!at(TokenType::name)) return false;
  const Span<const std::string_view> ends = end_stack_.back();
  return std::find(ends.begin(), ends.end(), token_->text) != ends.end();
}

NodeList Parser::subparse(bool until_ends) {
  ListBuilder<Node> body(*this);
  ListBuilder<Node> output(*this);  // what is printed in a row
  const auto flush = [&] {
    if (output.empty()) return;
    auto* node = place(arena().make<Output>(), output.front()->line, output.front()->column);
    node->nodes = output.take();
    body.add(node);
    output.restart();
  };
  while (!at(TokenType::eof)) {
    const Token& token = *token_;
    if (token.type == TokenType::data) {
      auto* data = make<TemplateData>(token);
      data->data = token.text;
      output.add(data);
      next();
    } else if (token.type == TokenType::variable_begin) {
      next();
      output.add(parse_tuple());
      expect(TokenType::variable_end);
    } else if (token.type == TokenType::block_begin) {
      flush();
      next();
      if (until_ends && at_end_tag()) return body.take();
      parse_statement(body);
      expect(TokenType::block_end);
      output.restart();
    } else {
      fail("internal parsing error", token);
    }
  }
  flush();
  return body.take();
}

NodeList Parser::parse_statements(std::initializer_list<std::string_view> ends, bool drop_needle) {
  skip_if(TokenType::colon);  // as in Python
  expect(TokenType::block_end);
  end_stack_.push_back({ends.begin(), ends.size()});
  const NodeList body = subparse(true);
  if (at(TokenType::eof)) fail_end();
  end_stack_.pop_back();
  if (drop_needle) next();
  return body;
}

Parser::Statement Parser::find_statement(std::string_view name) {
  struct Entry {
    std::string_view name;
    Statement parse;
  };
  static constexpr Entry kStatements[] = {
      {"for", &Parser::parse_for},         {"if", &Parser::parse_if},
      {"block", &Parser::parse_block},     {"extends", &Parser::parse_extends},
      {"print", &Parser::parse_print},     {"macro", &Parser::parse_macro},
      {"include", &Parser::parse_include}, {"from", &Parser::parse_from},
      {"import", &Parser::parse_import},   {"set", &Parser::parse_set},
      {"with", &Parser::parse_with},       {"autoescape", &Parser::parse_autoescape},
      {"call", &Parser::parse_call_block}, {"filter", &Parser::parse_filter_block},
  };
  for (const Entry& entry : kStatements) {
    if (entry.name == name) return entry.parse;
  }
  return nullptr;
}

void Parser::parse_statement(ListBuilder<Node>& body) {
  const Nesting nesting(*this);
  const Token& tag = *token_;
  if (tag.type != TokenType::name) fail("tag name expected", tag);
  if (const Statement parse = find_statement(tag.text)) {
    tag_stack_.push_back(tag.text);
    body.add((this->*parse)());
    tag_stack_.pop_back();
    return;
  }
  // Of two extensions with the same tag the later one has it.
  const auto found =
      std::find_if(tags_.rbegin(), tags_.rend(), [&](const Tag& t) { return t.name == tag.text; });
  if (found == tags_.rend()) fail_unknown_tag(tag);
  tag_stack_.push_back(tag.text);
  for (Node* node : found->extension->parse(*this)) body.add(node);
  tag_stack_.pop_back();
}

Node* Parser::parse_set() {
  const Token& tag = next();
  Node* target = parse_target(true);
  if (skip_if(TokenType::assign)) {
    auto* node = make<Assign>(tag);
    node->target = target;
    node->node = parse_tuple();
    return node;
  }
  auto* node = make<AssignBlock>(tag);
  node->target = target;
  node->filter = as_if<Filter>(parse_filter(nullptr));
  node->body = parse_statements({"endset"}, true);
  return node;
}

Node* Parser::parse_for() {
  auto* node = make<For>(next());
  node->target = parse_target(false);
  expect_name("in");
  node->iter = parse_tuple(false);
  if (skip_if_name("if")) node->test = parse_expression();
  node->recursive = skip_if_name("recursive");
  node->body = parse_statements({"endfor", "else"});
  if (next().text != "endfor") node->else_ = parse_statements({"endfor"}, true);
  return node;
}

Node* Parser::parse_if() {
  auto* const node = make<If>(next());
  std::vector<If*> elifs;
  for (If* branch = node;;) {
    branch->test = parse_tuple(false);
    branch->body = parse_statements({"elif", "else", "endif"});
    const Token& token = next();
    if (token.is_name("elif")) {
      branch = make<If>(*token_);
      elifs.push_back(branch);
      continue;
    }
    if (token.is_name("else")) node->else_ = parse_statements({"endif"}, true);
    break;
  }
  node->elif_ = arena().copy(elifs.data(), elifs.size());
  return node;
}

Node* Parser::parse_with() {
  auto* node = make<With>(next());
  std::vector<Node*> targets;
  std::vector<Node*> values;
  while (!at(TokenType::block_end)) {
    if (!targets.empty()) expect(TokenType::comma);
    targets.push_back(parse_target(false));
    set_context(*targets.back(), NameContext::param);
    expect(TokenType::assign);
    values.push_back(parse_expression());
  }
  node->targets = list(targets);
  node->values = list(values);
  node->body = parse_statements({"endwith"}, true);
  return node;
}

Node* Parser::parse_autoescape() {
  const Token& tag = next();
  auto* modifier = make<ScopedEvalContextModifier>(tag);
  auto* option = make<Keyword>(tag);
  option->key = "autoescape";
  option->value = parse_expression();
  modifier->options = arena().copy(&option, 1);
  modifier->body = parse_statements({"endautoescape"}, true);
  auto* scope = make<Scope>(tag);
  scope->body = list({modifier});
  return scope;
}

Node* Parser::parse_block() {
  auto* node = make<Block>(next());
  node->name = expect(TokenType::name).text;
  node->scoped = skip_if_name("scoped");
  node->required = skip_if_name("required");
  if (at(TokenType::sub)) {
    fail(
        "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an "
        "underscore instead.");
  }
  node->body = parse_statements({"endblock"}, true);
  if (node->required) check_required_block(*node);
  skip_if_name(node->name);
  return node;
}

void Parser::check_required_block(const Block& block) {
  for (Node* statement : block.body) {
    const auto* output = as_if<Output>(statement);
    bool blank = output != nullptr;
    if (output) {
      for (Node* item : output->nodes) {
        const auto* data = as_if<TemplateData>(item);
        blank = blank && data && all_space(data->data);
      }
    }
    if (!blank) fail("Required blocks can only contain comments or whitespace");
  }
}

Node* Parser::parse_extends() {
  auto* node = make<Extends>(next());
  node->template_ = parse_expression();
  return node;
}

// `with context` or `without context`. Jinja's `from` takes a string for the first word, too.
bool Parser::parse_context(bool any_token, bool& with_context) {
  const Token& word = *token_;
  if (word.type != TokenType::name && !(any_token && word.type == TokenType::string)) return false;
  if (word.text != "with" && word.text != "without") return false;
  if (!look().is_name("context")) return false;
  with_context = word.text == "with";
  skip(2);
  return true;
}

Node* Parser::parse_include() {
  auto* node = make<Include>(next());
  node->template_ = parse_expression();
  if (at_name("ignore") && look().is_name("missing")) {
    node->ignore_missing = true;
    skip(2);
  }
  parse_context(false, node->with_context);
  return node;
}

Node* Parser::parse_import() {
  auto* node = make<Import>(next());
  node->template_ = parse_expression();
  expect_name("as");
  node->target = parse_name_target()->name;
  parse_context(false, node->with_context);
  return node;
}

Node* Parser::parse_from() {
  auto* node = make<FromImport>(next());
  node->template_ = parse_expression();
  expect_name("import");
  std::vector<ImportedMember> names;
  while (true) {
    if (!names.empty()) expect(TokenType::comma);
    if (!at(TokenType::name)) fail_expected("name");
    if (parse_context(false, node->with_context)) break;
    const Token& token = *token_;
    const Name* target = parse_name_target();
    if (target->name.front() == '_') {
      fail_assertion("names starting with an underline can not be imported", token);
    }
    const std::string_view alias = skip_if_name("as") ? parse_name_target()->name : target->name;
    names.push_back({target->name, alias});
    if (parse_context(true, node->with_context) || !at(TokenType::comma)) break;
  }
  node->names = arena().copy(names.data(), names.size());
  return node;
}

template <class T>
void Parser::parse_signature(T& node) {
  std::vector<Name*> args;
  std::vector<Node*> defaults;
  expect(TokenType::lparen);
  while (!at(TokenType::rparen)) {
    if (!args.empty()) expect(TokenType::comma);
    Name* arg = parse_name_target();
    arg->ctx = NameContext::param;
    if (skip_if(TokenType::assign)) {
      defaults.push_back(parse_expression());
    } else if (!defaults.empty()) {
      fail("non-default argument follows default argument");
    }
    args.push_back(arg);
  }
  next();
  node.args = arena().copy(args.data(), args.size());
  node.defaults = list(defaults);
}

Node* Parser::parse_call_block() {
  const Token& tag = next();
  auto* node = make<CallBlock>(tag);
  if (at(TokenType::lparen)) parse_signature(*node);
  node->call = as_if<Call>(parse_expression());
  if (!node->call) fail("expected call", tag);
  node->body = parse_statements({"endcall"}, true);
  return node;
}

Node* Parser::parse_filter_block() {
  auto* node = make<FilterBlock>(next());
  node->filter = as<Filter>(parse_filter(nullptr, true));
  node->body = parse_statements({"endfilter"}, true);
  return node;
}

Node* Parser::parse_macro() {
  auto* node = make<Macro>(next());
  node->name = parse_name_target()->name;
  parse_signature(*node);
  node->body = parse_statements({"endmacro"}, true);
  return node;
}

Node* Parser::parse_print() {
  auto* node = make<Output>(next());
  ListBuilder<Node> items(*this);
  while (!at(TokenType::block_end)) {
    if (!items.empty()) expect(TokenType::comma);
    items.add(parse_expression());
  }
  node->nodes = items.take();
  return node;
}

}  // namespace retort::jinja
