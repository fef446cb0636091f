// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The type of a column, before any dialect spells it: SQLAlchemy's generic types.

#include <cstdint>
#include <string>
#include <vector>

namespace retort::db {

struct ColumnType {
  enum class Kind : unsigned char {
    boolean,
    small_integer,
    integer,
    big_integer,
    real,     ///< Float: double precision
    numeric,  ///< precision and scale, 0 and -1 when open
    string,   ///< VARCHAR(length), VARCHAR when length is 0
    text,
    large_binary,
    date,
    time,
    datetime,  ///< with_timezone
    interval,
    uuid,
    json,
    enumeration,  ///< name and labels
    array,        ///< of `element`, PostgreSQL alone
    other,        ///< `name` is the type as the database spells it (from reflection)
  };

  Kind kind = Kind::text;
  int length = 0;
  int precision = 0;
  int scale = -1;
  bool with_timezone = false;
  std::string name = {};
  std::vector<std::string> labels = {};
  /// Of an array: one.
  std::vector<ColumnType> element = {};

  friend bool operator==(const ColumnType&, const ColumnType&) = default;
};

}  // namespace retort::db
