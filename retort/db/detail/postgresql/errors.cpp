// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/postgresql/errors.h"

#include <utility>

namespace retort::db::detail {
namespace {

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text ? text : "";
}

using Thrower = void (*)(Failure&&);

template <class E>
void throw_as(Failure&& failure) {
  throw E(std::move(failure));
}

struct ErrorClass {
  std::string_view prefix;
  Thrower thrower;
};

// The first prefix that fits counts. The classes are psycopg's, where error.h has them.
constexpr ErrorClass kClasses[] = {
    {"40001", throw_as<SerializationError>},
    {"40P01", throw_as<DeadlockError>},
    {"57014", throw_as<QueryCanceled>},
    {"57P01", throw_as<DisconnectionError>},
    {"57P02", throw_as<DisconnectionError>},
    {"57P03", throw_as<DisconnectionError>},
    {"57P05", throw_as<DisconnectionError>},
    {"25P03", throw_as<DisconnectionError>},
    {"08", throw_as<DisconnectionError>},
    {"23", throw_as<IntegrityError>},
    {"22", throw_as<DataError>},
    {"0A", throw_as<ProgrammingError>},
    {"21", throw_as<ProgrammingError>},
    {"26", throw_as<ProgrammingError>},
    {"3D", throw_as<ProgrammingError>},
    {"3F", throw_as<ProgrammingError>},
    {"42", throw_as<ProgrammingError>},
    {"44", throw_as<ProgrammingError>},
    {"28", throw_as<OperationalError>},
    {"40", throw_as<OperationalError>},
    {"53", throw_as<OperationalError>},
    {"54", throw_as<OperationalError>},
    {"55", throw_as<OperationalError>},
    {"57", throw_as<OperationalError>},
    {"58", throw_as<OperationalError>},
};

// What does not fit is quoted: behind a colon ('invalid input syntax for type integer: "x"') or
// behind the word ('value "9999999999" is out of range').
void hide_value(Failure& failure) {
  const std::size_t behind = failure.message.find(": \"");
  const std::size_t word = failure.message.find("value \"");
  if (behind == std::string::npos && word == std::string::npos) return;
  failure.detail = failure.message + (failure.detail.empty() ? "" : "\n" + failure.detail);
  if (behind != std::string::npos) {
    failure.message.erase(behind);
  } else {
    const std::size_t end = failure.message.rfind('"');
    failure.message.erase(word + 5, end + 1 - (word + 5));
  }
}

}  // namespace

std::string trimmed(const char* message) {
  std::string out = message ? message : "";
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  return out;
}

Failure failure_of(const PGresult* result, const std::string& statement) {
  Failure failure;
  failure.code = field(result, PG_DIAG_SQLSTATE);
  failure.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  if (failure.message.empty()) failure.message = trimmed(PQresultErrorMessage(result));
  failure.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
  if (failure.code.starts_with("22")) hide_value(failure);
  const std::string hint = field(result, PG_DIAG_MESSAGE_HINT);
  if (!hint.empty()) failure.message += "\nHINT: " + hint;
  failure.statement = statement;
  failure.table = field(result, PG_DIAG_TABLE_NAME);
  failure.column = field(result, PG_DIAG_COLUMN_NAME);
  failure.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
  return failure;
}

void throw_failure(Failure failure) {
  if (failure.code.empty()) throw DisconnectionError(std::move(failure));
  for (const ErrorClass& one : kClasses) {
    if (failure.code.starts_with(one.prefix)) one.thrower(std::move(failure));
  }
  throw DatabaseError(std::move(failure));
}

bool is_disconnection(std::string_view sqlstate) {
  return sqlstate.starts_with("08") || sqlstate == "57P01" || sqlstate == "57P02" || sqlstate == "57P03" ||
         sqlstate == "57P05" || sqlstate == "25P03";
}

}  // namespace retort::db::detail
