// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Json<T>: an aggregate (or a container) that a column keeps as a JSON document. A model's
// member `db::Json<Address> address;` is used as a pointer is: address->city.

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

}  // namespace retort::db
