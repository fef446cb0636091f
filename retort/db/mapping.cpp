// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/mapping.h"

#include <algorithm>
#include <mutex>

#include "retort/base/text.h"
#include "retort/db/detail/relation.h"
#include "retort/db/dialect.h"
#include "retort/db/error.h"

namespace retort::db {
namespace {

// Models are defined before main, in any order of source files, as SQLAlchemy's are by import.
struct Registry {
  std::mutex mutex;
  std::vector<const Mapping*> mappings;
};

Registry& registry() {
  static Registry registry;
  return registry;
}

bool is_integer(ColumnType::Kind kind) {
  return kind == ColumnType::Kind::small_integer || kind == ColumnType::Kind::integer ||
         kind == ColumnType::Kind::big_integer;
}

}  // namespace

namespace detail {
void throw_not_mapped(std::string_view type) {
  throw ArgumentError("the type " + std::string(type) + " has no table: define one with db::table<" +
                      std::string(type) + ">(\"name\")");
}
}  // namespace detail

ColumnOption length(int characters) {
  ColumnOption option{ColumnOption::Kind::length};
  option.number = characters;
  return option;
}

ColumnOption numeric(int precision, int scale) {
  ColumnOption option{ColumnOption::Kind::numeric};
  option.number = precision;
  option.scale = scale;
  return option;
}

ColumnOption named(std::string name) { return {ColumnOption::Kind::name, std::move(name)}; }
ColumnOption server_default(std::string sql) { return {ColumnOption::Kind::server_default, std::move(sql)}; }

ColumnOption column_type(ColumnType type) {
  ColumnOption option{ColumnOption::Kind::type};
  option.type = std::move(type);
  return option;
}

TableOption check(std::string sql, std::string name) {
  TableOption option{TableOption::Kind::check};
  option.sql = std::move(sql);
  option.name = std::move(name);
  return option;
}

TableOption bind(std::string key) {
  TableOption option{TableOption::Kind::bind};
  option.name = std::move(key);
  return option;
}

Mapping::Mapping(std::string name, Members members, std::vector<TableOption> options,
                 detail::EntityBase* (*make)())
    : columns_(std::move(members.columns)), relationships_(std::move(members.relationships)), make_(make) {
  table_.name = std::move(name);
  for (const MappedColumn& mapped : columns_) {
    Column column;
    column.name = std::string(mapped.member);
    column.type = mapped.type->column_type();
    column.nullable = mapped.type->nullable;
    shares_ = shares_ || mapped.type->shares;
    table_.columns.push_back(std::move(column));
  }
  for (const TableOption& option : options) apply_name(option);
  for (const Column& column : table_.columns) {
    if (table_.find(column.name) != &column)
      throw ArgumentError("table " + text::repr(table_.name) + ": two columns are called " +
                          text::repr(column.name));
  }
  for (const TableOption& option : options) apply(option);
  finish_key();
  const std::lock_guard lock(registry().mutex);
  registry().mappings.push_back(this);
}

Mapping::~Mapping() {
  const std::lock_guard lock(registry().mutex);
  std::erase(registry().mappings, this);
  delete resolved_;
  for (const std::string* sql : by_key_) delete sql;
  for (const Relationship& relationship : relationships_) detail::delete_link(relationship.link);
}

Datum Mapping::get(const void* object, std::size_t column) const {
  try {
    return columns_[column].type->to_datum(columns_[column].of(object), table_.columns[column].type);
  } catch (const DataError& error) {
    throw in_column(error, table_.name, table_.columns[column].name);
  }
}

void Mapping::set(void* object, std::size_t column, const Cell& cell) const {
  try {
    columns_[column].type->from_cell(cell, table_.columns[column].type, columns_[column].of(object));
  } catch (const DataError& error) {
    throw in_column(error, table_.name, table_.columns[column].name);
  }
}

const std::string& Mapping::select_by_key(const Dialect& dialect) const {
  const std::string*& slot = by_key_[dialect.name() == "sqlite" ? 0 : 1];
  if (const std::string* known = __atomic_load_n(&slot, __ATOMIC_ACQUIRE)) return *known;
  std::string sql = "SELECT ";
  for (const Column& column : table_.columns) {
    if (&column != &table_.columns.front()) sql += ", ";
    dialect.append_quoted(sql, column.name);
  }
  sql += " FROM " + dialect.quote(table_.name) + " WHERE ";
  for (std::size_t i = 0; i < key_.size(); ++i) {
    if (i > 0) sql += " AND ";
    dialect.append_quoted(sql, table_.columns[key_[i]].name);
    sql += " = ";
    dialect.append_placeholder(sql, i + 1);
  }
  const std::lock_guard lock(registry().mutex);
  if (!slot) __atomic_store_n(&slot, new std::string(std::move(sql)), __ATOMIC_RELEASE);
  return *slot;
}

std::size_t Mapping::column_at(std::size_t offset) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].offset == offset) return i;
  }
  return kNone;
}

std::size_t Mapping::require_column(std::size_t offset) const {
  const std::size_t column = column_at(offset);
  if (column == kNone)
    throw ArgumentError("table " + text::repr(table_.name) + ": a member that an option names is no column");
  return column;
}

std::vector<std::string> Mapping::names_of(const std::vector<std::size_t>& offsets) const {
  std::vector<std::string> names;
  for (const std::size_t offset : offsets) names.push_back(table_.columns[require_column(offset)].name);
  return names;
}

// Before all else: keys, indexes and constraints name columns.
void Mapping::apply_name(const TableOption& option) {
  if (option.kind != TableOption::Kind::column) return;
  for (const ColumnOption& each : option.column) {
    if (each.kind == ColumnOption::Kind::name)
      table_.columns[require_column(option.members[0])].name = each.text;
  }
}

void Mapping::apply(const TableOption& option) {
  switch (option.kind) {
    case TableOption::Kind::primary_key:
      table_.primary_key_name = option.name;
      for (const std::size_t offset : option.members) key_.push_back(require_column(offset));
      break;
    case TableOption::Kind::column:
      apply_column(require_column(option.members[0]), option.column);
      break;
    case TableOption::Kind::foreign_key:
      foreign_keys_.push_back({option.foreign_key, names_of(option.members)});
      break;
    case TableOption::Kind::unique:
      table_.unique_constraints.push_back({option.name, names_of(option.members)});
      break;
    case TableOption::Kind::index:
      table_.indexes.push_back({option.name, names_of(option.members), option.unique_index, option.sql});
      break;
    case TableOption::Kind::check:
      table_.check_constraints.push_back({option.name, option.sql});
      break;
    case TableOption::Kind::version:
      version_ = require_column(option.members[0]);
      if (!is_integer(table_.columns[version_].type.kind))
        throw ArgumentError("table " + text::repr(table_.name) + ": the version column is no integer");
      break;
    case TableOption::Kind::bind:
      table_.bind_key = option.name;
      break;
    case TableOption::Kind::key_name:
      table_.primary_key_name = option.name;
      break;
    case TableOption::Kind::relationship:
      for (Relationship& relationship : relationships_) {
        if (relationship.offset != option.members[0]) continue;
        for (const RelationshipOption& each : option.relationship) apply(relationship, each);
      }
      break;
  }
}

void Mapping::apply_column(std::size_t at, const std::vector<ColumnOption>& options) {
  bool is_unique = false, is_indexed = false;
  for (const ColumnOption& option : options) {
    is_unique = is_unique || option.kind == ColumnOption::Kind::unique;
    is_indexed = is_indexed || option.kind == ColumnOption::Kind::indexed;
  }
  for (const ColumnOption& option : options) apply(at, option);
  const std::vector<std::string> names = {table_.columns[at].name};
  // Both are one unique index, as in SQLAlchemy.
  if (is_indexed) table_.indexes.push_back({{}, names, is_unique});
  if (is_unique && !is_indexed) table_.unique_constraints.push_back({{}, names});
}

void Mapping::apply(std::size_t at, const ColumnOption& option) {
  Column& column = table_.columns[at];
  switch (option.kind) {
    case ColumnOption::Kind::length:
      column.type.length = option.number;
      break;
    case ColumnOption::Kind::unique:
    case ColumnOption::Kind::indexed:
      break;  // apply_column
    case ColumnOption::Kind::name:
      break;  // apply_name
    case ColumnOption::Kind::nullable:
      column.nullable = true;
      break;
    case ColumnOption::Kind::server_default:
      column.server_default = option.text;
      break;
    case ColumnOption::Kind::numeric:
      column.type.precision = option.number;
      column.type.scale = option.scale;
      break;
    case ColumnOption::Kind::timezone:
      column.type.with_timezone = true;
      break;
    case ColumnOption::Kind::text:
      column.type.kind = ColumnType::Kind::text;
      break;
    case ColumnOption::Kind::type:
      column.type = option.type;
      break;
    case ColumnOption::Kind::references:
      foreign_keys_.push_back({option.foreign_key, {column.name}});
      break;
    case ColumnOption::Kind::on_update:
      columns_[at].on_update = option.update;
      break;
  }
}

const Relationship* Mapping::relationship_at(std::size_t offset) const {
  for (const Relationship& relationship : relationships_) {
    if (relationship.offset == offset) return &relationship;
  }
  return nullptr;
}

namespace {

Relationship::Cascade cascade_of(const std::string& words, const std::string& place) {
  Relationship::Cascade cascade{.save_update = false};
  for (std::size_t at = 0; at <= words.size();) {
    const std::size_t end = std::min(words.find(',', at), words.size());
    const std::string_view word = text::trim(std::string_view(words).substr(at, end - at));
    at = end + 1;
    const bool all = word == "all";
    cascade.save_update |= all || word == "save-update";
    cascade.delete_ |= all || word == "delete";
    cascade.expunge |= all || word == "expunge";
    cascade.refresh_expire |= all || word == "refresh-expire";
    cascade.delete_orphan |= word == "delete-orphan";
    if (!all && word != "save-update" && word != "delete" && word != "expunge" && word != "refresh-expire" &&
        word != "delete-orphan" && word != "merge" && !word.empty() && word != "none") {
      throw ArgumentError(place + ": there is no cascade " + text::repr(word) +
                          ": save-update, merge, expunge, refresh-expire, delete, delete-orphan, all, none");
    }
  }
  return cascade;
}

}  // namespace

void Mapping::apply(Relationship& relationship, const RelationshipOption& option) {
  const std::string place = table_.name + "." + std::string(relationship.name);
  switch (option.kind) {
    case RelationshipOption::Kind::via:
      relationship.via = option.members;
      break;
    case RelationshipOption::Kind::secondary:
      if (relationship.member == Relationship::Member::related)
        throw ArgumentError(place + ": a relationship through a table needs a Collection or WriteOnly");
      relationship.secondary_local = option.members;
      relationship.secondary_remote = option.others;
      break;
    case RelationshipOption::Kind::back_populates:
      relationship.back = option.members;
      break;
    case RelationshipOption::Kind::cascade:
      relationship.cascade = cascade_of(option.text, place);
      break;
    case RelationshipOption::Kind::order_by:
      relationship.order = option.order;
      break;
    case RelationshipOption::Kind::lazy:
      relationship.lazy = static_cast<Relationship::Lazy>(option.number);
      break;
    case RelationshipOption::Kind::passive_deletes:
      relationship.passive_deletes = true;
      break;
  }
}

void Mapping::finish_key() {
  if (key_.empty()) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].member == "id") key_.push_back(i);
    }
  }
  if (key_.empty())
    throw ArgumentError("table " + text::repr(table_.name) +
                        " has no primary key: name one with db::primary_key<&T::member>()");
  for (const std::size_t column : key_) {
    table_.columns[column].primary_key = true;
    table_.columns[column].nullable = false;
  }
  // As SQLAlchemy's autoincrement="auto": the one integer of a key, unless it refers elsewhere.
  if (key_.size() != 1) return;
  Column& column = table_.columns[key_[0]];
  const bool refers = std::any_of(foreign_keys_.begin(), foreign_keys_.end(),
                                  [&](const Unresolved& key) { return key.columns[0] == column.name; });
  if (!is_integer(column.type.kind) || refers || !column.server_default.empty()) return;
  column.autoincrement = true;
  autoincrement_ = key_[0];
}

const Table& Mapping::table() const {
  const std::lock_guard lock(registry().mutex);
  if (resolved_) return *resolved_;
  Table table = table_;
  for (const Unresolved& each : foreign_keys_) {
    ForeignKey key;
    key.name = each.option.constraint_name;
    key.columns = each.columns;
    for (const MemberRef& target : each.option.targets) {
      const Mapping& mapping = target.mapping();
      key.table = mapping.name();
      key.referred.push_back(mapping.column(mapping.require_column(target.offset)).name);
    }
    if (key.columns.size() != key.referred.size())
      throw ArgumentError("table " + text::repr(table.name) + ": a foreign key has " +
                          std::to_string(key.columns.size()) + " columns and refers to " +
                          std::to_string(key.referred.size()));
    key.on_delete = each.option.delete_rule;
    key.on_update = each.option.update_rule;
    table.foreign_keys.push_back(std::move(key));
  }
  resolved_ = new Table(std::move(table));
  return *resolved_;
}

MetaData metadata_of(std::initializer_list<const Mapping*> mappings, const NamingConvention& naming) {
  MetaData metadata;
  metadata.naming_convention = naming;
  for (const Mapping* mapping : mappings) metadata.add(mapping->table());
  return metadata;
}

MetaData models_metadata(const NamingConvention& naming) {
  std::vector<const Mapping*> mappings;
  {
    const std::lock_guard lock(registry().mutex);
    mappings = registry().mappings;
  }
  std::sort(mappings.begin(), mappings.end(),
            [](const Mapping* a, const Mapping* b) { return a->name() < b->name(); });
  MetaData metadata;
  metadata.naming_convention = naming;
  for (const Mapping* mapping : mappings) metadata.add(mapping->table());
  return metadata;
}

}  // namespace retort::db
