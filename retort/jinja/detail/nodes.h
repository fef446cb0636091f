// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The parser's tree, node for node that of jinja2.nodes; the enumerators are the names of the
// nodes. Plain data in the Ast's arena: texts, lists and constants borrow from the Ast.
// `line` is Jinja's lineno; `column` (bytes, from 1; 0 unknown) is where the node's own token
// stands. `depth` bounds what a recursive walk of an expression descends: at most
// kMaxNesting.

#include <cassert>
#include <cstdint>
#include <string_view>

#include "retort/jinja/detail/arena.h"
#include "retort/value/value.h"

namespace retort::jinja {

class Extension;

/// Statements, parentheses and operators within each other, all together; the deepest tree
/// that the parser builds, chains like 1+1+1 included (Python compiles no deeper ones either).
inline constexpr int kMaxNesting = 200;

namespace nodes {

enum class NodeKind : std::uint8_t {
  // Statements.
  Template,
  Output,
  Extends,
  For,
  If,
  Macro,
  CallBlock,
  FilterBlock,
  With,
  Block,
  Include,
  Import,
  FromImport,
  ExprStmt,
  Assign,
  AssignBlock,
  Continue,
  Break,
  Scope,
  OverlayScope,
  EvalContextModifier,
  ScopedEvalContextModifier,
  // Helpers.
  Pair,
  Keyword,
  Operand,
  // Expressions.
  Name,
  NSRef,
  Const,
  TemplateData,
  Tuple,
  List,
  Dict,
  CondExpr,
  Filter,
  Test,
  Call,
  Getitem,
  Getattr,
  Slice,
  Concat,
  Compare,
  Mul,  // BinExpr from here
  Div,
  FloorDiv,
  Add,
  Sub,
  Mod,
  Pow,
  And,
  Or,
  Not,  // UnaryExpr from here
  Neg,
  Pos,
  MarkSafe,
  MarkSafeIfAutoescape,
  EnvironmentAttribute,
  ExtensionAttribute,
  ImportedName,
  InternalName,
  ContextReference,
  DerivedContextReference,
};

struct Node {
  NodeKind kind;
  std::uint16_t depth = 1;  ///< of an expression: itself and its deepest operand
  int line = 0;
  int column = 0;
};

using NodeList = Span<Node*>;

/// What Jinja calls ctx: whether a name is read, assigned, or a parameter.
enum class NameContext : std::uint8_t { load, store, param };

template <NodeKind K>
struct NodeOf : Node {
  NodeOf() : Node{K} {}
  static constexpr bool is(NodeKind kind) { return kind == K; }
};

// Expressions.

struct Name : NodeOf<NodeKind::Name> {
  std::string_view name;
  NameContext ctx = NameContext::load;
};

/// `name.attr` as the target of a `set`.
struct NSRef : NodeOf<NodeKind::NSRef> {
  std::string_view name;
  std::string_view attr;
};

/// Strings borrow from the Ast (Value::borrow): whoever outlives it copies them.
struct Const : NodeOf<NodeKind::Const> {
  Value value;
};

struct TemplateData : NodeOf<NodeKind::TemplateData> {
  std::string_view data;
};

struct Tuple : NodeOf<NodeKind::Tuple> {
  NodeList items;
  NameContext ctx = NameContext::load;
};

struct List : NodeOf<NodeKind::List> {
  NodeList items;
};

struct Pair : NodeOf<NodeKind::Pair> {
  Node* key = nullptr;
  Node* value = nullptr;
};

struct Dict : NodeOf<NodeKind::Dict> {
  Span<Pair*> items;
};

struct Keyword : NodeOf<NodeKind::Keyword> {
  std::string_view key;
  Node* value = nullptr;
};

/// `expr1 if test else expr2`; without else expr2 is null.
struct CondExpr : NodeOf<NodeKind::CondExpr> {
  Node* test = nullptr;
  Node* expr1 = nullptr;
  Node* expr2 = nullptr;
};

/// What stands between a call's parentheses. Names may repeat: that is the compiler's error.
struct Arguments {
  NodeList args;
  Span<Keyword*> kwargs;
  Node* dyn_args = nullptr;    ///< `*expr`, or null
  Node* dyn_kwargs = nullptr;  ///< `**expr`, or null
};

/// In a filter block, and in a block `set`, the innermost filter's node is null.
struct Filter : NodeOf<NodeKind::Filter>, Arguments {
  Node* node = nullptr;
  std::string_view name;
};

struct Test : NodeOf<NodeKind::Test>, Arguments {
  Node* node = nullptr;
  std::string_view name;
};

struct Call : NodeOf<NodeKind::Call>, Arguments {
  Node* node = nullptr;
};

struct Getitem : NodeOf<NodeKind::Getitem> {
  Node* node = nullptr;
  Node* arg = nullptr;
  NameContext ctx = NameContext::load;
};

struct Getattr : NodeOf<NodeKind::Getattr> {
  Node* node = nullptr;
  std::string_view attr;
  NameContext ctx = NameContext::load;
};

/// Each part may be null.
struct Slice : NodeOf<NodeKind::Slice> {
  Node* start = nullptr;
  Node* stop = nullptr;
  Node* step = nullptr;
};

struct Concat : NodeOf<NodeKind::Concat> {
  NodeList nodes;
};

enum class CompareOp : std::uint8_t { eq, ne, gt, gteq, lt, lteq, in, notin };

struct Operand : NodeOf<NodeKind::Operand> {
  CompareOp op = CompareOp::eq;
  Node* expr = nullptr;
};

struct Compare : NodeOf<NodeKind::Compare> {
  Node* expr = nullptr;
  Span<Operand*> ops;
};

/// Mul to Or.
struct BinExpr : Node {
  explicit BinExpr(NodeKind kind) : Node{kind} {}
  static constexpr bool is(NodeKind kind) { return kind >= NodeKind::Mul && kind <= NodeKind::Or; }
  Node* left = nullptr;
  Node* right = nullptr;
};

/// Not, Neg, Pos.
struct UnaryExpr : Node {
  explicit UnaryExpr(NodeKind kind) : Node{kind} {}
  static constexpr bool is(NodeKind kind) { return kind >= NodeKind::Not && kind <= NodeKind::Pos; }
  Node* node = nullptr;
};

struct MarkSafe : NodeOf<NodeKind::MarkSafe> {
  Node* expr = nullptr;
};

struct MarkSafeIfAutoescape : NodeOf<NodeKind::MarkSafeIfAutoescape> {
  Node* expr = nullptr;
};

struct EnvironmentAttribute : NodeOf<NodeKind::EnvironmentAttribute> {
  std::string_view name;
};

/// Extension::attribute(name) of the extension, which the environment keeps alive.
struct ExtensionAttribute : NodeOf<NodeKind::ExtensionAttribute> {
  const Extension* extension = nullptr;
  std::string_view name;
};

struct ImportedName : NodeOf<NodeKind::ImportedName> {
  std::string_view importname;
};

/// A variable that no template can name (Parser::free_identifier).
struct InternalName : NodeOf<NodeKind::InternalName> {
  std::string_view name;
};

struct ContextReference : NodeOf<NodeKind::ContextReference> {};
struct DerivedContextReference : NodeOf<NodeKind::DerivedContextReference> {};

// Statements.

struct Template : NodeOf<NodeKind::Template> {
  NodeList body;
};

struct Output : NodeOf<NodeKind::Output> {
  NodeList nodes;
};

struct Extends : NodeOf<NodeKind::Extends> {
  Node* template_ = nullptr;
};

struct For : NodeOf<NodeKind::For> {
  Node* target = nullptr;
  Node* iter = nullptr;
  NodeList body;
  NodeList else_;
  Node* test = nullptr;  ///< `if` of the loop, or null
  bool recursive = false;
};

struct If : NodeOf<NodeKind::If> {
  Node* test = nullptr;
  NodeList body;
  Span<If*> elif_;  ///< each with a test and a body alone
  NodeList else_;
};

struct Macro : NodeOf<NodeKind::Macro> {
  std::string_view name;
  Span<Name*> args;
  NodeList defaults;  ///< of the last arguments
  NodeList body;
};

struct CallBlock : NodeOf<NodeKind::CallBlock> {
  Call* call = nullptr;
  Span<Name*> args;
  NodeList defaults;
  NodeList body;
};

struct FilterBlock : NodeOf<NodeKind::FilterBlock> {
  NodeList body;
  Filter* filter = nullptr;
};

struct With : NodeOf<NodeKind::With> {
  NodeList targets;
  NodeList values;
  NodeList body;
};

struct Block : NodeOf<NodeKind::Block> {
  std::string_view name;
  NodeList body;
  bool scoped = false;
  bool required = false;
};

struct Include : NodeOf<NodeKind::Include> {
  Node* template_ = nullptr;
  bool with_context = true;
  bool ignore_missing = false;
};

struct Import : NodeOf<NodeKind::Import> {
  Node* template_ = nullptr;
  std::string_view target;
  bool with_context = false;
};

struct ImportedMember {
  std::string_view name;
  std::string_view alias;  ///< the name itself where no other was given
};

struct FromImport : NodeOf<NodeKind::FromImport> {
  Node* template_ = nullptr;
  Span<ImportedMember> names;
  bool with_context = false;
};

struct ExprStmt : NodeOf<NodeKind::ExprStmt> {
  Node* node = nullptr;
};

struct Assign : NodeOf<NodeKind::Assign> {
  Node* target = nullptr;
  Node* node = nullptr;
};

struct AssignBlock : NodeOf<NodeKind::AssignBlock> {
  Node* target = nullptr;
  Filter* filter = nullptr;  ///< or null
  NodeList body;
};

struct Continue : NodeOf<NodeKind::Continue> {};
struct Break : NodeOf<NodeKind::Break> {};

struct Scope : NodeOf<NodeKind::Scope> {
  NodeList body;
};

struct OverlayScope : NodeOf<NodeKind::OverlayScope> {
  Node* context = nullptr;
  NodeList body;
};

struct EvalContextModifier : NodeOf<NodeKind::EvalContextModifier> {
  Span<Keyword*> options;
};

struct ScopedEvalContextModifier : NodeOf<NodeKind::ScopedEvalContextModifier> {
  Span<Keyword*> options;
  NodeList body;
};

/// The node as what its kind says it is.
template <class T>
T* as(Node* node) {
  assert(T::is(node->kind));
  return static_cast<T*>(node);
}
template <class T>
const T& as(const Node& node) {
  assert(T::is(node.kind));
  return static_cast<const T&>(node);
}
/// Null when the node is null or of another kind.
template <class T>
T* as_if(Node* node) {
  return node && T::is(node->kind) ? static_cast<T*>(node) : nullptr;
}

/// "For": the node's name in Jinja.
std::string_view kind_name(NodeKind kind);

}  // namespace nodes
}  // namespace retort::jinja
