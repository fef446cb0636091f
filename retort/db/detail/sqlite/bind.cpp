// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/sqlite/bind.h"

#include "retort/db/detail/sqlite/errors.h"
#include "retort/db/detail/sqlite/values.h"

namespace retort::db::detail {
namespace {

int bind_one(sqlite3_stmt* statement, int number, const Datum& value, sqlite3_destructor_type life) {
  switch (value.kind) {
    case Datum::Kind::null:
      return sqlite3_bind_null(statement, number);
    case Datum::Kind::boolean:
    case Datum::Kind::integer:
      return sqlite3_bind_int64(statement, number, value.integer);
    case Datum::Kind::real:
      return sqlite3_bind_double(statement, number, value.real);
    case Datum::Kind::bytes:
      return sqlite3_bind_blob64(statement, number, value.text.data(), value.text.size(), life);
    default:
      return sqlite3_bind_text64(statement, number, value.text.data(), value.text.size(), life, SQLITE_UTF8);
  }
}

}  // namespace

void bind_parameters(sqlite3_stmt* statement, const Parameters& parameters, const std::string& sql) {
  const int wanted = sqlite3_bind_parameter_count(statement);
  if (static_cast<std::size_t>(wanted) != parameters.size())
    throw_sqlite_error(SQLITE_RANGE,
                       "the statement has " + std::to_string(wanted) + " placeholders, but " +
                           std::to_string(parameters.size()) + " values were given",
                       sql);
  int number = 0;
  for (const Datum& value : parameters) {
    ++number;
    const int code = is_stored_as_it_is(value)
                         ? bind_one(statement, number, value, SQLITE_STATIC)
                         : bind_one(statement, number, stored_by_sqlite(value), SQLITE_TRANSIENT);
    if (code != SQLITE_OK)
      throw_sqlite_error(code, std::string(sqlite3_errstr(code)) + ": value " + std::to_string(number), sql);
  }
}

}  // namespace retort::db::detail
