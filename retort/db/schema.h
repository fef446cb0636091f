// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Tables as data, by SQLAlchemy's names: columns, keys, indexes, constraints, and the MetaData
// that holds them. Made from models (mapping.h) or read from a live database; what DDL and
// migrations work on. Value types; a MetaData is changed by one thread, then only read.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/db/column_type.h"

namespace retort::db {

struct Column {
  std::string name;
  ColumnType type;
  bool nullable = true;
  bool primary_key = false;
  /// An integer primary key whose values the database makes.
  bool autoincrement = false;
  /// SQL text as it stands behind DEFAULT: "0", "'new'", "CURRENT_TIMESTAMP"; "" for none.
  std::string server_default = {};

  friend bool operator==(const Column&, const Column&) = default;
};

struct ForeignKey {
  std::string name = {};
  std::vector<std::string> columns;
  std::string table;
  std::vector<std::string> referred;
  /// "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT"; "" is NO ACTION.
  std::string on_delete = {};
  std::string on_update = {};

  friend bool operator==(const ForeignKey&, const ForeignKey&) = default;
};

struct UniqueConstraint {
  std::string name = {};
  std::vector<std::string> columns;

  friend bool operator==(const UniqueConstraint&, const UniqueConstraint&) = default;
};

struct CheckConstraint {
  std::string name = {};
  std::string sql;

  friend bool operator==(const CheckConstraint&, const CheckConstraint&) = default;
};

struct Index {
  std::string name;
  std::vector<std::string> columns;
  bool unique = false;
  /// The condition of a partial index, as SQL; "" for none.
  std::string where = {};

  friend bool operator==(const Index&, const Index&) = default;
};

struct Table {
  std::string name;
  std::vector<Column> columns;
  std::string primary_key_name = {};
  std::vector<ForeignKey> foreign_keys = {};
  std::vector<UniqueConstraint> unique_constraints = {};
  std::vector<CheckConstraint> check_constraints = {};
  std::vector<Index> indexes = {};
  /// Which of several databases it is in (SQLALCHEMY_BINDS' key); "" is the main one.
  std::string bind_key = {};

  const Column* find(std::string_view column) const;
  /// Names of the primary key's columns.
  std::vector<std::string> primary_key() const;
};

/// Templates of names for what a model leaves unnamed, as SQLAlchemy's naming_convention:
/// %(table_name)s, %(column_0_name)s, %(column_0_N_name)s (all, joined by "_"),
/// %(referred_table_name)s, %(constraint_name)s. "" leaves it to the database.
struct NamingConvention {
  std::string ix = "ix_%(column_0_label)s";  ///< column_0_label: table_column
  std::string uq = {};
  std::string ck = {};
  std::string fk = {};
  std::string pk = {};
};

class MetaData {
 public:
  /// Throws ArgumentError when the bind has a table of that name.
  void add(Table table);
  /// The main database's where several have one.
  const Table* find(std::string_view name) const;
  const Table* find(std::string_view name, std::string_view bind_key) const;
  const std::vector<Table>& tables() const { return tables_; }
  /// So that each comes behind those that its foreign keys name; tables that refer to each
  /// other in a circle stand by name. Pointers into tables().
  std::vector<const Table*> sorted_tables() const;

  NamingConvention naming_convention;

 private:
  std::vector<Table> tables_;
};

/// Gives names to what has none.
void apply_naming(Table& table, const NamingConvention& convention);

}  // namespace retort::db
