// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a database says when it refuses, by DB-API's (and so SQLAlchemy's) names. Catch Error
// for all of them; the class says whether it is the program, the data or the server.

#include <stdexcept>
#include <string>

namespace retort::db {

/// Base of all. what() holds the server's message and the statement.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a driver tells of a failed statement. Values, which may be secrets, are in `detail` alone.
struct Failure {
  std::string message;
  /// What PostgreSQL tells of the rows and values concerned; not in what().
  std::string detail;
  /// PostgreSQL's five letters; of SQLite the extended result code's name ("SQLITE_BUSY").
  std::string code;
  std::string statement;
  std::string table;       ///< where the server names it
  std::string column;      ///< where the server names it
  std::string constraint;  ///< where the server names it
};

/// The server, the driver or the connection refused.
class DatabaseError : public Error {
 public:
  explicit DatabaseError(Failure failure);
  const Failure& failure() const { return failure_; }

 private:
  Failure failure_;
};

/// A constraint: unique, foreign key, not null, check.
class IntegrityError : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};
/// A value that does not fit: too long, out of range, of the wrong type.
class DataError : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};
/// A wrong statement: syntax, a table or column that is not there.
class ProgrammingError : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};
/// The server's state: lost, locked, full, stopped.
class OperationalError : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};
/// The connection is gone, and the open transaction with it: that may be tried again. If the
/// statement was COMMIT, or ran outside a transaction, it may have taken place all the same.
class DisconnectionError : public OperationalError {
 public:
  using OperationalError::OperationalError;
};
/// Two transactions could not both be: run it again (db::retry does).
class SerializationError : public OperationalError {
 public:
  using OperationalError::OperationalError;
};
class DeadlockError : public SerializationError {
 public:
  using SerializationError::SerializationError;
};
/// A statement that was cancelled or ran out of time; it has not taken place.
class QueryCanceled : public OperationalError {
 public:
  using OperationalError::OperationalError;
};

/// The program uses the library wrongly: a URL that makes no sense, a type without a mapping.
class ArgumentError : public Error {
 public:
  using Error::Error;
};
/// A relationship of an object that belongs to no session any more.
class DetachedInstanceError : public Error {
 public:
  using Error::Error;
};
/// What cannot be asked for now: a relationship that may not be loaded (lazy::raise, raiseload), a
/// session that another fiber is using, a savepoint whose transaction has ended.
class InvalidRequestError : public Error {
 public:
  using Error::Error;
};
/// A flush has failed and everything of its transaction was taken back: rollback() says that this
/// is known, and is asked for before anything else.
class PendingRollbackError : public InvalidRequestError {
 public:
  using InvalidRequestError::InvalidRequestError;
};
/// No connection came free in time.
class PoolTimeout : public Error {
 public:
  using Error::Error;
};
/// one() found no row.
class NoResultFound : public Error {
 public:
  using Error::Error;
};
/// one() or one_or_none() found more than one row.
class MultipleResultsFound : public Error {
 public:
  using Error::Error;
};
/// A row to be changed was changed or deleted by somebody else meanwhile.
class StaleDataError : public Error {
 public:
  using Error::Error;
};

}  // namespace retort::db
