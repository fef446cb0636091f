// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/expression.h"

#include <algorithm>
#include <utility>

#include "retort/base/text.h"
#include "retort/db/detail/node.h"
#include "retort/db/error.h"

namespace retort::db {
namespace detail {
namespace {

using Kind = Node::Kind;

Clause make(Kind kind, std::vector<Clause> children, Op op = Op::equal) {
  Node* node = new Node(kind);
  const Clause owner{node};
  node->op = op;
  for (const Clause& child : children) note_depth(node->depth, child.node()->depth + 1);
  node->children = std::move(children);
  return owner;
}

Node& writable(const Clause& clause) { return *const_cast<Node*>(clause.node()); }

Clause with_text(Clause clause, std::string text) {
  writable(clause).text = std::move(text);
  return clause;
}

Clause with_select(Clause clause, const SelectBase& select) {
  Node& node = writable(clause);
  node.select = shared(select.data());
  note_depth(node.depth, node.select->depth + 1);
  return clause;
}

Clause all_of(Op op, const Condition* first, std::size_t count, const char* of_none) {
  if (count == 0) return make_text(of_none);
  std::vector<Clause> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(first[i].clause());
  return make_chain(op, std::move(all));
}

// a AND (b AND c) is a AND b AND c; of a + (b + c) so much is not said.
bool joins_right(Op op) { return op == Op::and_ || op == Op::or_; }
bool joins_left(Op op) { return joins_right(op) || op == Op::concat || op == Op::add || op == Op::multiply; }

bool is_chain(const Clause& clause, Op op) {
  return clause.node()->kind == Kind::binary && clause.node()->op == op;
}

}  // namespace

void note_depth(int& depth, int least) {
  if (least > kMaxNesting)
    throw ArgumentError("an expression or a statement is nested more than " + std::to_string(kMaxNesting) +
                        " deep");
  depth = std::max(depth, least);
}

void retain(const Node* node) {
  if (node) __atomic_fetch_add(&node->count, 1, __ATOMIC_RELAXED);
}

void release(const Node* node) {
  if (node && __atomic_sub_fetch(&node->count, 1, __ATOMIC_ACQ_REL) == 0) delete node;
}

Clause make_column(const Mapping& mapping, std::size_t offset, std::string_view alias) {
  Clause clause = make(Kind::column, {});
  Node& node = writable(clause);
  node.mapping = &mapping;
  node.column = mapping.column_at(offset);
  if (node.column == Mapping::kNone)
    throw ArgumentError("table " + text::repr(mapping.name()) + ": not a column");
  node.text = std::string(alias);
  return clause;
}

Clause make_source_column(std::string_view source, std::string_view column) {
  Clause clause = with_text(make(Kind::source_column, {}), std::string(column));
  writable(clause).alias = std::string(source);
  return clause;
}

Clause make_bind(Datum value) {
  Clause clause = make(Kind::bind, {});
  writable(clause).datum = std::move(value);
  return clause;
}

Clause make_unary(Op op, Clause operand) { return make(Kind::unary, {std::move(operand)}, op); }

Clause make_binary(Op op, Clause left, Clause right) {
  std::vector<Clause> operands;
  const auto add = [&](Clause operand, bool joins) {
    if (!joins || !is_chain(operand, op)) return operands.push_back(std::move(operand));
    const std::vector<Clause>& inner = operand.node()->children;
    operands.insert(operands.end(), inner.begin(), inner.end());
  };
  if (joins_left(op) && is_chain(left, op) && left.node()->count == 1) {
    operands = std::move(writable(left).children);  // nobody else has it
  } else {
    add(std::move(left), joins_left(op));
  }
  add(std::move(right), joins_right(op));
  return make(Kind::binary, std::move(operands), op);
}

Clause make_chain(Op op, std::vector<Clause> operands) {
  if (operands.size() == 1) return std::move(operands[0]);
  std::vector<Clause> all;
  for (Clause& operand : operands) {
    if (is_chain(operand, op)) {
      all.insert(all.end(), operand.node()->children.begin(), operand.node()->children.end());
    } else {
      all.push_back(std::move(operand));
    }
  }
  return make(Kind::binary, std::move(all), op);
}

Clause make_list(Op op, Clause left, std::vector<Clause> items) {
  items.insert(items.begin(), std::move(left));
  return make(Kind::list, std::move(items), op);
}

Clause make_in_select(Op op, Clause left, const SelectBase& select) {
  return with_select(make(Kind::in_select, {std::move(left)}, op), select);
}

Clause make_function(std::string name, std::vector<Clause> arguments, bool distinct) {
  for (const char c : name) {
    const bool good =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    if (!good) throw ArgumentError("not a function's name: " + text::repr(name));
  }
  Clause clause = with_text(make(Kind::function, std::move(arguments)), std::move(name));
  writable(clause).flag = distinct;
  return clause;
}

Clause make_cast(Clause operand, ColumnType type) {
  Clause clause = make(Kind::cast, {std::move(operand)});
  writable(clause).type = std::move(type);
  return clause;
}

Clause make_case(std::vector<Clause> whens_and_values, Clause otherwise) {
  if (whens_and_values.empty()) throw ArgumentError("case_ without when()");
  const bool has_else = static_cast<bool>(otherwise);
  if (has_else) whens_and_values.push_back(std::move(otherwise));
  return make(Kind::case_, std::move(whens_and_values));
}

Clause make_text(std::string sql) { return with_text(make(Kind::text, {}), std::move(sql)); }

Clause make_label(Clause operand, std::string name) {
  return with_text(make(Kind::label, {std::move(operand)}), std::move(name));
}

Clause make_order(Clause operand, bool descending, int nulls) {
  Clause clause = make(Kind::order, {std::move(operand)});
  writable(clause).flag = descending;
  writable(clause).nulls = nulls;
  return clause;
}

Clause make_exists(const SelectBase& select) { return with_select(make(Kind::exists, {}), select); }
Clause make_scalar(const SelectBase& select) { return with_select(make(Kind::scalar, {}), select); }
Clause make_star() { return make(Kind::star, {}); }

Clause make_over(Clause function, const Window& window) {
  std::vector<Clause> children = {std::move(function)};
  children.insert(children.end(), window.partition_by.begin(), window.partition_by.end());
  children.insert(children.end(), window.order_by.begin(), window.order_by.end());
  Clause clause = with_text(make(Kind::over, std::move(children)), window.frame);
  writable(clause).split = window.partition_by.size();
  return clause;
}

Condition make_like(Op op, Clause left, std::string pattern) {
  return Condition(make_binary(op, std::move(left), make_bind(Datum::of_text(std::move(pattern)))));
}

std::string pattern_of(std::string_view before, std::string_view text, std::string_view after) {
  std::string pattern(before);
  pattern += escape_like(text);
  pattern += after;
  return pattern;
}

}  // namespace detail

Condition and_(std::initializer_list<Condition> conditions) {
  return Condition(detail::all_of(detail::Op::and_, conditions.begin(), conditions.size(), "1 = 1"));
}
Condition and_(const std::vector<Condition>& conditions) {
  return Condition(detail::all_of(detail::Op::and_, conditions.data(), conditions.size(), "1 = 1"));
}
Condition or_(std::initializer_list<Condition> conditions) {
  return Condition(detail::all_of(detail::Op::or_, conditions.begin(), conditions.size(), "1 = 0"));
}
Condition or_(const std::vector<Condition>& conditions) {
  return Condition(detail::all_of(detail::Op::or_, conditions.data(), conditions.size(), "1 = 0"));
}

Condition exists(const SelectBase& select) { return Condition(detail::make_exists(select)); }

namespace func {

Expr<std::int64_t> count() {
  return Expr<std::int64_t>(detail::make_function("count", {detail::make_star()}));
}
Expr<DateTime> current_timestamp() { return Expr<DateTime>(detail::make_text("CURRENT_TIMESTAMP")); }
Expr<std::int64_t> row_number() { return Expr<std::int64_t>(detail::make_function("row_number", {})); }
Expr<std::int64_t> rank() { return Expr<std::int64_t>(detail::make_function("rank", {})); }
Expr<std::int64_t> dense_rank() { return Expr<std::int64_t>(detail::make_function("dense_rank", {})); }

}  // namespace func
}  // namespace retort::db
