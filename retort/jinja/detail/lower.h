// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Lowering: from a parsed template to a Program. What Jinja's compiler decides when it
// compiles is decided here: scopes, what is escaped, which filters there are.

#include <cstdint>
#include <memory>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "retort/jinja/detail/program.h"
#include "retort/jinja/detail/stmt.h"
#include "retort/jinja/detail/symbols.h"

namespace retort::jinja::detail {

/// Slots of one function as they are handed out.
class FunctionBuilder {
 public:
  FunctionBuilder(Arena& arena, FunctionBuilder* outer, FunctionCode& code)
      : code(code), arena_(arena), outer_(outer) {}

  /// The variable of a name at a level of scopes; the same for all scopes of that level.
  const Variable* variable(int level, std::uint32_t id, std::string_view name);
  FunctionBuilder* outer() const { return outer_; }
  /// Tells the code what its variables are called.
  void finish();

  FunctionCode& code;

 private:
  Arena& arena_;
  FunctionBuilder* outer_;
  std::unordered_map<std::uint64_t, const Variable*> variables_;
  std::vector<std::string_view> names_;  // by slot
};

/// What holds for the code being lowered (Jinja's compiler Frame).
struct ScopeInfo {
  FunctionBuilder* function = nullptr;
  Symbols* symbols = nullptr;
  bool require_output_check = false;
  bool toplevel = false;
  bool rootlevel = false;
  bool loop_frame = false;
  bool block_frame = false;
  bool soft = false;
};

class Lowering {
 public:
  /// `program` has its environment, name and Ast.
  explicit Lowering(Program& program);
  void run();
  /// The names that are looked up in the context, wherever in the template.
  const std::set<std::string_view>& resolved() const { return resolved_; }

 private:
  using NodeList = nodes::NodeList;

  // Scopes.
  Symbols* make_symbols(FunctionBuilder& function, const Symbols* parent, int level);
  ScopeInfo inner(const ScopeInfo& scope, FunctionBuilder* function = nullptr, int extra_level = 0);
  Span<const SlotLoad> loads_of(const ScopeInfo& scope);
  Slot reach(const ScopeInfo& scope, const Variable& variable);
  Slot slot_of(const ScopeInfo& scope, std::string_view name, int line);
  std::uint32_t own_slot(const ScopeInfo& scope, std::string_view name, int line);
  Span<const NamedSlot> stored_names(const ScopeInfo& scope);
  FunctionCode* make_function(FunctionCode::Kind kind, std::string_view name);
  [[noreturn]] void fail(const std::string& message, int line, int column = 0,
                         const std::string& suggestion = {});

  // Statements.
  void lower_root();
  FunctionCode* lower_block(const nodes::Block& block);
  void lower_statements(NodeList list, const ScopeInfo& scope, std::vector<const Stmt*>& out);
  Body body(NodeList list, const ScopeInfo& scope);
  /// False where nothing after the node can run.
  bool lower_statement(const nodes::Node& node, const ScopeInfo& scope, std::vector<const Stmt*>& out);
  void lower_output(const nodes::Output& node, const ScopeInfo& scope, std::vector<const Stmt*>& out);
  const Stmt* lower_if(const nodes::If& node, const ScopeInfo& scope);
  const Stmt* lower_for(const nodes::For& node, const ScopeInfo& scope);
  void lower_loop(const nodes::For& node, const ScopeInfo& scope, const ScopeInfo& loop_scope,
                  LoopCode& code);
  const Stmt* lower_macro(const nodes::Macro& node, const ScopeInfo& scope);
  const Expr* lower_macro_body(const nodes::Node& node, Span<nodes::Name*> args, NodeList defaults,
                               NodeList body_nodes, std::string_view name, const ScopeInfo& scope);
  const Stmt* lower_call_block(const nodes::CallBlock& node, const ScopeInfo& scope);
  const Stmt* lower_filter_block(const nodes::FilterBlock& node, const ScopeInfo& scope);
  const Stmt* lower_with(const nodes::With& node, const ScopeInfo& scope);
  void lower_block_tag(const nodes::Block& node, const ScopeInfo& scope, std::vector<const Stmt*>& out);
  bool lower_extends(const nodes::Extends& node, const ScopeInfo& scope, std::vector<const Stmt*>& out);
  const Stmt* lower_include(const nodes::Include& node, const ScopeInfo& scope);
  const Stmt* lower_import(const nodes::Import& node, const ScopeInfo& scope);
  const Stmt* lower_from_import(const nodes::FromImport& node, const ScopeInfo& scope);
  const Stmt* lower_assign(const nodes::Assign& node, const ScopeInfo& scope);
  const Stmt* lower_assign_block(const nodes::AssignBlock& node, const ScopeInfo& scope);
  const Stmt* lower_autoescape(Span<nodes::Keyword*> options, const NodeList* body_nodes,
                               const ScopeInfo& scope);
  const Stmt* lower_overlay(const nodes::OverlayScope& node, const ScopeInfo& scope);
  Target target(const nodes::Node& node, const ScopeInfo& scope);
  void begin_assignment();
  Span<const NamedSlot> end_assignment(const ScopeInfo& scope);
  ImportCode& import_code(const nodes::Node& which, bool with_context, const nodes::Node& at,
                          const ScopeInfo& scope);

  // Expressions.
  const Expr& expr(const nodes::Node& node, const ScopeInfo& scope);
  const Expr* expr_or_null(const nodes::Node* node, const ScopeInfo& scope);
  const Expr& lower_name(std::string_view name, const ScopeInfo& scope, int line);
  const Expr& lower_attribute(const nodes::Getattr& node, const ScopeInfo& scope);
  bool is_loop(const nodes::Name& name, const ScopeInfo& scope);
  const Expr& lower_item(const nodes::Getitem& node, const ScopeInfo& scope);
  const Expr& lower_binary(const nodes::BinExpr& node, const ScopeInfo& scope);
  const Expr& lower_compare(const nodes::Compare& node, const ScopeInfo& scope);
  const Expr& lower_condition(const nodes::CondExpr& node, const ScopeInfo& scope);
  const Expr& lower_filter(const nodes::Filter& node, const ScopeInfo& scope);
  const Expr& lower_test(const nodes::Test& node, const ScopeInfo& scope);
  const Expr& lower_call(const nodes::Call& node, const ScopeInfo& scope, const Expr* caller);
  ArgumentList arguments(const nodes::Arguments& node, const ScopeInfo& scope, int line);
  Span<const Expr*> expr_list(NodeList list, const ScopeInfo& scope);
  /// The constant that an expression without variables comes to, where that is safe to say now.
  const Expr& fold(const Expr& lowered, std::initializer_list<const Expr*> operands);
  ConcatExpr::Escape escape_mode() const;
  /// Whether Jinja computes an expression when it compiles the template (nodes.Expr.as_const):
  /// it is made of constants, filters and tests alone.
  bool is_constant_in_jinja(const nodes::Node& node) const;

  template <class T, class... Args>
  T& make(Args&&... args) {
    return *arena_.make<T>(std::forward<Args>(args)...);
  }
  template <class T>
  Span<T> keep(const std::vector<T>& items) {
    if (items.empty()) return {};
    T* out = static_cast<T*>(arena_.allocate(items.size() * sizeof(T)));
    for (std::size_t i = 0; i < items.size(); ++i) new (out + i) T(items[i]);
    return {out, items.size()};
  }
  Position position(const nodes::Node& node) const { return {node.line, node.column}; }

  Program& program_;
  const Environment& environment_;
  Arena& arena_;
  NameTable names_;
  std::set<std::string_view> resolved_;
  std::vector<std::unique_ptr<Symbols>> symbols_;
  std::vector<std::unique_ptr<FunctionBuilder>> builders_;
  // Jinja's EvalContext while it compiles.
  bool autoescape_;
  bool volatile_ = false;
  bool in_loop_ = false;  // a loop is around, in this function
  bool has_known_extends_ = false;
  int extends_so_far_ = 0;
  std::vector<std::vector<std::string_view>> assigned_;  // names, for each assignment around
  std::vector<std::uint32_t> loop_slots_;                // of the loops around, in this function
};

}  // namespace retort::jinja::detail
