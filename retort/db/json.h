// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Json<T>: an aggregate (or a container) that a column keeps as a JSON document. A model's
// member `db::Json<Address> address;` is used as a pointer is: address->city.

#include <optional>
#include <string_view>
#include <utility>

#include "retort/db/types.h"
#include "retort/value/convert.h"

namespace retort::db {

template <class T>
struct Json {
  T value{};

  // As std::reference_wrapper: templates and JSON see the value itself.
  using type = const T;
  const T& get() const { return value; }
  operator const T&() const { return value; }  // NOLINT: implicit by design

  T& operator*() { return value; }
  const T& operator*() const { return value; }
  T* operator->() { return &value; }
  const T* operator->() const { return &value; }
  friend bool operator==(const Json& a, const Json& b) requires requires { a.value == b.value; }
  { return a.value == b.value; }
};

namespace detail {

Value read_json(const Cell& cell);
Datum json_datum(const Value& value);
[[noreturn]] void refuse_document(std::string_view message);

}  // namespace detail

/// Throws DataError for a document that T does not fit, with the path to what is wrong.
template <class T>
struct Type<Json<T>> {
  static ColumnType column_type() { return detail::column_of(ColumnType::Kind::json); }
  static Datum to_datum(const Json<T>& from) { return detail::json_datum(to_value(from.value)); }
  static Json<T> from_cell(const Cell& cell) {
    Result<T> value = from_value<T>(detail::read_json(cell));
    if (!value) detail::refuse_document(value.error().message);
    return {std::move(*value)};
  }
};

/// JSON's null, which SQLAlchemy writes for None, is none as well as SQL's NULL.
template <class T>
struct Type<std::optional<Json<T>>> {
  static ColumnType column_type() { return Type<Json<T>>::column_type(); }
  static Datum to_datum(const std::optional<Json<T>>& from) {
    return from ? Type<Json<T>>::to_datum(*from) : Datum::null();
  }
  static std::optional<Json<T>> from_cell(const Cell& cell) {
    if (cell.is_null() || (cell.kind == Cell::Kind::text && cell.text == "null")) return std::nullopt;
    return Type<Json<T>>::from_cell(cell);
  }
};

}  // namespace retort::db
