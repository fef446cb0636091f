// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/schema.h"

#include <algorithm>

#include "retort/base/text.h"
#include "retort/db/error.h"

namespace retort::db {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += '_';
    out += name;
  }
  return out;
}

// What the tokens of a naming template stand for.
struct Names {
  std::string_view table;
  const std::vector<std::string>& columns;
  std::string_view referred_table = {};
  std::string_view constraint = {};

  std::string value(std::string_view token) const {
    if (token == "table_name") return std::string(table);
    if (token == "referred_table_name") return std::string(referred_table);
    if (token == "constraint_name") return std::string(constraint);
    if (token == "column_0_N_name") return joined(columns);
    if (token == "column_0_name") return columns.empty() ? std::string() : columns[0];
    if (token == "column_0_label")
      return std::string(table) + "_" + (columns.empty() ? std::string() : columns[0]);
    if (token == "column_0_N_label") return std::string(table) + "_" + joined(columns);
    throw ArgumentError("naming convention: no such token: " + text::repr(token));
  }
};

std::string fill(std::string_view pattern, const Names& names) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find("%(");
    out += pattern.substr(0, open);
    if (open == pattern.npos) break;
    const std::size_t close = pattern.find(")s", open);
    if (close == pattern.npos) throw ArgumentError("naming convention: \"%(\" without \")s\"");
    out += names.value(pattern.substr(open + 2, close - open - 2));
    pattern.remove_prefix(close + 2);
  }
  return out;
}

}  // namespace

const Column* Table::find(std::string_view column) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> Table::primary_key() const {
  std::vector<std::string> names;
  for (const Column& column : columns) {
    if (column.primary_key) names.push_back(column.name);
  }
  return names;
}

void MetaData::add(Table table) {
  if (find(table.name, table.bind_key))
    throw ArgumentError("table " + text::repr(table.name) + " is defined twice");
  apply_naming(table, naming_convention);
  tables_.push_back(std::move(table));
}

const Table* MetaData::find(std::string_view name) const {
  if (const Table* main = find(name, "")) return main;
  const auto found =
      std::find_if(tables_.begin(), tables_.end(), [&](const Table& t) { return t.name == name; });
  return found == tables_.end() ? nullptr : &*found;
}

const Table* MetaData::find(std::string_view name, std::string_view bind_key) const {
  const auto found = std::find_if(tables_.begin(), tables_.end(),
                                  [&](const Table& t) { return t.name == name && t.bind_key == bind_key; });
  return found == tables_.end() ? nullptr : &*found;
}

std::vector<const Table*> MetaData::sorted_tables() const {
  std::vector<const Table*> left;
  for (const Table& table : tables_) left.push_back(&table);
  std::sort(left.begin(), left.end(), [](const Table* a, const Table* b) { return a->name < b->name; });
  std::vector<const Table*> out;
  const auto is_ready = [&](const Table* table) {
    return std::all_of(table->foreign_keys.begin(), table->foreign_keys.end(), [&](const ForeignKey& key) {
      return std::none_of(left.begin(), left.end(), [&](const Table* other) {
        return other != table && other->name == key.table && other->bind_key == table->bind_key;
      });
    });
  };
  while (!left.empty()) {
    auto next = std::find_if(left.begin(), left.end(), is_ready);
    if (next == left.end()) next = left.begin();  // a circle
    out.push_back(*next);
    left.erase(next);
  }
  return out;
}

void apply_naming(Table& table, const NamingConvention& convention) {
  const std::vector<std::string> key = table.primary_key();
  if (table.primary_key_name.empty()) table.primary_key_name = fill(convention.pk, {table.name, key});
  for (Index& index : table.indexes) {
    if (index.name.empty()) index.name = fill(convention.ix, {table.name, index.columns});
  }
  for (UniqueConstraint& unique : table.unique_constraints) {
    if (unique.name.empty()) unique.name = fill(convention.uq, {table.name, unique.columns});
  }
  for (ForeignKey& foreign : table.foreign_keys) {
    if (foreign.name.empty())
      foreign.name = fill(convention.fk, {table.name, foreign.columns, foreign.table});
  }
  for (CheckConstraint& check : table.check_constraints) {
    static const std::vector<std::string> none;
    if (!convention.ck.empty() && !check.name.empty())
      check.name = fill(convention.ck, {table.name, none, {}, check.name});
  }
}

}  // namespace retort::db
