// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/select.h"

#include "retort/db/detail/node.h"
#include "retort/db/error.h"

namespace retort::db {

using detail::SelectData;
using detail::Source;
using detail::WriteData;

namespace {

Clause both(Clause known, const Condition& added) {
  return known ? detail::make_binary(detail::Op::and_, std::move(known), added.clause()) : added.clause();
}

void note_cte(SelectData& data, const Subquery& subquery) {
  if (!subquery.is_cte()) return;
  for (const detail::CteItem& known : data.ctes) {
    if (known.name == subquery.name()) return;
  }
  data.ctes.push_back({subquery.name(), std::make_shared<const SelectData>(subquery.select().data()),
                       subquery.is_recursive()});
}

Source source_of(const Subquery& subquery) {
  Source source;
  source.alias = subquery.name();
  if (!subquery.is_cte()) source.subquery = std::make_shared<const SelectData>(subquery.select().data());
  return source;
}

}  // namespace

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

void SelectBase::set_distinct() { data_->distinct = true; }
void SelectBase::set_for_update(ForUpdate options) { data_->for_update = options; }

void SelectBase::add_compound(std::string_view op, const SelectBase& other) {
  data_->compounds.push_back({std::string(op), std::make_shared<const SelectData>(*other.data_)});
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
  auto part = std::make_shared<SelectData>(recursive.data());
  std::erase_if(part->ctes, [&](const detail::CteItem& item) { return item.name == name_; });
  data.compounds.push_back({"UNION ALL", std::move(part)});
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
