// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/error.h"

#include <string_view>
#include <utility>

namespace retort::db {
namespace {

// Mostly a table or a column that a model has and the schema has not yet. SQLite has no code for it.
bool lacks_schema(const Failure& failure) {
  const std::string_view message = failure.message;
  return failure.code == "42P01" || failure.code == "42703" || message.starts_with("no such table: ") ||
         message.starts_with("no such column: ") || message.find(" has no column named ") != message.npos;
}

std::string describe(const Failure& failure) {
  std::string text = failure.message;
  if (!failure.code.empty()) text += " [" + failure.code + "]";
  if (lacks_schema(failure)) text += "; if a model has it, the database is behind the models: `db upgrade`";
  if (!failure.statement.empty()) text += "\n[SQL: " + failure.statement + "]";
  return text;
}

}  // namespace

DatabaseError::DatabaseError(Failure failure) : Error(describe(failure)), failure_(std::move(failure)) {}

}  // namespace retort::db
