// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A value between C++ and a driver: Datum on its way to the database, Cell as it comes back.
// Types (types.h) turn C++ values into them and back; drivers know these alone.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort::db {

/// What is bound to a placeholder. What is text has one spelling for both databases, and each
/// driver makes of it what its database stores (as SQLAlchemy's types do).
struct Datum {
  enum class Kind : unsigned char {
    null,
    boolean,      ///< integer: 0 or 1
    integer,      ///< integer
    real,         ///< real
    decimal,      ///< text: "-12.340"
    text,         ///< text: UTF-8
    bytes,        ///< text: any bytes
    date,         ///< text: "2024-05-06"
    time,         ///< text: "07:08:09.000010"
    datetime,     ///< text: "2024-05-06 07:08:09.000010"
    datetime_tz,  ///< text: "2024-05-06 07:08:09.000010+00:00", in UTC
    interval,     ///< integer: microseconds
    uuid,         ///< text: 36 characters
    json,         ///< text: the document
    enumeration,  ///< text: the name
    array,        ///< text: PostgreSQL's literal, "{1,2,NULL}"
  };

  Kind kind = Kind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;

  static Datum null() { return {}; }
  static Datum of_integer(std::int64_t value) { return {Kind::integer, value, 0, {}}; }
  static Datum of_real(double value) { return {Kind::real, 0, value, {}}; }
  static Datum of_text(std::string value, Kind kind = Kind::text) { return {kind, 0, 0, std::move(value)}; }

  bool is_null() const { return kind == Kind::null; }
  friend bool operator==(const Datum&, const Datum&) = default;
};

using Parameters = std::vector<Datum>;

/// A column of the current row. Text and bytes are lent until the next row. SQLite gives what
/// is stored; PostgreSQL integers, booleans (0, 1), floats and bytes as such, the rest as text.
struct Cell {
  enum class Kind : unsigned char { null, integer, real, text, bytes };

  Kind kind = Kind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text;

  bool is_null() const { return kind == Kind::null; }
};

}  // namespace retort::db
