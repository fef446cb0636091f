// SPDX-License-Identifier: BSD-3-Clause
// Trees into SQL text.
#include <algorithm>

#include "retort/base/text.h"
#include "retort/db/detail/node.h"
#include "retort/db/error.h"

namespace retort::db::detail {
namespace {

// How tightly an operator binds; what is looser than its surroundings stands in parentheses.
int precedence(Op op) {
  switch (op) {
    case Op::or_:
      return 1;
    case Op::and_:
      return 2;
    case Op::not_:
      return 3;
    case Op::add:
    case Op::subtract:
    case Op::concat:
      return 6;
    case Op::multiply:
    case Op::divide:
    case Op::modulo:
      return 7;
    case Op::negate:
      return 8;
    default:
      return 5;  // comparisons
  }
}

std::string_view spelled(Op op) {
  switch (op) {
    case Op::equal:
      return " = ";
    case Op::not_equal:
      return " != ";
    case Op::less:
      return " < ";
    case Op::less_equal:
      return " <= ";
    case Op::greater:
      return " > ";
    case Op::greater_equal:
      return " >= ";
    case Op::and_:
      return " AND ";
    case Op::or_:
      return " OR ";
    case Op::add:
      return " + ";
    case Op::subtract:
      return " - ";
    case Op::multiply:
      return " * ";
    case Op::divide:
      return " / ";
    case Op::modulo:
      return " % ";
    case Op::concat:
      return " || ";
    case Op::like:
    case Op::ilike:
      return " LIKE ";
    case Op::not_like:
    case Op::not_ilike:
      return " NOT LIKE ";
    case Op::in:
      return " IN ";
    case Op::not_in:
      return " NOT IN ";
    default:
      return " ";
  }
}

// The tables that a tree's columns are of, in the order of their first use.
void collect_sources(const Node& node, std::vector<Source>& out) {
  if (node.kind == Node::Kind::column) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const Source& source) {
      return source.mapping == node.mapping && source.alias == node.text;
    });
    if (!known) out.push_back({node.mapping, node.text});
  }
  for (const Clause& child : node.children) collect_sources(*child.node(), out);
}

std::vector<Source> sources_of(const SelectData& data) {
  if (!data.sources.empty()) return data.sources;
  std::vector<Source> found;
  for (const Clause& clause : data.columns) collect_sources(*clause.node(), found);
  std::erase_if(found, [&](const Source& source) {
    return std::any_of(data.joins.begin(), data.joins.end(), [&](const JoinItem& join) {
      return join.source.mapping == source.mapping && join.source.alias == source.alias;
    });
  });
  return found;
}

struct KeyBetween {
  const Source* child;
  const Source* parent;
  const ForeignKey* key;
};

void collect_keys(const Source& child, const Source& parent, std::vector<KeyBetween>& out) {
  if (!child.mapping || !parent.mapping) return;
  for (const ForeignKey& key : child.mapping->table().foreign_keys) {
    if (key.table == parent.mapping->name()) out.push_back({&child, &parent, &key});
  }
}

}  // namespace

void Compiler::bind(const Datum& value) {
  if (inline_values_) {
    sql_ += dialect_.literal(value);
    return;
  }
  parameters_.push_back(value);
  dialect_.append_placeholder(sql_, parameters_.size());
}

void Compiler::commas(const std::vector<Clause>& clauses) {
  for (const Clause& each : clauses) {
    if (&each != &clauses.front()) sql_ += ", ";
    node(*each.node(), 0);
  }
}

void Compiler::column(const Node& node) {
  if (!bare_columns_ || !node.text.empty()) {
    quoted(node.text.empty() ? node.mapping->name() : node.text);
    sql_ += '.';
  }
  quoted(node.mapping->column(node.column).name);
}

void Compiler::unary(const Node& node, int outer) {
  const Node& operand = *node.children[0].node();
  const int own = precedence(node.op);
  const bool open = own < outer;
  if (open) sql_ += '(';
  if (node.op == Op::not_) {
    sql_ += "NOT ";
    this->node(operand, own + 1);
  } else if (node.op == Op::negate) {
    sql_ += "-";
    this->node(operand, own + 1);
  } else {
    this->node(operand, own + 1);
    sql_ += node.op == Op::is_null ? " IS NULL" : " IS NOT NULL";
  }
  if (open) sql_ += ')';
}

void Compiler::binary(const Node& node, int outer) {
  const Node& left = *node.children[0].node();
  const Node& right = *node.children[1].node();
  const int own = precedence(node.op);
  const bool open = own < outer;
  if (open) sql_ += '(';
  const bool any_case = node.op == Op::ilike || node.op == Op::not_ilike;
  if (node.op == Op::is_distinct || node.op == Op::is_not_distinct) {
    const bool is_sqlite = dialect_.name() == "sqlite";
    this->node(left, own + 1);
    if (node.op == Op::is_distinct) {
      sql_ += is_sqlite ? " IS NOT " : " IS DISTINCT FROM ";
    } else {
      sql_ += is_sqlite ? " IS " : " IS NOT DISTINCT FROM ";
    }
    this->node(right, own + 1);
  } else if (any_case && !dialect_.has_ilike()) {
    sql_ += "lower(";
    this->node(left, 0);
    sql_ += node.op == Op::ilike ? ") LIKE lower(" : ") NOT LIKE lower(";
    this->node(right, 0);
    sql_ += ')';
  } else {
    this->node(left, own);
    const bool flat = node.op == Op::and_ || node.op == Op::or_ || node.op == Op::concat;
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      if (any_case) {
        sql_ += node.op == Op::ilike ? " ILIKE " : " NOT ILIKE ";
      } else {
        sql_ += spelled(node.op);
      }
      this->node(*node.children[i].node(), flat ? own : own + 1);
    }
  }
  if (node.op == Op::like || node.op == Op::not_like || any_case) sql_ += " ESCAPE '\\'";
  if (open) sql_ += ')';
}

void Compiler::list(const Node& node, int outer) {
  const int own = precedence(node.op);
  const bool is_between = node.op == Op::between || node.op == Op::not_between;
  if (!is_between && node.children.size() == 1) {  // IN of nothing
    sql_ += node.op == Op::in ? "1 = 0" : "1 = 1";
    return;
  }
  const bool open = own < outer;
  if (open) sql_ += '(';
  this->node(*node.children[0].node(), own + 1);
  if (is_between) {
    sql_ += node.op == Op::between ? " BETWEEN " : " NOT BETWEEN ";
    this->node(*node.children[1].node(), own + 1);
    sql_ += " AND ";
    this->node(*node.children[2].node(), own + 1);
  } else {
    sql_ += spelled(node.op);
    sql_ += '(';
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      if (i > 1) sql_ += ", ";
      this->node(*node.children[i].node(), 0);
    }
    sql_ += ')';
  }
  if (open) sql_ += ')';
}

void Compiler::case_(const Node& node) {
  sql_ += "CASE";
  std::size_t i = 0;
  for (; i + 1 < node.children.size(); i += 2) {
    sql_ += " WHEN ";
    this->node(*node.children[i].node(), 0);
    sql_ += " THEN ";
    this->node(*node.children[i + 1].node(), 0);
  }
  if (i < node.children.size()) {
    sql_ += " ELSE ";
    this->node(*node.children[i].node(), 0);
  }
  sql_ += " END";
}

void Compiler::over(const Node& node) {
  this->node(*node.children[0].node(), 0);
  sql_ += " OVER (";
  const auto begin = node.children.begin() + 1;
  const auto middle = begin + static_cast<std::ptrdiff_t>(node.split);
  const char* space = "";
  if (node.split > 0) {
    sql_ += "PARTITION BY ";
    commas({begin, middle});
    space = " ";
  }
  if (middle != node.children.end()) {
    sql_ += space;
    sql_ += "ORDER BY ";
    commas({middle, node.children.end()});
    space = " ";
  }
  if (!node.text.empty()) {
    sql_ += space;
    sql_ += node.text;
  }
  sql_ += ')';
}

void Compiler::order(const Node& node) {
  const Node& operand = *node.children[0].node();
  this->node(operand, 0);
  if (node.flag) sql_ += " DESC";
  if (node.nulls == 1) sql_ += " NULLS LAST";
}

void Compiler::node(const Node& node, int outer) {
  switch (node.kind) {
    case Node::Kind::column:
      return column(node);
    case Node::Kind::source_column:
      quoted(node.alias);
      sql_ += '.';
      return quoted(node.text);
    case Node::Kind::bind:
      return bind(node.datum);
    case Node::Kind::unary:
      return unary(node, outer);
    case Node::Kind::binary:
      return binary(node, outer);
    case Node::Kind::list:
      return list(node, outer);
    case Node::Kind::in_select: {
      const bool open = precedence(node.op) < outer;
      if (open) sql_ += '(';
      this->node(*node.children[0].node(), precedence(node.op) + 1);
      sql_ += spelled(node.op);
      sql_ += '(';
      select(*node.select);
      sql_ += open ? "))" : ")";
      return;
    }
    case Node::Kind::function:
      sql_ += node.text;
      sql_ += node.flag ? "(DISTINCT " : "(";
      commas(node.children);
      sql_ += ')';
      return;
    case Node::Kind::cast:
      sql_ += "CAST(";
      this->node(*node.children[0].node(), 0);
      sql_ += " AS " + dialect_.type_sql(node.type) + ")";
      return;
    case Node::Kind::case_:
      return case_(node);
    case Node::Kind::text:
      sql_ += outer > 0 && node.text.find(' ') != node.text.npos ? "(" + node.text + ")" : node.text;
      return;
    case Node::Kind::label:
      return this->node(*node.children[0].node(), outer);
    case Node::Kind::order:
      return order(node);
    case Node::Kind::exists:
      sql_ += "EXISTS (";
      select(*node.select);
      sql_ += ')';
      return;
    case Node::Kind::scalar:
      sql_ += '(';
      select(*node.select);
      sql_ += ')';
      return;
    case Node::Kind::star:
      sql_ += '*';
      return;
    case Node::Kind::over:
      return over(node);
  }
}

void Compiler::source(const Source& source) {
  if (source.mapping) {
    quoted(source.mapping->name());
  } else if (source.subquery) {
    sql_ += '(';
    select(*source.subquery);
    sql_ += ')';
  }
  if (source.alias.empty()) return;
  if (source.mapping || source.subquery) sql_ += " AS ";
  quoted(source.alias);
}

void Compiler::join_condition(const JoinItem& join, const std::vector<Source>& before) {
  if (join.on) return node(*join.on.node(), 0);
  std::vector<KeyBetween> keys;
  for (const Source& source : before) {
    collect_keys(source, join.source, keys);
    if (source.mapping != join.source.mapping) collect_keys(join.source, source, keys);
  }
  if (keys.size() != 1) {
    throw ArgumentError(
        "join of " + text::repr(join.source.mapping ? join.source.mapping->name() : join.source.alias) +
        ": " + (keys.empty() ? "no foreign key leads to it" : "more than one foreign key leads to it") +
        ": say the condition");
  }
  const auto column = [&](const Source& source, const std::string& name) {
    quoted(source.alias.empty() ? source.mapping->name() : source.alias);
    sql_ += '.';
    quoted(name);
  };
  for (std::size_t i = 0; i < keys[0].key->columns.size(); ++i) {
    if (i > 0) sql_ += " AND ";
    column(*keys[0].parent, keys[0].key->referred[i]);
    sql_ += " = ";
    column(*keys[0].child, keys[0].key->columns[i]);
  }
}

void Compiler::joins(const SelectData& data, const std::vector<Source>& sources) {
  std::vector<Source> before = sources;
  for (const JoinItem& join : data.joins) {
    sql_ += join.kind == 0 ? " JOIN " : " LEFT OUTER JOIN ";
    source(join.source);
    sql_ += " ON ";
    join_condition(join, before);
    before.push_back(join.source);
  }
}

void Compiler::select_core(const SelectData& data) {
  sql_ += data.distinct ? "SELECT DISTINCT " : "SELECT ";
  if (data.columns.empty()) sql_ += '1';
  for (const Clause& each : data.columns) {
    if (&each != &data.columns.front()) sql_ += ", ";
    node(*each.node(), 0);
    if (each.node()->kind != Node::Kind::label) continue;
    sql_ += " AS ";
    quoted(each.node()->text);
  }
  const std::vector<Source> sources = sources_of(data);
  for (const Source& each : sources) {
    sql_ += &each == &sources.front() ? " FROM " : ", ";
    source(each);
  }
  if (sources.empty() && !data.joins.empty())
    throw ArgumentError("a join without a table to join to: from<T>()");
  joins(data, sources);
  if (data.where) {
    sql_ += " WHERE ";
    node(*data.where.node(), 0);
  }
  if (!data.group_by.empty()) {
    sql_ += " GROUP BY ";
    commas(data.group_by);
  }
  if (data.having) {
    sql_ += " HAVING ";
    node(*data.having.node(), 0);
  }
}

template <class Inner>
void Compiler::wrapped(Inner inner) {
  const std::string name = "anon_" + std::to_string(++anonymous_);
  sql_ += "SELECT * FROM (";
  inner();
  sql_ += ") AS " + name;
}

// Both databases read parts from left to right, but PostgreSQL INTERSECT first. A part that is
// more than a single select stands in one of its own: SQLite has no parentheses there.
void Compiler::compound(const SelectData& data, std::size_t count) {
  std::size_t at = 0;
  bool mixed = false;
  for (std::size_t i = 0; i < count; ++i) {
    const bool intersects = data.compounds[i].op == "INTERSECT";
    if (intersects && mixed) at = i;
    mixed = mixed || !intersects;
  }
  if (at > 0) {
    wrapped([&] { compound(data, at); });
  } else if (data.head) {
    wrapped([&] { select(*data.head); });
  } else {
    select_core(data);
  }
  for (; at < count; ++at) {
    sql_ += " " + data.compounds[at].op + " ";
    const SelectData& part = *data.compounds[at].select;
    const bool plain = part.compounds.empty() && part.order_by.empty() && !part.limit && !part.offset &&
                       !part.for_update && part.ctes.empty();
    if (plain) {
      select_core(part);
    } else {
      wrapped([&] { select(part); });
    }
  }
}

void Compiler::select(const SelectData& data) {
  const bool bare = std::exchange(bare_columns_, false);
  for (const CteItem& cte : data.ctes) {
    const bool recursive =
        std::any_of(data.ctes.begin(), data.ctes.end(), [](const CteItem& c) { return c.recursive; });
    sql_ += &cte == &data.ctes.front() ? (recursive ? "WITH RECURSIVE " : "WITH ") : ", ";
    quoted(cte.name);
    sql_ += " AS (";
    select(*cte.select);
    sql_ += ')';
  }
  if (!data.ctes.empty()) sql_ += ' ';
  compound(data, data.compounds.size());
  if (!data.order_by.empty()) {
    sql_ += " ORDER BY ";
    bare_columns_ = !data.compounds.empty();  // they have no table any more
    commas(data.order_by);
    bare_columns_ = false;
  }
  if (data.limit || data.offset) {
    const bool needs_limit = !data.limit && dialect_.name() == "sqlite";
    if (data.limit || needs_limit) {
      sql_ += " LIMIT ";
      bind(Datum::of_integer(data.limit.value_or(-1)));
    }
    if (data.offset) {
      sql_ += " OFFSET ";
      bind(Datum::of_integer(*data.offset));
    }
  }
  if (data.for_update && dialect_.has_for_update()) {
    sql_ += data.for_update->share ? " FOR SHARE" : " FOR UPDATE";
    if (data.for_update->nowait) sql_ += " NOWAIT";
    if (data.for_update->skip_locked) sql_ += " SKIP LOCKED";
  }
  bare_columns_ = bare;
}

void Compiler::conflict(const WriteData& data) {
  if (!data.has_conflict) return;
  sql_ += " ON CONFLICT";
  if (!data.conflict_columns.empty()) {
    sql_ += " (";
    for (const std::size_t& column : data.conflict_columns) {
      if (&column != &data.conflict_columns.front()) sql_ += ", ";
      quoted(data.mapping->column(column).name);
    }
    sql_ += ')';
  }
  if (!data.conflict_update) {
    sql_ += " DO NOTHING";
    return;
  }
  if (data.conflict_values.empty()) throw ArgumentError("on_conflict_do_update() without set_on_conflict()");
  sql_ += " DO UPDATE SET ";
  for (const WriteData::Value& value : data.conflict_values) {
    if (&value != &data.conflict_values.front()) sql_ += ", ";
    quoted(data.mapping->column(value.column).name);
    sql_ += " = ";
    node(*value.value.node(), 0);
  }
}

void Compiler::returning(const WriteData& data) {
  if (data.returning.empty()) return;
  sql_ += " RETURNING ";
  const bool bare = std::exchange(bare_columns_, true);
  commas(data.returning);
  bare_columns_ = bare;
}

void Compiler::insert(const WriteData& data) {
  sql_ += "INSERT INTO ";
  quoted(data.mapping->name());
  if (data.rows.empty() || data.rows.front().empty()) {
    if (data.rows.size() > 1) throw ArgumentError("an INSERT of several rows without values");
    sql_ += " DEFAULT VALUES";
  } else {
    sql_ += " (";
    for (const WriteData::Value& value : data.rows.front()) {
      if (&value != &data.rows.front().front()) sql_ += ", ";
      quoted(data.mapping->column(value.column).name);
    }
    sql_ += ") VALUES ";
    for (const auto& row : data.rows) {
      const bool same = row.size() == data.rows.front().size() &&
                        std::equal(row.begin(), row.end(), data.rows.front().begin(),
                                   [](const auto& a, const auto& b) { return a.column == b.column; });
      if (!same)
        throw ArgumentError("INSERT INTO " + data.mapping->name() + ": its rows set different columns");
      sql_ += &row == &data.rows.front() ? "(" : ", (";
      for (const WriteData::Value& value : row) {
        if (&value != &row.front()) sql_ += ", ";
        node(*value.value.node(), 0);
      }
      sql_ += ')';
    }
  }
  conflict(data);
}

void Compiler::write(const WriteData& data) {
  if (data.kind == WriteData::Kind::insert) {
    insert(data);
  } else if (data.kind == WriteData::Kind::update) {
    if (data.rows.empty() || data.rows.front().empty())
      throw ArgumentError("UPDATE " + data.mapping->name() + ": nothing is set");
    sql_ += "UPDATE ";
    quoted(data.mapping->name());
    sql_ += " SET ";
    for (const WriteData::Value& value : data.rows.front()) {
      if (&value != &data.rows.front().front()) sql_ += ", ";
      quoted(data.mapping->column(value.column).name);
      sql_ += " = ";
      node(*value.value.node(), 0);
    }
  } else {
    sql_ += "DELETE FROM ";
    quoted(data.mapping->name());
  }
  if (data.where) {
    sql_ += " WHERE ";
    node(*data.where.node(), 0);
  }
  returning(data);
}

}  // namespace retort::db::detail
