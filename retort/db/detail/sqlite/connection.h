// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// SqliteConnection: the SQLite driver. Statements run on the calling fiber: SQLite's progress
// handler lets other fibers run every so often, its busy handler sleeps the fiber, so neither a
// long statement nor a lock holds the worker.

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "retort/base/duration.h"
#include "retort/db/connection.h"
#include "retort/db/detail/sqlite/statement_cache.h"
#include "retort/db/dialect.h"
#include "retort/fiber/scheduler.h"
#include "retort/fiber/sync.h"

namespace retort::db::detail {

struct SqliteSettings {
  std::string file;  ///< as sqlite3_open_v2 takes it
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  std::size_t statements = 128;
  milliseconds busy_timeout = milliseconds(5'000);    ///< for other processes' writes
  milliseconds queue_timeout = milliseconds(30'000);  ///< for this process's
  milliseconds statement_timeout = milliseconds(0);   ///< zero: none
};

class SqliteConnection final : public Connection {
 public:
  explicit SqliteConnection(const SqliteSettings& settings);
  ~SqliteConnection() override { close(); }

  const Dialect& dialect() const override { return sqlite_dialect(); }
  ExecuteResult execute(const std::string& sql, const Parameters& parameters, const RowSink& sink) override;
  void stream(const std::string& sql, const Parameters& parameters, const RowSink& sink,
              std::size_t batch) override;
  void execute_script(const std::string& sql) override;
  void begin() override;
  void commit() override;
  void rollback() override;
  bool in_transaction() const override;
  void set_deadline(TimePoint deadline) override { deadline_ = deadline; }
  bool usable() const override { return db_ != nullptr && !lost_; }
  /// False too when the file has been deleted, or another one put in its place.
  bool ping() override;
  void close() override;

 private:
  /// Why a handler made SQLite stop.
  enum class Stop : unsigned char { none, deadline, thrown };
  struct Running;
  class Use;

  static int on_progress(void* self);
  static int on_busy(void* self, int attempt);
  /// Whether SQLite has a transaction open.
  bool is_open() const { return sqlite3_get_autocommit(db_) == 0; }
  bool is_late(TimePoint now) const { return now >= until_; }
  void open(const SqliteSettings& settings);
  void set_up();
  void change_mode();
  std::string journal_mode();
  void start(const std::string& sql);
  sqlite3_stmt* prepare(std::string_view sql, unsigned flags, std::string_view& rest);
  sqlite3_stmt* prepare_one(const std::string& sql);
  int step(sqlite3_stmt* statement, const std::string& sql);
  void run_simple(const std::string& sql);
  void lock_writer(const std::string& sql);
  void unlock_writer();
  [[noreturn]] void fail(int code, const std::string& sql);

  sqlite3* db_ = nullptr;
  SqliteStatementCache cache_;
  std::shared_ptr<fiber::Mutex> writer_;  // null: in memory
  milliseconds busy_timeout_;
  milliseconds queue_timeout_;
  milliseconds statement_timeout_;
  TimePoint deadline_ = fiber::kNever;
  TimePoint until_ = fiber::kNever;  // the running statement's deadline
  TimePoint busy_since_ = {};
  int running_ = 0;  // statements: a sink may run further ones
  Stop stop_ = Stop::none;
  std::exception_ptr thrown_;  // in a handler: fail() throws it again when SQLite has let go
  bool holds_writer_ = false;
  bool aborted_ = false;  // the transaction was rolled back by an error: nothing runs until rollback()
  bool lost_ = false;
};

}  // namespace retort::db::detail
