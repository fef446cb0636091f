// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/sqlite/errors.h"

#include <string_view>
#include <utility>

#include <sqlite3.h>

#include "retort/db/error.h"

namespace retort::db::detail {
namespace {

struct CodeName {
  int code;
  const char* name;
};

#define RETORT_CODE(name) \
  { name, #name }
constexpr CodeName kCodeNames[] = {
    RETORT_CODE(SQLITE_ERROR),
    RETORT_CODE(SQLITE_INTERNAL),
    RETORT_CODE(SQLITE_PERM),
    RETORT_CODE(SQLITE_ABORT),
    RETORT_CODE(SQLITE_ABORT_ROLLBACK),
    RETORT_CODE(SQLITE_BUSY),
    RETORT_CODE(SQLITE_BUSY_RECOVERY),
    RETORT_CODE(SQLITE_BUSY_SNAPSHOT),
    RETORT_CODE(SQLITE_LOCKED),
    RETORT_CODE(SQLITE_NOMEM),
    RETORT_CODE(SQLITE_READONLY),
    RETORT_CODE(SQLITE_READONLY_DBMOVED),
    RETORT_CODE(SQLITE_INTERRUPT),
    RETORT_CODE(SQLITE_IOERR),
    RETORT_CODE(SQLITE_IOERR_READ),
    RETORT_CODE(SQLITE_IOERR_SHORT_READ),
    RETORT_CODE(SQLITE_IOERR_WRITE),
    RETORT_CODE(SQLITE_IOERR_FSYNC),
    RETORT_CODE(SQLITE_CORRUPT),
    RETORT_CODE(SQLITE_CORRUPT_INDEX),
    RETORT_CODE(SQLITE_FULL),
    RETORT_CODE(SQLITE_CANTOPEN),
    RETORT_CODE(SQLITE_PROTOCOL),
    RETORT_CODE(SQLITE_SCHEMA),
    RETORT_CODE(SQLITE_TOOBIG),
    RETORT_CODE(SQLITE_CONSTRAINT),
    RETORT_CODE(SQLITE_CONSTRAINT_CHECK),
    RETORT_CODE(SQLITE_CONSTRAINT_DATATYPE),
    RETORT_CODE(SQLITE_CONSTRAINT_FOREIGNKEY),
    RETORT_CODE(SQLITE_CONSTRAINT_NOTNULL),
    RETORT_CODE(SQLITE_CONSTRAINT_PRIMARYKEY),
    RETORT_CODE(SQLITE_CONSTRAINT_ROWID),
    RETORT_CODE(SQLITE_CONSTRAINT_TRIGGER),
    RETORT_CODE(SQLITE_CONSTRAINT_UNIQUE),
    RETORT_CODE(SQLITE_MISMATCH),
    RETORT_CODE(SQLITE_MISUSE),
    RETORT_CODE(SQLITE_AUTH),
    RETORT_CODE(SQLITE_RANGE),
    RETORT_CODE(SQLITE_NOTADB),
};
#undef RETORT_CODE

constexpr int primary(int code) { return code & 0xff; }

// "users.email": the column without its table. Names may hold anything, so the table's is taken
// from the first and looked for in the others.
void tell_columns(Failure& failure, std::string_view what) {
  const std::size_t dot = what.find('.');
  if (dot == what.npos) return;
  failure.table = std::string(what.substr(0, dot));
  const std::string next = ", " + failure.table + ".";
  failure.column = std::string(what.substr(dot + 1));
  for (std::size_t at = failure.column.find(next); at != std::string::npos;
       at = failure.column.find(next, at + 2))
    failure.column.replace(at, next.size(), ", ");
}

// "UNIQUE constraint failed: users.email, users.name", "UNIQUE constraint failed: index 'ix'",
// "NOT NULL constraint failed: users.name", "CHECK constraint failed: positive".
void tell_constraint(Failure& failure, int code) {
  constexpr std::string_view kFailed = " constraint failed: ";
  const std::size_t at = failure.message.find(kFailed);
  if (at == failure.message.npos) return;
  const std::string what = failure.message.substr(at + kFailed.size());
  constexpr std::string_view kIndex = "index '";
  if (code == SQLITE_CONSTRAINT_CHECK) {
    failure.constraint = what;
  } else if (what.starts_with(kIndex) && what.ends_with('\'')) {
    failure.constraint = what.substr(kIndex.size(), what.size() - kIndex.size() - 1);
  } else {
    tell_columns(failure, what);
  }
}

// SQLITE_ERROR stands for mistakes in a statement, and for these in the data.
bool is_about_data(std::string_view message) {
  return message == "integer overflow" || message == "malformed JSON" || message.starts_with("JSON path");
}

}  // namespace

std::string sqlite_code_name(int extended_code) {
  for (const int code : {extended_code, primary(extended_code)}) {
    for (const CodeName& known : kCodeNames) {
      if (known.code == code) return known.name;
    }
  }
  return "SQLITE_" + std::to_string(extended_code);
}

bool is_sqlite_connection_lost(int extended_code) {
  switch (primary(extended_code)) {
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
      return true;
    default:
      return extended_code == SQLITE_READONLY_DBMOVED;
  }
}

void throw_sqlite_error(int extended_code, std::string message, const std::string& statement) {
  Failure failure;
  failure.message = std::move(message);
  failure.code = sqlite_code_name(extended_code);
  failure.statement = statement;
  switch (primary(extended_code)) {
    case SQLITE_CONSTRAINT:
      if (extended_code == SQLITE_CONSTRAINT_DATATYPE) throw DataError(std::move(failure));
      tell_constraint(failure, extended_code);
      throw IntegrityError(std::move(failure));
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      throw DataError(std::move(failure));
    case SQLITE_ERROR:
      if (is_about_data(failure.message)) throw DataError(std::move(failure));
      throw ProgrammingError(std::move(failure));
    case SQLITE_RANGE:
    case SQLITE_MISUSE:
      throw ProgrammingError(std::move(failure));
    case SQLITE_INTERRUPT:
      throw QueryCanceled(std::move(failure));
    case SQLITE_BUSY:
      if (extended_code == SQLITE_BUSY_SNAPSHOT) throw SerializationError(std::move(failure));
      throw OperationalError(std::move(failure));
    default:
      throw OperationalError(std::move(failure));
  }
}

}  // namespace retort::db::detail
