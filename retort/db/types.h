// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Type<T>: how values of a C++ type are kept in a column, as SQLAlchemy's types keep them, so
// that either side reads the other's rows. There are bool, integers, float and double, Decimal,
// std::string, Bytes, Date, Time, DateTime, TimeDelta, Uuid, Value (as JSON), enums by name,
// std::optional for NULL, and std::vector for PostgreSQL's arrays; aggregates as JSON are
// Json<T> in "retort/db/json.h". A type of one's own is a specialisation:
//
//   template <> struct retort::db::Type<Money> {
//     static ColumnType column_type() { return Type<std::int64_t>::column_type(); }
//     static Datum to_datum(const Money& m) { return Datum::of_integer(m.cents); }
//     static Money from_cell(const Cell& cell) { return {Type<std::int64_t>::from_cell(cell)}; }
//   };
//
// from_cell takes what either database gives and throws DataError, which names the value and
// the type, for all else. Pure functions.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/bytes.h"
#include "retort/base/civil_time.h"
#include "retort/base/decimal.h"
#include "retort/base/integer_range.h"
#include "retort/base/reflect.h"
#include "retort/base/time_delta.h"
#include "retort/base/uuid.h"
#include "retort/db/column_type.h"
#include "retort/db/datum.h"
#include "retort/db/error.h"

namespace retort {
class Value;
}

namespace retort::db {

/// How a C++ type is kept in a column. The primary template is of what has no column type.
template <class T>
struct Type {
  using not_a_column = T;
  static ColumnType column_type() {
    static_assert(
        sizeof(T) == 0,
        "retort::db: this type has no column type: it is neither a bool, a number, Decimal, std::string, "
        "Bytes, Date, Time, DateTime, TimeDelta, Uuid, Value, an enum, nor a std::optional or "
        "std::vector of these. Keep an aggregate as JSON with db::Json<T>, or specialise db::Type<T>.");
    return {};
  }
  static Datum to_datum(const T&) {
    column_type();
    return {};
  }
  static T from_cell(const Cell&) {
    column_type();
    return T();
  }
};

/// `value` for a column of that type: a DateTime becomes naive or aware by it.
template <class T>
Datum to_datum(const T& value, const ColumnType& column) {
  if constexpr (requires { Type<T>::to_datum(value, column); }) {
    return Type<T>::to_datum(value, column);
  } else {
    return Type<T>::to_datum(value);
  }
}
template <class T>
Datum to_datum(const T& value) {
  return Type<T>::to_datum(value);
}

/// What a cell of such a column holds: a Decimal gets the column's scale, a DateTime its zone.
template <class T>
T from_cell(const Cell& cell, const ColumnType& column) {
  if constexpr (requires { Type<T>::from_cell(cell, column); }) {
    return Type<T>::from_cell(cell, column);
  } else {
    return Type<T>::from_cell(cell);
  }
}
template <class T>
T from_cell(const Cell& cell) {
  return Type<T>::from_cell(cell);
}

/// Whether T has a place for NULL, so that its column may.
template <class T>
inline constexpr bool kNullable = false;
template <class T>
inline constexpr bool kNullable<std::optional<T>> = true;

/// The error with the place where it happened, for whoever reads rows: "users.age: ...".
DataError in_column(const DataError& error, std::string_view table, std::string_view column);

namespace detail {

ColumnType column_of(ColumnType::Kind kind);

/// A DataError: "'abc' is no INTEGER", "NULL in a column that ...".
[[noreturn]] void refuse(const Cell& cell, std::string_view wanted);
[[noreturn]] void refuse_integer(std::int64_t number, std::int64_t least, std::uint64_t greatest);
[[noreturn]] void refuse_unsigned(std::uint64_t number);
[[noreturn]] void refuse_label(std::string_view text, const std::string_view* names, std::size_t count);
[[noreturn]] void refuse_enumerator(std::int64_t number, std::string_view type);

bool bool_of(const Cell& cell);
std::int64_t integer_of(const Cell& cell);
double real_of(const Cell& cell);
/// The number, where a float is not too small for it.
double float_of(double number);
std::string text_of(const Cell& cell);
/// "Color" of "paint::Color" in lower case: what SQLAlchemy names the type of an enum.
std::string enum_type_name(std::string_view type);
ColumnType enum_column(std::string_view type, const std::string_view* names, std::size_t count);

template <class T>
concept Integer =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

}  // namespace detail

template <>
struct Type<bool> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::boolean); }
  static Datum to_datum(bool value) { return {Datum::Kind::boolean, value ? 1 : 0, 0, {}}; }
  static bool from_cell(const Cell& cell) {
    if (cell.kind == Cell::Kind::integer) return cell.integer != 0;
    return detail::bool_of(cell);
  }
};

/// SMALLINT, INTEGER, BIGINT: the smallest that holds every value of T; std::uint64_t is a BIGINT,
/// and numbers beyond that are refused.
template <detail::Integer T>
struct Type<T> {
  static ColumnType column_type() {
    constexpr std::size_t kBytes = sizeof(T) + (std::is_unsigned_v<T> ? 1 : 0);
    return detail::column_of(kBytes <= 2   ? ColumnType::Kind::small_integer
                             : kBytes <= 4 ? ColumnType::Kind::integer
                                           : ColumnType::Kind::big_integer);
  }
  static Datum to_datum(T value) {
    if constexpr (std::is_unsigned_v<T> && sizeof(T) == 8) {
      if (value > static_cast<T>(INT64_MAX)) detail::refuse_unsigned(value);
    }
    return Datum::of_integer(static_cast<std::int64_t>(value));
  }
  static T from_cell(const Cell& cell) {
    const std::int64_t number = cell.kind == Cell::Kind::integer ? cell.integer : detail::integer_of(cell);
    if (number < kLeast<T> || (number > 0 && static_cast<std::uint64_t>(number) > kGreatest<T>))
      detail::refuse_integer(number, kLeast<T>, kGreatest<T>);
    return static_cast<T>(number);
  }
};

template <std::floating_point T>
struct Type<T> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::real); }
  static Datum to_datum(T value) { return Datum::of_real(static_cast<double>(value)); }
  static T from_cell(const Cell& cell) {
    const double number = cell.kind == Cell::Kind::real ? cell.real : detail::real_of(cell);
    if constexpr (sizeof(T) < sizeof(double)) return static_cast<T>(detail::float_of(number));
    return static_cast<T>(number);
  }
};

/// NUMERIC. SQLite keeps it as a REAL: it comes back rounded to the column's scale, or to ten
/// places where it has none, as SQLAlchemy reads it.
template <>
struct Type<Decimal> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::numeric); }
  static Datum to_datum(const Decimal& value);
  static Decimal from_cell(const Cell& cell) { return from_cell(cell, 10); }
  static Decimal from_cell(const Cell& cell, const ColumnType& column) {
    return from_cell(cell, column.scale >= 0 ? column.scale : 10);
  }
  static Decimal from_cell(const Cell& cell, int places);
};

/// VARCHAR; with the option length VARCHAR(n), or TEXT.
template <>
struct Type<std::string> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::string); }
  static Datum to_datum(std::string value) { return Datum::of_text(std::move(value)); }
  static std::string from_cell(const Cell& cell) {
    if (cell.kind == Cell::Kind::text) return std::string(cell.text);
    return detail::text_of(cell);
  }
};
/// To be compared with, not to be kept: no cell lasts so long.
template <>
struct Type<std::string_view> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::string); }
  static Datum to_datum(std::string_view value) { return Datum::of_text(std::string(value)); }
};

template <>
struct Type<Bytes> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::large_binary); }
  static Datum to_datum(const Bytes& value) { return Datum::of_text(value.string(), Datum::Kind::bytes); }
  static Bytes from_cell(const Cell& cell);
};

template <>
struct Type<Date> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::date); }
  static Datum to_datum(const Date& value);
  static Date from_cell(const Cell& cell);
};

template <>
struct Type<Time> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::time); }
  static Datum to_datum(const Time& value);
  static Time from_cell(const Cell& cell);
};

/// DATETIME, TIMESTAMP WITHOUT TIME ZONE: naive. In a column with_timezone a time is an instant:
/// a naive one counts as UTC, and what is read has the offset 0. A time with an offset goes into a
/// naive column as UTC.
template <>
struct Type<DateTime> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::datetime); }
  /// Without a column, by the value: aware where it has an offset.
  static Datum to_datum(const DateTime& value) { return to_datum(value, value.offset_seconds.has_value()); }
  static Datum to_datum(const DateTime& value, const ColumnType& column) {
    return to_datum(value, column.with_timezone);
  }
  static Datum to_datum(const DateTime& value, bool with_timezone);
  /// Without a column, by the text: in UTC where it has an offset, else naive.
  static DateTime from_cell(const Cell& cell);
  static DateTime from_cell(const Cell& cell, const ColumnType& column);
};

/// INTERVAL; SQLite keeps it as the datetime so long after 1970.
template <>
struct Type<TimeDelta> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::interval); }
  static Datum to_datum(const TimeDelta& value) { return {Datum::Kind::interval, value.microseconds, 0, {}}; }
  static TimeDelta from_cell(const Cell& cell);
};

/// UUID, CHAR(32) on SQLite.
template <>
struct Type<Uuid> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::uuid); }
  static Datum to_datum(const Uuid& value) { return Datum::of_text(value.str(), Datum::Kind::uuid); }
  static Uuid from_cell(const Cell& cell);
};

/// JSON. None is JSON's null, as SQLAlchemy has it; undefined is SQL's NULL. Both are read as none.
template <>
struct Type<Value> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::json); }
  static Datum to_datum(const Value& value);
  static Value from_cell(const Cell& cell);
};

/// An enum by the names of its enumerators, which must lie between 0 and 63: ENUM on PostgreSQL,
/// VARCHAR on SQLite.
template <class E>
requires std::is_enum_v<E>
struct Type<E> {
  static ColumnType column_type() {
    return detail::enum_column(reflect::type_name<E>, reflect::enum_names<E>(), reflect::enum_count<E>);
  }
  static Datum to_datum(E value) {
    const std::string_view name = reflect::enum_name(value);
    if (name.empty()) detail::refuse_enumerator(static_cast<std::int64_t>(value), reflect::type_name<E>);
    return Datum::of_text(std::string(name), Datum::Kind::enumeration);
  }
  static E from_cell(const Cell& cell) {
    if (cell.kind != Cell::Kind::text) detail::refuse(cell, "the name of an enumerator");
    E out{};
    if (!reflect::enum_from_name(cell.text, out))
      detail::refuse_label(cell.text, reflect::enum_names<E>(), reflect::enum_count<E>);
    return out;
  }
};

template <class T>
struct Type<std::optional<T>> {
  static ColumnType column_type() { return Type<T>::column_type(); }
  static Datum to_datum(const std::optional<T>& value) {
    return value ? Type<T>::to_datum(*value) : Datum::null();
  }
  static Datum to_datum(const std::optional<T>& value, const ColumnType& column) {
    return value ? db::to_datum(*value, column) : Datum::null();
  }
  static std::optional<T> from_cell(const Cell& cell) {
    if (cell.is_null()) return std::nullopt;
    return Type<T>::from_cell(cell);
  }
  static std::optional<T> from_cell(const Cell& cell, const ColumnType& column) {
    if (cell.is_null()) return std::nullopt;
    return db::from_cell<T>(cell, column);
  }
};

namespace detail {

/// Takes the elements of an array's literal one by one: NULL, text (bytes where the elements are),
/// of nested arrays their own literal.
struct ElementSink {
  void* list;
  void (*take)(void* list, const Cell& cell, const ColumnType& element);
};
void read_array(const Cell& cell, const ColumnType& element, ElementSink sink);
/// Appends an element to a literal that begins with "{".
void append_element(std::string& literal, const Datum& element);

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;

}  // namespace detail

/// PostgreSQL's arrays; a vector of vectors is one of more dimensions. An element that may be NULL
/// is an optional.
template <class T>
struct Type<std::vector<T>> {
  static ColumnType column_type() {
    ColumnType element = Type<T>::column_type();
    if (detail::kIsVector<T>) return element;  // dimensions are not part of the type
    ColumnType out = detail::column_of(ColumnType::Kind::array);
    out.element.push_back(std::move(element));
    return out;
  }
  static Datum to_datum(const std::vector<T>& value) { return to_datum(value, own_type()); }
  static Datum to_datum(const std::vector<T>& value, const ColumnType& column) {
    const ColumnType& type = element_of(column);
    std::string literal = "{";
    for (const auto& item : value) detail::append_element(literal, db::to_datum<T>(item, type));
    literal += '}';
    return Datum::of_text(std::move(literal), Datum::Kind::array);
  }
  static std::vector<T> from_cell(const Cell& cell) { return from_cell(cell, own_type()); }
  static std::vector<T> from_cell(const Cell& cell, const ColumnType& column) {
    std::vector<T> out;
    const auto take = [](void* list, const Cell& item, const ColumnType& type) {
      static_cast<std::vector<T>*>(list)->push_back(db::from_cell<T>(item, type));
    };
    detail::read_array(cell, element_of(column), {&out, take});
    return out;
  }

 private:
  static const ColumnType& own_type() {
    static const ColumnType type = column_type();
    return type;
  }
  // Each dimension has the type of the whole; the last one's elements that of an element.
  static const ColumnType& element_of(const ColumnType& column) {
    if (detail::kIsVector<T>) return column;
    return (column.element.empty() ? own_type() : column).element.front();
  }
};

}  // namespace retort::db
