// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The trees behind expressions and statements, and their compiler.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/db/dialect.h"
#include "retort/db/expression.h"
#include "retort/db/select.h"

namespace retort::db::detail {

struct Node {
  enum class Kind : unsigned char {
    column,
    bind,
    unary,
    binary,
    list,
    in_select,
    function,
    cast,
    case_,
    text,
    label,
    order,
    exists,
    scalar,
    star,
    over,
    source_column
  };

  mutable int count = 1;
  int depth = 1;  ///< of the tree, with the selects in it
  Kind kind;
  Op op = Op::equal;
  const Mapping* mapping = nullptr;  ///< of a column
  std::size_t column = 0;
  std::string text = {};   ///< alias, function, label, SQL, frame, column name
  std::string alias = {};  ///< of a source_column
  Datum datum = {};
  ColumnType type = {};
  std::vector<Clause> children = {};
  std::size_t split = 0;  ///< of over: how many children partition
  int nulls = 0;          ///< of an order: 1 is NULLS LAST
  bool flag = false;      ///< DISTINCT of a function, DESC of an order
  std::shared_ptr<const SelectData> select = {};

  explicit Node(Kind k) : kind(k) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
};

/// What can stand behind FROM and JOIN: a model's table, a subquery, a common table expression.
struct Source {
  const Mapping* mapping = nullptr;
  std::string alias = {};
  std::shared_ptr<const SelectData> subquery = {};  ///< null: alias names a common table expression
};

struct JoinItem {
  int kind = 0;  ///< 0 inner, 1 left outer
  Source source;
  Clause on;  ///< empty: along the foreign key
};

struct CteItem {
  std::string name;
  std::shared_ptr<const SelectData> select;
  bool recursive;
};

struct CompoundItem {
  std::string op;
  std::shared_ptr<const SelectData> select;
};

struct SelectData {
  int depth = 0;  ///< of its trees; once it is shared()
  bool distinct = false;
  /// The first part of a compound, where it is a select with an order, a limit or parts of its own:
  /// columns, sources and the like are then its.
  std::shared_ptr<const SelectData> head = {};
  std::vector<Clause> columns = {};
  std::vector<Source> sources = {};  ///< empty: those that the columns name
  std::vector<JoinItem> joins = {};
  Clause where = {};
  std::vector<Clause> group_by = {};
  Clause having = {};
  std::vector<Clause> order_by = {};
  std::optional<std::int64_t> limit = {};
  std::optional<std::int64_t> offset = {};
  std::optional<ForUpdate> for_update = {};
  std::vector<CompoundItem> compounds = {};
  std::vector<CteItem> ctes = {};
};

/// What is nested deeper is refused: trees are walked by recursion, on a fiber's stack.
inline constexpr int kMaxNesting = 100;
/// Raises `depth`. Throws ArgumentError beyond kMaxNesting.
void note_depth(int& depth, int least);
/// A copy to be part of another tree.
std::shared_ptr<const SelectData> shared(SelectData data);

struct WriteData {
  enum class Kind : unsigned char { insert, update, delete_ };
  struct Value {
    std::size_t column;
    Clause value;
  };
  Kind kind;
  const Mapping* mapping;
  std::vector<std::vector<Value>> rows = {};  ///< of UPDATE: one
  Clause where = {};
  std::vector<Clause> returning = {};
  bool has_conflict = false;
  bool conflict_update = false;
  std::vector<std::size_t> conflict_columns = {};
  std::vector<Value> conflict_values = {};
};

/// Writes statements for one dialect.
class Compiler {
 public:
  /// `inline_values`: values stand in the text.
  explicit Compiler(const Dialect& dialect, bool inline_values = false)
      : dialect_(dialect), inline_values_(inline_values) {}

  void select(const SelectData& data);
  void write(const WriteData& data);
  void clause(const Clause& clause) { node(*clause.node(), 0); }
  Compiled take() { return {std::move(sql_), std::move(parameters_)}; }

 private:
  void select_core(const SelectData& data);
  /// The first `count` of its parts.
  void compound(const SelectData& data, std::size_t count);
  /// SELECT * FROM (...) AS anon_1
  template <class Inner>
  void wrapped(Inner inner);
  void node(const Node& node, int outer);
  void column(const Node& node);
  void bind(const Datum& value);
  void binary(const Node& node, int outer);
  void unary(const Node& node, int outer);
  void list(const Node& node, int outer);
  void case_(const Node& node);
  void over(const Node& node);
  void order(const Node& node);
  void source(const Source& source);
  void joins(const SelectData& data, const std::vector<Source>& sources);
  void join_condition(const JoinItem& join, const std::vector<Source>& before);
  void commas(const std::vector<Clause>& clauses);
  void returning(const WriteData& data);
  void conflict(const WriteData& data);
  void insert(const WriteData& data);
  void quoted(std::string_view name) { dialect_.append_quoted(sql_, name); }

  const Dialect& dialect_;
  bool inline_values_;
  /// In SET and INSERT: columns without their table.
  bool bare_columns_ = false;
  int anonymous_ = 0;
  std::string sql_;
  Parameters parameters_;
};

}  // namespace retort::db::detail
