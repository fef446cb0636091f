// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// How one database spells what is common: identifiers, placeholders, types, and what it can do.
// Stateless; sqlite_dialect() and postgresql_dialect() are the two.

#include <cstddef>
#include <string>
#include <string_view>

#include "retort/db/column_type.h"
#include "retort/db/datum.h"

namespace retort::db {

class Dialect {
 public:
  virtual ~Dialect() = default;

  /// "sqlite", "postgresql", as in URLs.
  virtual std::string_view name() const = 0;

  /// "?1", "$1": `number` counts from 1.
  virtual void append_placeholder(std::string& out, std::size_t number) const = 0;
  /// The type in CREATE TABLE. Throws ArgumentError for what the database has not.
  virtual std::string type_sql(const ColumnType& type) const = 0;
  /// `value` as literal SQL, for DDL defaults and printed statements alone: what a program runs
  /// is bound.
  virtual std::string literal(const Datum& value) const = 0;

  virtual bool has_transactional_ddl() const = 0;
  virtual bool has_ilike() const = 0;  ///< else lower() LIKE lower()
  virtual bool has_for_update() const = 0;
  virtual bool has_enum_types() const = 0;  ///< CREATE TYPE ... AS ENUM
  virtual bool has_alter_column() const = 0;

  /// In double quotes when it is a reserved word, has capitals or anything but [a-z0-9_$], or
  /// begins with a digit or "$"; as it is otherwise (SQLAlchemy's rule). Throws ArgumentError for "" and NUL.
  std::string quote(std::string_view identifier) const;
  void append_quoted(std::string& out, std::string_view identifier) const;

 protected:
  virtual bool is_reserved(std::string_view lower) const = 0;
};

const Dialect& sqlite_dialect();
const Dialect& postgresql_dialect();

/// `text` with \, % and _ escaped for LIKE ... ESCAPE '\'.
std::string escape_like(std::string_view text);

}  // namespace retort::db
