// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/sqlite/connection.h"

#include <algorithm>
#include <climits>
#include <utility>

#include "retort/db/detail/sqlite/bind.h"
#include "retort/db/detail/sqlite/errors.h"
#include "retort/db/detail/sqlite/row.h"
#include "retort/db/detail/sqlite/writer_queue.h"
#include "retort/db/error.h"
#include "retort/fiber/parker.h"
#include "retort/fiber/task.h"

namespace retort::db::detail {
namespace {

constexpr int kStepsBetweenLooks = 1'000;  // of SQLite's machine, some ten microseconds
constexpr milliseconds kLongestBusySleep(20);
constexpr int kLongestPattern = 1'000;
constexpr int kDeepestTriggers = 100;
constexpr char kBlanks[] = " \t\r\n\f;";

}  // namespace

// A statement's time. Whoever wrote outside of a transaction, or ended one, leaves the writers'
// queue when the last running statement is over.
struct SqliteConnection::Running {
  Running(SqliteConnection& c, const std::string& sql) : connection(c) {
    c.start(sql);
    ++c.running_;
  }
  ~Running() {
    if (--connection.running_ == 0 && connection.holds_writer_ && !connection.is_open())
      connection.unlock_writer();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  SqliteConnection& connection;
};

// A prepared statement, given back at its end.
class SqliteConnection::Use {
 public:
  Use(SqliteConnection& connection, const std::string& sql) : statement_(connection.cache_.find(sql)) {
    if (statement_) return;
    statement_ = connection.prepare_one(sql);
    own_ = !connection.cache_.add(sql, statement_);
  }
  ~Use() {
    if (own_) {
      sqlite3_finalize(statement_);
    } else {
      sqlite3_reset(statement_);
      sqlite3_clear_bindings(statement_);
    }
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  sqlite3_stmt* get() const { return statement_; }

 private:
  sqlite3_stmt* statement_;
  bool own_ = false;
};

SqliteConnection::SqliteConnection(const SqliteSettings& settings)
    : cache_(settings.statements),
      busy_timeout_(settings.busy_timeout),
      queue_timeout_(std::max(settings.queue_timeout, settings.busy_timeout)),
      statement_timeout_(settings.statement_timeout) {
  open(settings);
  try {
    set_up();
  } catch (...) {
    close();
    throw;
  }
}

void SqliteConnection::open(const SqliteSettings& settings) {
  // One fiber at a time uses the connection: SQLite need not lock it, and may be left in the
  // middle of a statement.
  const int code =
      sqlite3_open_v2(settings.file.c_str(), &db_, settings.flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code == SQLITE_OK) return;
  const std::string why = db_ ? sqlite3_errmsg(db_) : "out of memory";
  const int extended = db_ ? sqlite3_extended_errcode(db_) : code;
  sqlite3_close_v2(db_);
  db_ = nullptr;
  throw_sqlite_error(extended, "cannot open the database file " + settings.file + ": " + why, {});
}

void SqliteConnection::set_up() {
  sqlite3_extended_result_codes(db_, 1);
  // Each wildcard may recurse, which takes 100 bytes and more of a fiber's stack of 256 kB. What
  // else recurses SQLite itself keeps shallow: its parser's stack, depths of expressions and JSON.
  sqlite3_limit(db_, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, kLongestPattern);
  sqlite3_limit(db_, SQLITE_LIMIT_TRIGGER_DEPTH, kDeepestTriggers);
  sqlite3_progress_handler(db_, kStepsBetweenLooks, &on_progress, this);
  sqlite3_busy_handler(db_, &on_busy, this);
  run_simple("PRAGMA foreign_keys = ON");
  const char* const file = sqlite3_db_filename(db_, "main");
  if (file && *file != '\0') writer_ = writer_queue(file);
  if (writer_ && sqlite3_db_readonly(db_, "main") == 0) change_mode();
}

std::string SqliteConnection::journal_mode() {
  static const std::string sql = "PRAGMA journal_mode";  // no writing, though SQLite counts it as such
  const Running running(*this, sql);
  const Use use(*this, sql);
  step(use.get(), sql);
  return reinterpret_cast<const char*>(sqlite3_column_text(use.get(), 0));
}

// The switch to WAL needs the file for itself, and SQLite does not ask the busy handler then.
void SqliteConnection::change_mode() {
  static const std::string sql = "PRAGMA journal_mode = WAL";
  if (journal_mode() != "wal") {
    const Running running(*this, sql);
    const Use use(*this, sql);
    lock_writer(sql);
    for (int attempt = 0;; ++attempt) {
      const int code = sqlite3_step(use.get());
      sqlite3_reset(use.get());
      if (code == SQLITE_ROW || code == SQLITE_DONE) break;
      if ((code & 0xff) != SQLITE_BUSY || on_busy(this, attempt) == 0) fail(code, sql);
    }
  }
  if (journal_mode() == "wal") run_simple("PRAGMA synchronous = NORMAL");
}

void SqliteConnection::close() {
  if (running_ > 0) {  // by a row's sink: it is closed when the statement is over
    lost_ = true;
    return;
  }
  cache_.clear();
  sqlite3_close_v2(db_);  // an open transaction is rolled back
  db_ = nullptr;
  aborted_ = false;
  if (holds_writer_) unlock_writer();
}

bool SqliteConnection::ping() {
  if (!usable()) return false;
  int moved = 0;
  const int code = writer_ ? sqlite3_file_control(db_, "main", SQLITE_FCNTL_HAS_MOVED, &moved) : SQLITE_OK;
  return code != SQLITE_OK || moved == 0;
}

int SqliteConnection::on_progress(void* self) {
  auto& connection = *static_cast<SqliteConnection*>(self);
  if (connection.until_ != fiber::kNever && connection.is_late(Clock::now())) {
    connection.stop_ = Stop::deadline;
    return 1;
  }
  try {
    if (fiber::Scheduler::current()) fiber::yield();
  } catch (...) {  // no exception passes through SQLite
    connection.thrown_ = std::current_exception();
    connection.stop_ = Stop::thrown;
    return 1;
  }
  return 0;
}

int SqliteConnection::on_busy(void* self, int attempt) {
  auto& connection = *static_cast<SqliteConnection*>(self);
  const TimePoint now = Clock::now();
  if (attempt == 0) connection.busy_since_ = now;
  if (connection.is_late(now)) {
    connection.stop_ = Stop::deadline;
    return 0;
  }
  const TimePoint end = std::min(connection.busy_since_ + connection.busy_timeout_, connection.until_);
  if (now >= end) return 0;
  try {
    fiber::sleep_until(std::min(end, now + std::min(milliseconds(1 + attempt), kLongestBusySleep)));
  } catch (...) {
    connection.thrown_ = std::current_exception();
    connection.stop_ = Stop::thrown;
    return 0;
  }
  return 1;
}

void SqliteConnection::fail(int code, const std::string& sql) {
  const int known = sqlite3_extended_errcode(db_);
  const int extended = (known & 0xff) == (code & 0xff) ? known : code;
  if (is_sqlite_connection_lost(extended)) lost_ = true;
  if (stop_ == Stop::thrown) std::rethrow_exception(std::exchange(thrown_, nullptr));
  if (stop_ == Stop::deadline) throw_sqlite_error(SQLITE_INTERRUPT, "the statement ran out of time", sql);
  throw_sqlite_error(extended, sqlite3_errmsg(db_), sql);
}

void SqliteConnection::start(const std::string& sql) {
  fiber::check_cancelled();
  if (!db_) throw_sqlite_error(SQLITE_MISUSE, "the connection is closed", sql);
  if (aborted_)
    throw_sqlite_error(SQLITE_ABORT_ROLLBACK,
                       "an earlier error has rolled the transaction back: call rollback() first", sql);
  stop_ = Stop::none;
  until_ = deadline_;
  if (statement_timeout_.count() > 0) until_ = std::min(until_, Clock::now() + statement_timeout_);
  if (until_ != fiber::kNever && is_late(Clock::now()))
    throw_sqlite_error(SQLITE_INTERRUPT, "the deadline has passed", sql);
}

sqlite3_stmt* SqliteConnection::prepare(std::string_view sql, unsigned flags, std::string_view& rest) {
  sqlite3_stmt* statement = nullptr;
  const char* tail = sql.data();
  if (sql.size() > INT_MAX) throw_sqlite_error(SQLITE_TOOBIG, "the statement is too long", {});
  const int code =
      sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), flags, &statement, &tail);
  if (code != SQLITE_OK) fail(code, std::string(sql));
  rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
  return statement;
}

sqlite3_stmt* SqliteConnection::prepare_one(const std::string& sql) {
  std::string_view rest;
  sqlite3_stmt* const statement = prepare(sql, SQLITE_PREPARE_PERSISTENT, rest);
  if (!statement) throw_sqlite_error(SQLITE_ERROR, "an empty statement", sql);
  if (rest.find_first_not_of(kBlanks) == rest.npos) return statement;
  sqlite3_stmt* next = nullptr;  // none when a comment is all that follows
  const int code = sqlite3_prepare_v2(db_, rest.data(), static_cast<int>(rest.size()), &next, nullptr);
  sqlite3_finalize(next);
  if (code == SQLITE_OK && !next && rest.find('\0') == rest.npos) return statement;
  sqlite3_finalize(statement);
  throw_sqlite_error(SQLITE_ERROR, "more than one statement: use execute_script()", sql);
}

// SQLITE_ROW or SQLITE_DONE. An error that rolled the transaction back ends it for the program
// too: what would follow must not run by itself.
int SqliteConnection::step(sqlite3_stmt* statement, const std::string& sql) {
  const bool was_open = is_open();
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW || code == SQLITE_DONE) return code;
  aborted_ = was_open && !is_open();
  fail(code, sql);
}

ExecuteResult SqliteConnection::execute(const std::string& sql, const Parameters& parameters,
                                        const RowSink& sink) {
  const Running running(*this, sql);
  const Use use(*this, sql);
  sqlite3_stmt* const statement = use.get();
  bind_parameters(statement, parameters, sql);
  const bool writes = sqlite3_stmt_readonly(statement) == 0;
  if (writes) lock_writer(sql);
  const sqlite3_int64 before = writes ? sqlite3_total_changes64(db_) : 0;
  ExecuteResult result;
  const SqliteRow row(statement);
  bool wanted = static_cast<bool>(sink);
  while (step(statement, sql) == SQLITE_ROW) {
    ++result.rows;
    if (!wanted) continue;
    wanted = sink(row);
    if (!wanted && !writes) break;  // what writes is done to its end
  }
  if (writes) {
    result.rows = sqlite3_total_changes64(db_) > before ? sqlite3_changes64(db_) : 0;
    result.last_insert_id = sqlite3_last_insert_rowid(db_);
  }
  return result;
}

void SqliteConnection::stream(const std::string& sql, const Parameters& parameters, const RowSink& sink,
                              std::size_t) {
  execute(sql, parameters, sink);  // a row at a time anyway
}

void SqliteConnection::execute_script(const std::string& sql) {
  const Running running(*this, sql);
  std::string_view rest = sql;
  while (!rest.empty()) {
    const std::string_view from = rest;
    struct Finalize {
      sqlite3_stmt* statement;
      ~Finalize() { sqlite3_finalize(statement); }
    } const one{prepare(from, 0, rest)};
    if (!one.statement) {
      if (rest.size() == from.size()) break;
      continue;  // blanks, a comment
    }
    const std::string text(from.substr(0, from.size() - rest.size()));
    if (sqlite3_stmt_readonly(one.statement) == 0) lock_writer(text);
    while (step(one.statement, text) == SQLITE_ROW) {
    }
  }
}

void SqliteConnection::run_simple(const std::string& sql) {
  const Running running(*this, sql);
  const Use use(*this, sql);
  if (sqlite3_stmt_readonly(use.get()) == 0) lock_writer(sql);
  while (step(use.get(), sql) == SQLITE_ROW) {
  }
}

void SqliteConnection::lock_writer(const std::string& sql) {
  if (!writer_ || holds_writer_) return;
  // A queue, not a lock that is fought for: only who never leaves it makes others fail.
  if (!writer_->try_lock() && !writer_->try_lock_until(std::min(Clock::now() + queue_timeout_, until_))) {
    if (is_late(Clock::now())) stop_ = Stop::deadline;
    throw_sqlite_error(stop_ == Stop::deadline ? SQLITE_INTERRUPT : SQLITE_BUSY,
                       "database is locked: another transaction of this program has been open for too long",
                       sql);
  }
  holds_writer_ = true;
}

void SqliteConnection::unlock_writer() {
  holds_writer_ = false;
  writer_->unlock();
}

bool SqliteConnection::in_transaction() const { return db_ && (aborted_ || is_open()); }

void SqliteConnection::begin() {
  static const std::string sql = "BEGIN IMMEDIATE";
  if (in_transaction()) throw ArgumentError("begin() in a transaction: use savepoint()");
  run_simple(sql);
}

void SqliteConnection::commit() {
  static const std::string sql = "COMMIT";
  if (!in_transaction()) return;
  const fiber::CancelShield shield;
  run_simple(sql);
}

void SqliteConnection::rollback() {
  static const std::string sql = "ROLLBACK";
  aborted_ = false;
  if (!in_transaction()) return;
  const fiber::CancelShield shield;
  const TimePoint deadline = std::exchange(deadline_, fiber::kNever);
  try {
    run_simple(sql);
  } catch (const DatabaseError&) {
    if (in_transaction()) lost_ = true;
  }
  deadline_ = deadline;
  if (lost_) close();
}

}  // namespace retort::db::detail
