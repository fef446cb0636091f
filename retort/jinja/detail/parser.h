// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Ast, a parsed template, and Parser, what an extension's tag sees of the parsing (the
// counterparts of Environment.parse and jinja2.parser.Parser). Faults are
// TemplateSyntaxErrors with Jinja's messages and lines. A Parser belongs to one thread.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "retort/jinja/detail/arena.h"
#include "retort/jinja/detail/lexer.h"
#include "retort/jinja/detail/nodes.h"
#include "retort/jinja/error.h"
#include "retort/jinja/syntax.h"

namespace retort::jinja {

class Extension;
class Parser;

/// What the parser needs to know of the environment; it borrows all of it.
struct ParseOptions {
  const Syntax* syntax = nullptr;                             ///< null: the defaults
  const std::vector<const Extension*>* extensions = nullptr;  ///< by priority; null: none
  std::string_view name;                                      ///< the template's, for errors
  std::string_view filename;
};

/// The tree, its memory and its source. Moves; what is in it stays where it is.
class Ast {
 public:
  const nodes::Template& root() const { return *root_; }
  /// As it was parsed: after the extensions' preprocessing, newlines normalized. The columns
  /// and lines of errors refer to it.
  std::string_view source() const { return source_; }
  std::string_view name() const { return name_; }
  std::string_view filename() const { return filename_; }
  /// For consumers that rewrite parts of the tree.
  Arena& arena() { return arena_; }

 private:
  friend class Parser;
  friend Ast parse(std::string_view source, const ParseOptions& options);
  friend Ast parse_expression(std::string_view source, const ParseOptions& options);

  Arena arena_;
  nodes::Template* root_ = nullptr;
  std::string_view source_;
  std::string_view name_;
  std::string_view filename_;
};

/// A template. Throws TemplateSyntaxError, TemplateAssertionError.
Ast parse(std::string_view source, const ParseOptions& options = {});

/// An expression alone (Environment.compile_expression): a template whose body is one Assign
/// of it to the Name `result`.
Ast parse_expression(std::string_view source, const ParseOptions& options = {});

class Parser {
 public:
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // The stream of tokens.

  const Token& current() const { return *token_; }
  /// The one after it (TokenStream.look).
  const Token& look();
  /// Goes on by one token; the one that was current.
  const Token& next();
  void skip(int count);
  bool at(TokenType type) const { return token_->type == type; }
  bool at_name(std::string_view name) const { return token_->is_name(name); }
  bool skip_if(TokenType type);
  bool skip_if_name(std::string_view name);
  const Token& expect(TokenType type);
  const Token& expect_name(std::string_view name);

  [[noreturn]] void fail(const std::string& message);
  [[noreturn]] void fail(const std::string& message, const Token& at);
  [[noreturn]] void fail(const std::string& message, int line, int column = 0);
  [[noreturn]] void fail_assertion(const std::string& message, const Token& at);

  // The grammar.

  /// `with_condexpr`: whether `a if b else c` is read.
  nodes::Node* parse_expression(bool with_condexpr = true);
  /// One expression, or a Tuple of several with commas between.
  nodes::Node* parse_tuple(bool with_condexpr = true) {
    return parse_tuple(false, with_condexpr, false, false);
  }
  nodes::Node* parse_primary() { return parse_primary(false); }
  /// A Name, NSRef (where `with_namespace`) or Tuple of them, stored to.
  nodes::Node* parse_assign_target(bool with_namespace = false) { return parse_target(with_namespace); }
  nodes::Name* parse_name_target();
  /// The filters that follow; null where there are none and `node` is null.
  nodes::Node* parse_filter(nodes::Node* node, bool start_inline = false);
  nodes::Arguments parse_call_args();
  /// From the tag's end to one of the ends, which becomes current, or is left behind with
  /// `drop_needle`: `parse_statements({"endcache"}, true)`.
  nodes::NodeList parse_statements(std::initializer_list<std::string_view> ends, bool drop_needle = false);

  // Making nodes.

  Arena& arena() { return ast_.arena_; }
  std::string_view copy(std::string_view text) { return arena().copy(text); }
  /// A node at the token: `make<nodes::Output>(token)`.
  template <class T>
  T* make(const Token& at) {
    return place(arena().make<T>(), at.line, at.column);
  }
  template <class T>
  T* make(int line) {
    return place(arena().make<T>(), line, 0);
  }
  nodes::Const* make_const(Value value, const Token& at);
  /// A string constant; the text lives in the arena or the source.
  nodes::Const* make_text(std::string_view text, const Token& at);
  nodes::Name* make_name(std::string_view name, const Token& at,
                         nodes::NameContext ctx = nodes::NameContext::load);
  nodes::NodeList list(std::initializer_list<nodes::Node*> items);
  nodes::NodeList list(const std::vector<nodes::Node*>& items);
  /// A new name that no template can use.
  nodes::InternalName* free_identifier(const Token& at);
  nodes::BinExpr* make_binary(nodes::NodeKind kind, nodes::Node* left, nodes::Node* right, const Token& at);
  nodes::Call* make_call(nodes::Node* callee, nodes::NodeList args, const Token& at);
  /// An extension's attribute, called: Extension.call_method.
  nodes::Call* call_method(const Extension& extension, std::string_view name, nodes::NodeList args,
                           const Token& at);
  /// To be called when an expression's operands (null ones are skipped) are set: takes note of
  /// its depth, and fails beyond kMaxNesting.
  template <class T>
  T* finish(T* expression, std::initializer_list<const nodes::Node*> operands) {
    for (const nodes::Node* operand : operands) deepen(*expression, operand);
    return expression;
  }

  std::string_view name() const { return ast_.name_; }
  std::string_view filename() const { return ast_.filename_; }

 private:
  friend Ast parse(std::string_view source, const ParseOptions& options);
  friend Ast parse_expression(std::string_view source, const ParseOptions& options);

  struct Tag {
    std::string_view name;
    const Extension* extension;
  };
  class Nesting;
  template <class T>
  class ListBuilder;

  Parser(Ast& ast, const ParseOptions& options, const Syntax& syntax, LexerState state);
  static Ast begin(std::string_view source, const ParseOptions& options, const Syntax& syntax);

  void advance(const Token* token);
  [[noreturn]] void fail_expected(std::string_view expected);
  [[noreturn]] void fail_unknown_tag(const Token& tag);
  [[noreturn]] void fail_end();
  [[noreturn]] void fail_nesting();
  std::string looking_for(std::string_view unknown_tag) const;
  void deepen(nodes::Node& expression, const nodes::Node* operand) {
    if (operand && operand->depth >= expression.depth) set_depth(expression, *operand);
  }
  nodes::Const* make_literal(Value value, const Token& at);  // a number, a bool or none
  void set_depth(nodes::Node& expression, const nodes::Node& operand);
  template <class T>
  T* place(T* node, int line, int column) {
    node->line = line;
    node->column = column;
    return node;
  }

  // parse_expression.cpp
  nodes::Node* parse_condexpr();
  nodes::Node* parse_binary(int level);
  nodes::Node* parse_right(nodes::Node* left, int level, int line, const Token& start);
  nodes::Node* parse_compare(nodes::Node* left, const Token& start);
  nodes::Node* parse_concat(nodes::Node* left, const Token& start);
  bool skip_comparison(nodes::CompareOp& op);
  int operator_level();
  nodes::Node* parse_unary(bool with_filter);
  nodes::Node* parse_postfix(nodes::Node* node);
  nodes::Node* parse_filter_expr(nodes::Node* node);
  nodes::Node* parse_subscript(nodes::Node* node);
  nodes::Node* parse_attribute(nodes::Node* node, const Token& dot);
  nodes::Node* parse_subscribed();
  nodes::Node* parse_call(nodes::Node* node);
  nodes::Node* parse_test(nodes::Node* node);
  std::string_view parse_dotted_name(std::string_view first);
  template <class T>
  T* with_arguments(T* node, const nodes::Arguments& arguments);

  // parse_primary.cpp
  nodes::Node* parse_primary(bool with_namespace);
  nodes::Node* parse_name(bool with_namespace);
  nodes::Node* parse_strings();
  nodes::Node* parse_tuple(bool simplified, bool with_condexpr, bool parentheses, bool with_namespace);
  bool at_tuple_end() const;
  nodes::Node* parse_list();
  nodes::Node* parse_dict();
  nodes::Node* parse_target(bool with_namespace);
  void set_context(nodes::Node& target, nodes::NameContext ctx);

  // parse_statement.cpp
  nodes::NodeList subparse(bool until_ends);
  bool at_end_tag() const;
  using Statement = nodes::Node* (Parser::*)();
  static Statement find_statement(std::string_view name);
  void parse_statement(ListBuilder<nodes::Node>& body);
  nodes::Node* parse_set();
  nodes::Node* parse_for();
  nodes::Node* parse_if();
  nodes::Node* parse_with();
  nodes::Node* parse_autoescape();
  nodes::Node* parse_block();
  void check_required_block(const nodes::Block& block);
  nodes::Node* parse_extends();
  nodes::Node* parse_include();
  nodes::Node* parse_import();
  nodes::Node* parse_from();
  bool parse_context(bool any_token, bool& with_context);
  nodes::Node* parse_macro();
  nodes::Node* parse_call_block();
  nodes::Node* parse_filter_block();
  nodes::Node* parse_print();
  template <class T>
  void parse_signature(T& node);

  Ast& ast_;
  std::vector<Token> tokens_;
  const Token* token_ = nullptr;
  std::vector<Tag> tags_;
  std::vector<std::string_view> tag_stack_;
  std::vector<Span<const std::string_view>> end_stack_;
  std::vector<nodes::Node*> scratch_;  // lists under construction, one on top of the other
  int nesting_ = 0;
  int last_identifier_ = 0;
};

}  // namespace retort::jinja
