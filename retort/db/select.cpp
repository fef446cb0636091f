// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/select.h"

#include <algorithm>

#include "retort/db/detail/node.h"
#include "retort/db/error.h"

namespace retort::db {

using detail::SelectData;
using detail::Source;
using detail::WriteData;

namespace {

void note_clauses(int& depth, const std::vector<Clause>& clauses) {
  for (const Clause& each : clauses) detail::note_depth(depth, each.node()->depth + 1);
}

void note_clause(int& depth, const Clause& clause) {
  if (clause) detail::note_depth(depth, clause.node()->depth + 1);
}

void note_select(int& depth, const std::shared_ptr<const SelectData>& select) {
  if (select) detail::note_depth(depth, select->depth + 1);
}

Clause both(Clause known, const Condition& added) {
  return known ? detail::make_binary(detail::Op::and_, std::move(known), added.clause()) : added.clause();
}

void note_cte(SelectData& data, const Subquery& subquery) {
  if (!subquery.is_cte()) return;
  for (const detail::CteItem& known : data.ctes) {
    if (known.name == subquery.name()) return;
  }
  data.ctes.push_back({subquery.name(), detail::shared(subquery.select().data()), subquery.is_recursive()});
}

// Common table expressions stand before the whole statement.
void take_ctes(SelectData& to, SelectData& part, std::string_view but = {}) {
  for (detail::CteItem& item : part.ctes) {
    const bool known = item.name == but || std::any_of(to.ctes.begin(), to.ctes.end(), [&](const auto& cte) {
                         return cte.name == item.name;
                       });
    if (!known) to.ctes.push_back(std::move(item));
  }
  part.ctes.clear();
}

// A part of a compound that says more than a single select can there.
bool is_whole(const SelectData& data) {
  return !data.order_by.empty() || data.limit || data.offset || data.for_update;
}

void set_head(SelectData& data) {
  SelectData head = data;
  head.ctes.clear();
  data.head = detail::shared(std::move(head));
  data.compounds.clear();
  data.order_by.clear();
  data.limit.reset();
  data.offset.reset();
  data.for_update.reset();
}

Source source_of(const Subquery& subquery) {
  Source source;
  source.alias = subquery.name();
  if (!subquery.is_cte()) source.subquery = detail::shared(subquery.select().data());
  return source;
}

}  // namespace

std::shared_ptr<const SelectData> detail::shared(SelectData data) {
  int& depth = data.depth = 0;
  note_clauses(depth, data.columns);
  note_clauses(depth, data.group_by);
  note_clauses(depth, data.order_by);
  note_clause(depth, data.where);
  note_clause(depth, data.having);
  for (const Source& source : data.sources) note_select(depth, source.subquery);
  for (const JoinItem& join : data.joins) {
    note_select(depth, join.source.subquery);
    note_clause(depth, join.on);
  }
  note_select(depth, data.head);
  for (const CompoundItem& each : data.compounds) note_select(depth, each.select);
  for (const CteItem& each : data.ctes) note_select(depth, each.select);
  return std::make_shared<const SelectData>(std::move(data));
}

SelectBase::SelectBase() : data_(new SelectData) {}
SelectBase::SelectBase(const SelectBase& o) : data_(new SelectData(*o.data_)) {}
SelectBase::SelectBase(SelectBase&& o) noexcept : data_(o.data_) { o.data_ = nullptr; }
SelectBase& SelectBase::operator=(const SelectBase& o) {
  SelectBase copy(o);
  std::swap(data_, copy.data_);
  return *this;
}
SelectBase& SelectBase::operator=(SelectBase&& o) noexcept {
  std::swap(data_, o.data_);
  return *this;
}
SelectBase::~SelectBase() { delete data_; }

Compiled SelectBase::compile(const Dialect& dialect) const {
  detail::Compiler compiler(dialect);
  compiler.select(*data_);
  return compiler.take();
}

std::string SelectBase::sql(const Dialect& dialect) const {
  detail::Compiler compiler(dialect, true);
  compiler.select(*data_);
  return compiler.take().sql;
}

Subquery SelectBase::subquery(std::string name) const { return {std::move(name), *this, false}; }
Subquery SelectBase::cte(std::string name) const { return {std::move(name), *this, true}; }

void SelectBase::add_column(Clause clause) { data_->columns.push_back(std::move(clause)); }

void SelectBase::add_entity(const Mapping& mapping, std::string_view alias) {
  for (const MappedColumn& column : mapping.columns())
    data_->columns.push_back(detail::make_column(mapping, column.offset, alias));
}

void SelectBase::add_source(const Mapping& mapping, std::string_view alias) {
  data_->sources.push_back({&mapping, std::string(alias)});
}

void SelectBase::add_source(const Subquery& subquery) {
  note_cte(*data_, subquery);
  data_->sources.push_back(source_of(subquery));
}

void SelectBase::add_join(int kind, const Mapping& mapping, std::string_view alias, const Condition* on) {
  data_->joins.push_back({kind, {&mapping, std::string(alias)}, on ? on->clause() : Clause()});
}

void SelectBase::add_join(int kind, const Subquery& subquery, const Condition& on) {
  note_cte(*data_, subquery);
  data_->joins.push_back({kind, source_of(subquery), on.clause()});
}

void SelectBase::add_where(const Condition& condition) {
  if (data_->head)
    throw ArgumentError("where() behind union_() and its like, of a select with an order or a limit");
  data_->where = both(std::move(data_->where), condition);
}
void SelectBase::add_having(const Condition& condition) {
  data_->having = both(std::move(data_->having), condition);
}
void SelectBase::add_group(Clause clause) { data_->group_by.push_back(std::move(clause)); }
void SelectBase::add_order(Clause clause) { data_->order_by.push_back(std::move(clause)); }
void SelectBase::clear_order() { data_->order_by.clear(); }

void SelectBase::set_limit(std::int64_t rows) {
  if (rows < 0) throw ArgumentError("limit() of less than 0");
  data_->limit = rows;
}

void SelectBase::set_offset(std::int64_t rows) {
  if (rows < 0) throw ArgumentError("offset() of less than 0");
  data_->offset = rows;
}

void SelectBase::cut(std::int64_t offset, std::int64_t rows) {
  const std::int64_t left = data_->limit ? std::max<std::int64_t>(*data_->limit - offset, 0) : rows;
  data_->limit = std::min(rows, left);
  if (offset > 0) data_->offset = data_->offset.value_or(0) + offset;
}

// Of a column that is computed the name in the result alone is known.
DataError SelectBase::in_place(const DataError& error, const Row& row, std::size_t column) const {
  const detail::Node* node = column < data_->columns.size() ? data_->columns[column].node() : nullptr;
  const bool of_table = node && node->kind == detail::Node::Kind::column;
  return in_column(error, of_table ? node->mapping->name() : std::string(), row.name(column));
}

void SelectBase::set_distinct() { data_->distinct = true; }
void SelectBase::set_for_update(ForUpdate options) { data_->for_update = options; }

void SelectBase::add_compound(std::string_view op, const SelectBase& other) {
  SelectData part = *other.data_;
  take_ctes(*data_, part);
  if (is_whole(*data_)) set_head(*data_);
  data_->compounds.push_back({std::string(op), detail::shared(std::move(part))});
}

Subquery::Subquery(std::string name, const SelectBase& select, bool cte)
    : name_(std::move(name)), select_(select), cte_(cte) {}

Clause Subquery::column_clause(std::string_view column) const {
  return detail::make_source_column(name_, column);
}

Subquery Subquery::union_all(const SelectBase& recursive) const {
  if (!cte_) throw ArgumentError("only a cte() may refer to itself");
  Subquery out = *this;
  out.recursive_ = true;
  SelectData& data = out.select_.data();
  SelectData part = recursive.data();
  take_ctes(data, part, name_);
  data.compounds.push_back({"UNION ALL", detail::shared(std::move(part))});
  return out;
}

WriteBase::WriteBase(int kind, const Mapping& mapping)
    : data_(new WriteData{static_cast<WriteData::Kind>(kind), &mapping}) {}
WriteBase::WriteBase(const WriteBase& o) : data_(new WriteData(*o.data_)) {}
WriteBase::WriteBase(WriteBase&& o) noexcept : data_(o.data_) { o.data_ = nullptr; }
WriteBase& WriteBase::operator=(WriteBase o) noexcept {
  std::swap(data_, o.data_);
  return *this;
}
WriteBase::~WriteBase() { delete data_; }

const Mapping& WriteBase::mapping() const { return *data_->mapping; }

Compiled WriteBase::compile(const Dialect& dialect) const {
  detail::Compiler compiler(dialect);
  compiler.write(*data_);
  return compiler.take();
}

std::string WriteBase::sql(const Dialect& dialect) const {
  detail::Compiler compiler(dialect, true);
  compiler.write(*data_);
  return compiler.take().sql;
}

void WriteBase::add_value(std::size_t column, Clause value) {
  if (data_->rows.empty()) data_->rows.emplace_back();
  for (WriteData::Value& known : data_->rows.back()) {
    if (known.column != column) continue;
    known.value = std::move(value);
    return;
  }
  data_->rows.back().push_back({column, std::move(value)});
}

void WriteBase::next_row() { data_->rows.emplace_back(); }
void WriteBase::add_where(const Condition& condition) {
  data_->where = both(std::move(data_->where), condition);
}
void WriteBase::add_returning(Clause clause) { data_->returning.push_back(std::move(clause)); }

void WriteBase::set_conflict(std::vector<std::size_t> columns, bool update) {
  if (update && columns.empty())
    throw ArgumentError("on_conflict_do_update() needs the columns of a unique key");
  data_->has_conflict = true;
  data_->conflict_update = update;
  data_->conflict_columns = std::move(columns);
}

void WriteBase::add_conflict_value(std::size_t column, Clause value) {
  data_->conflict_values.push_back({column, std::move(value)});
}

}  // namespace retort::db
