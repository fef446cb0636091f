// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Where a migration's statements go: to the database, to a listing (--sql), or to both.

#include <string>

#include "retort/base/function.h"
#include "retort/db/connection.h"
#include "retort/db/dialect.h"
#include "retort/migrate/operation.h"

namespace retort::migrate::detail {

class Executor {
 public:
  /// `connection` is null when there is only a listing; `print` is empty when there is none.
  Executor(const db::Dialect& dialect, db::Connection* connection, Function<void(const std::string&)> print)
      : dialect_(dialect), connection_(connection), print_(std::move(print)) {}

  const db::Dialect& dialect() const { return dialect_; }
  bool is_sqlite() const { return dialect_.name() == "sqlite"; }
  /// Null when nothing can be asked.
  db::Connection* connection() const { return connection_; }
  void run(const std::string& sql);
  void print(const std::string& sql) {
    if (print_) print_(sql);
  }

 private:
  const db::Dialect& dialect_;
  db::Connection* connection_;
  Function<void(const std::string&)> print_;
};

/// Runs one operation.
void run_operation(Executor& executor, const Operation& operation);

/// SQLite's way to change what ALTER TABLE cannot: makes the table anew, with its rows, indexes
/// and triggers. Foreign keys are not enforced meanwhile.
void rebuild_table(Executor& executor, const Operation& operation);

}  // namespace retort::migrate::detail
