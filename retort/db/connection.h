// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A connection to one database, and what a statement gives. Used by one fiber (or thread) at a
// time; on a fiber a call parks it and never the worker. Drivers implement it; programs get one
// from an Engine.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/duration.h"
#include "retort/base/function.h"
#include "retort/db/datum.h"

namespace retort::db {

class Dialect;

/// The current row of a result; valid until the sink returns.
class Row {
 public:
  virtual std::size_t size() const = 0;
  virtual std::string_view name(std::size_t column) const = 0;
  virtual Cell cell(std::size_t column) const = 0;

 protected:
  ~Row() = default;
};

/// Takes rows; false ends the result early.
using RowSink = Function<bool(const Row&)>;

struct ExecuteResult {
  /// Of INSERT, UPDATE and DELETE: rows changed; of a SELECT the rows given.
  std::int64_t rows = 0;
  /// SQLite's last rowid; 0 elsewhere (use RETURNING).
  std::int64_t last_insert_id = 0;
};

/// One of several statements that travel together.
struct BatchItem {
  std::string sql;
  Parameters parameters;
  RowSink sink;
  ExecuteResult result = {};
};

class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  virtual const Dialect& dialect() const = 0;
  /// The driver's own connection, beneath what an engine may have put around it.
  virtual Connection& driver() { return *this; }

  /// Runs one statement. Placeholders are the dialect's. `sink` may be empty. Throws
  /// DatabaseError's classes, Cancelled (the statement is cancelled at the server).
  virtual ExecuteResult execute(const std::string& sql, const Parameters& parameters,
                                const RowSink& sink) = 0;

  /// As execute, for results of any size: at most `batch` rows are in memory.
  virtual void stream(const std::string& sql, const Parameters& parameters, const RowSink& sink,
                      std::size_t batch) = 0;

  /// All of them with as few round trips as the database allows (PostgreSQL's pipeline: one).
  /// The first failure is thrown; those behind it have not run.
  virtual void execute_batch(std::vector<BatchItem>& items);

  /// Several statements without values, separated by ";" (DDL, scripts). Outside a transaction
  /// PostgreSQL runs all or none; SQLite, where a PRAGMA or VACUUM must stand outside of one, keeps
  /// what ran before the first failure: begin() first makes it all or none there too.
  virtual void execute_script(const std::string& sql) = 0;

  virtual void begin() = 0;
  virtual void commit() = 0;
  virtual void rollback() = 0;
  virtual bool in_transaction() const = 0;
  /// Statements that are not done by then end with QueryCanceled. kNever (TimePoint::max()) at first.
  virtual void set_deadline(TimePoint deadline) = 0;
  void savepoint(std::string_view name);
  void release_savepoint(std::string_view name);
  void rollback_to_savepoint(std::string_view name);

  /// False once the server or the file is lost: the pool then drops it.
  virtual bool usable() const = 0;
  /// One round trip; false when the server does not answer.
  virtual bool ping() = 0;
  virtual void close() = 0;
};

}  // namespace retort::db
