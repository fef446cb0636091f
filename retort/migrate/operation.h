// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A step of a migration, by Alembic's names, without any database's spelling. Value type.

#include <optional>
#include <string>
#include <vector>

#include "retort/db/schema.h"

namespace retort::migrate {

struct Operation {
  enum class Kind : unsigned char {
    create_table,        ///< definition
    drop_table,          ///< table
    rename_table,        ///< table, new_name
    add_column,          ///< table, column
    drop_column,         ///< table, name
    alter_column,        ///< table, name, and what changes
    create_index,        ///< table, index
    drop_index,          ///< table, name
    create_unique,       ///< table, unique
    create_foreign_key,  ///< table, foreign_key
    create_check,        ///< table, check
    drop_constraint,     ///< table, name
    create_enum,         ///< type
    drop_enum,           ///< name
    add_enum_value,      ///< name, new_name: the label
    execute,             ///< dialect ("": all), sql
  };

  Kind kind = Kind::execute;
  std::string table = {};
  std::string name = {};
  std::string new_name = {};
  db::Table definition = {};
  db::Column column = {};
  db::Index index = {};
  db::UniqueConstraint unique = {};
  db::ForeignKey foreign_key = {};
  db::CheckConstraint check = {};
  // Of alter_column, what is set changes; new_name too. `using_`: how PostgreSQL makes the new
  // values of the old ones.
  std::optional<db::ColumnType> type = {};
  std::optional<bool> nullable = {};
  std::optional<std::string> server_default = {};  ///< "" drops it
  std::string using_ = {};
  std::string dialect = {};
  std::string sql = {};
  int line = 0;  ///< in its file; 0 when it is of none

  friend bool operator==(const Operation& a, const Operation& b);
};

}  // namespace retort::migrate
