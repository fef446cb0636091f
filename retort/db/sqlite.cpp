// SPDX-License-Identifier: BSD-3-Clause
// The SQLite driver. Statements run on the calling fiber: SQLite's progress handler lets other
// fibers run every so often, its busy handler sleeps the fiber, so neither a long statement nor a
// lock holds the worker.
#include "retort/db/detail/sqlite.h"

#include <algorithm>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include <sqlite3.h>

#include "retort/db/connection.h"
#include "retort/db/detail/drivers.h"
#include "retort/db/dialect.h"
#include "retort/db/error.h"
#include "retort/fiber/parker.h"
#include "retort/fiber/scheduler.h"
#include "retort/fiber/sync.h"
#include "retort/fiber/task.h"

namespace retort::db {
namespace {

constexpr int kStepsBetweenYields = 20'000;  // of SQLite's machine: about half a millisecond
constexpr std::size_t kStatements = 128;     // prepared and kept, for each connection

// One writer at a time, in order, in this process; other processes are waited for by the busy
// handler. Found by the file's name.
std::shared_ptr<fiber::Mutex> writer_of(const std::string& path) {
  static std::mutex mutex;
  static std::unordered_map<std::string, std::weak_ptr<fiber::Mutex>> writers;
  const std::lock_guard lock(mutex);
  std::erase_if(writers, [](const auto& item) { return item.second.expired(); });
  std::shared_ptr<fiber::Mutex> writer = writers[path].lock();
  if (!writer) writers[path] = writer = std::make_shared<fiber::Mutex>();
  return writer;
}

struct CodeName {
  int code;
  const char* name;
};
constexpr CodeName kCodeNames[] = {
    {SQLITE_ERROR, "SQLITE_ERROR"},
    {SQLITE_PERM, "SQLITE_PERM"},
    {SQLITE_ABORT, "SQLITE_ABORT"},
    {SQLITE_BUSY, "SQLITE_BUSY"},
    {SQLITE_BUSY_SNAPSHOT, "SQLITE_BUSY_SNAPSHOT"},
    {SQLITE_LOCKED, "SQLITE_LOCKED"},
    {SQLITE_NOMEM, "SQLITE_NOMEM"},
    {SQLITE_READONLY, "SQLITE_READONLY"},
    {SQLITE_INTERRUPT, "SQLITE_INTERRUPT"},
    {SQLITE_IOERR, "SQLITE_IOERR"},
    {SQLITE_CORRUPT, "SQLITE_CORRUPT"},
    {SQLITE_FULL, "SQLITE_FULL"},
    {SQLITE_CANTOPEN, "SQLITE_CANTOPEN"},
    {SQLITE_SCHEMA, "SQLITE_SCHEMA"},
    {SQLITE_TOOBIG, "SQLITE_TOOBIG"},
    {SQLITE_CONSTRAINT, "SQLITE_CONSTRAINT"},
    {SQLITE_CONSTRAINT_CHECK, "SQLITE_CONSTRAINT_CHECK"},
    {SQLITE_CONSTRAINT_FOREIGNKEY, "SQLITE_CONSTRAINT_FOREIGNKEY"},
    {SQLITE_CONSTRAINT_NOTNULL, "SQLITE_CONSTRAINT_NOTNULL"},
    {SQLITE_CONSTRAINT_PRIMARYKEY, "SQLITE_CONSTRAINT_PRIMARYKEY"},
    {SQLITE_CONSTRAINT_UNIQUE, "SQLITE_CONSTRAINT_UNIQUE"},
    {SQLITE_CONSTRAINT_ROWID, "SQLITE_CONSTRAINT_ROWID"},
    {SQLITE_CONSTRAINT_TRIGGER, "SQLITE_CONSTRAINT_TRIGGER"},
    {SQLITE_MISMATCH, "SQLITE_MISMATCH"},
    {SQLITE_RANGE, "SQLITE_RANGE"},
    {SQLITE_NOTADB, "SQLITE_NOTADB"},
};

std::string code_name(int code) {
  for (const CodeName& known : kCodeNames) {
    if (known.code == code) return known.name;
  }
  for (const CodeName& known : kCodeNames) {
    if (known.code == (code & 0xff)) return known.name;
  }
  return "SQLITE_" + std::to_string(code);
}

// "UNIQUE constraint failed: users.email, users.name", "CHECK constraint failed: positive"
void tell_constraint(Failure& failure, int code) {
  const std::size_t colon = failure.message.find(" failed: ");
  if (colon == failure.message.npos) return;
  const std::string what = failure.message.substr(colon + 9);
  if (code == SQLITE_CONSTRAINT_CHECK) {
    failure.constraint = what;
    return;
  }
  const std::size_t dot = what.find('.');
  if (dot == what.npos) return;
  failure.table = what.substr(0, dot);
  const std::size_t comma = what.find(',');
  failure.column = what.substr(dot + 1, comma == what.npos ? what.npos : comma - dot - 1);
}

[[noreturn]] void throw_error(int code, std::string message, const std::string& sql) {
  Failure failure;
  failure.message = std::move(message);
  failure.code = code_name(code);
  failure.statement = sql;
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      tell_constraint(failure, code);
      throw IntegrityError(std::move(failure));
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      throw DataError(std::move(failure));
    case SQLITE_ERROR:
    case SQLITE_RANGE:
    case SQLITE_SCHEMA:
    case SQLITE_MISUSE:
      throw ProgrammingError(std::move(failure));
    case SQLITE_INTERRUPT:
      throw QueryCanceled(std::move(failure));
    case SQLITE_BUSY:
      if (code == SQLITE_BUSY_SNAPSHOT) throw SerializationError(std::move(failure));
      throw OperationalError(std::move(failure));
    default:
      throw OperationalError(std::move(failure));
  }
}

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  std::size_t size() const override { return static_cast<std::size_t>(sqlite3_data_count(statement_)); }
  std::string_view name(std::size_t column) const override {
    const char* const name = sqlite3_column_name(statement_, static_cast<int>(column));
    return name ? name : "";
  }
  Cell cell(std::size_t column) const override {
    const int i = static_cast<int>(column);
    switch (sqlite3_column_type(statement_, i)) {
      case SQLITE_INTEGER:
        return {Cell::Kind::integer, sqlite3_column_int64(statement_, i), 0, {}};
      case SQLITE_FLOAT:
        return {Cell::Kind::real, 0, sqlite3_column_double(statement_, i), {}};
      case SQLITE_TEXT:
        return {Cell::Kind::text, 0, 0,
                bytes(reinterpret_cast<const char*>(sqlite3_column_text(statement_, i)), i)};
      case SQLITE_BLOB:
        return {Cell::Kind::bytes, 0, 0,
                bytes(static_cast<const char*>(sqlite3_column_blob(statement_, i)), i)};
      default:
        return {};
    }
  }

 private:
  std::string_view bytes(const char* data, int i) const {
    return data ? std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, i)))
                : std::string_view();
  }
  sqlite3_stmt* statement_;
};

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(const Url& url, const EngineOptions& options);
  ~SqliteConnection() override { close(); }

  const Dialect& dialect() const override { return sqlite_dialect(); }
  ExecuteResult execute(const std::string& sql, const Parameters& parameters, const RowSink& sink) override;
  void stream(const std::string& sql, const Parameters& parameters, const RowSink& sink,
              std::size_t) override {
    execute(sql, parameters, sink);
  }
  void execute_script(const std::string& sql) override;
  void begin() override;
  void commit() override;
  void rollback() override;
  bool in_transaction() const override { return db_ && sqlite3_get_autocommit(db_) == 0; }
  void set_deadline(TimePoint deadline) override { deadline_ = deadline; }
  bool usable() const override { return db_ != nullptr; }
  bool ping() override { return db_ != nullptr; }
  void close() override;

 private:
  struct Prepared {
    std::string sql;
    sqlite3_stmt* statement;
  };
  using Cache = std::list<Prepared>;
  // Gives the statement back at its end; only a running one of the same text is made twice.
  class Use {
   public:
    Use(SqliteConnection& connection, const std::string& sql);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    sqlite3_stmt* get() const { return statement_; }

   private:
    sqlite3_stmt* statement_ = nullptr;
    bool own_ = false;
  };
  /// Holds the writer's place while a statement writes outside of a transaction.
  struct WriteTurn {
    WriteTurn(SqliteConnection& c, bool wanted) : connection(wanted ? &c : nullptr) {
      if (connection) connection->lock_writer();
    }
    ~WriteTurn() {
      if (connection) connection->unlock_writer();
    }
    WriteTurn(const WriteTurn&) = delete;
    WriteTurn& operator=(const WriteTurn&) = delete;
    SqliteConnection* connection;
  };

  static int on_progress(void* self);
  static int on_busy(void* self, int attempt);
  sqlite3_stmt* prepare(const std::string& sql);
  void bind(sqlite3_stmt* statement, const Parameters& parameters, const std::string& sql);
  void pragma(const std::string& sql);
  void simple(const char* sql);
  void lock_writer();
  void unlock_writer();
  [[noreturn]] void fail(int code, const std::string& sql);

  sqlite3* db_ = nullptr;
  Cache cache_;  // the latest first
  std::unordered_map<std::string_view, Cache::iterator> by_sql_;
  std::shared_ptr<fiber::Mutex> writer_;
  bool holds_writer_ = false;
  TimePoint deadline_ = fiber::kNever;
  TimePoint statement_deadline_ = fiber::kNever;
  milliseconds statement_timeout_;
  milliseconds busy_timeout_;
  TimePoint busy_since_;
  bool timed_out_ = false;
};

std::string file_name(sqlite3* db) {
  const char* const name = sqlite3_db_filename(db, "main");
  return name ? name : "";
}

SqliteConnection::SqliteConnection(const Url& url, const EngineOptions& options)
    : statement_timeout_(options.statement_timeout), busy_timeout_(options.busy_timeout) {
  const std::string path = url.database.empty() ? ":memory:" : url.database;
  const int opened = sqlite3_open_v2(
      path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (opened != SQLITE_OK) {
    Failure failure;
    failure.message =
        "cannot open the database file " + path + ": " + (db_ ? sqlite3_errmsg(db_) : "out of memory");
    failure.code = code_name(opened);
    sqlite3_close_v2(db_);
    db_ = nullptr;
    throw OperationalError(std::move(failure));
  }
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_progress_handler(db_, kStepsBetweenYields, &on_progress, this);
  sqlite3_busy_handler(db_, &on_busy, this);
  const std::string file = file_name(db_);
  if (!file.empty()) writer_ = writer_of(file);
  try {
    pragma("PRAGMA foreign_keys = ON");
    if (writer_) {
      const WriteTurn turn(*this, true);  // the change of mode does not wait by itself
      pragma("PRAGMA journal_mode = WAL");
      pragma("PRAGMA synchronous = NORMAL");
    }
  } catch (...) {
    close();
    throw;
  }
}

void SqliteConnection::close() {
  by_sql_.clear();
  for (const Prepared& prepared : cache_) sqlite3_finalize(prepared.statement);
  cache_.clear();
  sqlite3_close_v2(db_);  // an open transaction is rolled back
  db_ = nullptr;
  if (holds_writer_) unlock_writer();
}

int SqliteConnection::on_progress(void* self) {
  auto& connection = *static_cast<SqliteConnection*>(self);
  if (std::min(connection.deadline_, connection.statement_deadline_) != fiber::kNever &&
      Clock::now() >= std::min(connection.deadline_, connection.statement_deadline_)) {
    connection.timed_out_ = true;
    return 1;
  }
  if (!fiber::Scheduler::current()) return 0;
  try {
    fiber::yield();
  } catch (const fiber::Cancelled&) {  // thrown again when SQLite has let go: execute()
    return 1;
  }
  return 0;
}

int SqliteConnection::on_busy(void* self, int attempt) {
  auto& connection = *static_cast<SqliteConnection*>(self);
  const TimePoint now = Clock::now();
  if (attempt == 0) connection.busy_since_ = now;
  if (now - connection.busy_since_ >= connection.busy_timeout_) return 0;
  try {
    fiber::sleep_for(milliseconds(std::min(1 + attempt, 20)));
  } catch (const fiber::Cancelled&) {
    return 0;
  }
  return 1;
}

void SqliteConnection::fail(int code, const std::string& sql) {
  const int extended = sqlite3_extended_errcode(db_);
  std::string message = timed_out_ ? "the statement ran out of time" : sqlite3_errmsg(db_);
  throw_error((extended & 0xff) == (code & 0xff) ? extended : code, std::move(message), sql);
}

sqlite3_stmt* SqliteConnection::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, &tail);
  if (code != SQLITE_OK) fail(code, sql);
  const std::string_view rest(tail, static_cast<std::size_t>(sql.data() + sql.size() - tail));
  if (!statement || rest.find_first_not_of(" \t\r\n;") != rest.npos) {
    sqlite3_finalize(statement);
    throw_error(SQLITE_ERROR,
                statement ? "more than one statement: use execute_script()" : "an empty statement", sql);
  }
  return statement;
}

SqliteConnection::Use::Use(SqliteConnection& connection, const std::string& sql) {
  const auto known = connection.by_sql_.find(sql);
  if (known != connection.by_sql_.end()) {
    statement_ = known->second->statement;
    if (sqlite3_stmt_busy(statement_) == 0) {
      connection.cache_.splice(connection.cache_.begin(), connection.cache_, known->second);
      return;
    }
    statement_ = connection.prepare(sql);
    own_ = true;
    return;
  }
  statement_ = connection.prepare(sql);
  if (connection.cache_.size() >= kStatements) {
    const auto oldest = std::find_if(connection.cache_.rbegin(), connection.cache_.rend(),
                                     [](const Prepared& p) { return sqlite3_stmt_busy(p.statement) == 0; });
    if (oldest == connection.cache_.rend()) {
      own_ = true;
      return;
    }
    connection.by_sql_.erase(oldest->sql);
    sqlite3_finalize(oldest->statement);
    connection.cache_.erase(std::next(oldest).base());
  }
  connection.cache_.push_front({sql, statement_});
  connection.by_sql_.emplace(connection.cache_.front().sql, connection.cache_.begin());
}

SqliteConnection::Use::~Use() {
  if (own_) {
    sqlite3_finalize(statement_);
  } else {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
}

void SqliteConnection::bind(sqlite3_stmt* statement, const Parameters& parameters, const std::string& sql) {
  const int wanted = sqlite3_bind_parameter_count(statement);
  if (static_cast<std::size_t>(wanted) != parameters.size())
    throw_error(SQLITE_RANGE,
                "the statement has " + std::to_string(wanted) + " placeholders, but " +
                    std::to_string(parameters.size()) + " values were given",
                sql);
  for (int i = 1; i <= wanted; ++i) {
    const Datum& value = parameters[static_cast<std::size_t>(i) - 1];
    Datum converted;
    const Datum* stored = &value;
    switch (value.kind) {
      case Datum::Kind::boolean:
      case Datum::Kind::decimal:
      case Datum::Kind::datetime_tz:
      case Datum::Kind::interval:
      case Datum::Kind::uuid:
      case Datum::Kind::array:
        converted = detail::stored_by_sqlite(value);
        stored = &converted;
        break;
      default:
        break;
    }
    // What is lent lives until the statement is done; what was converted here does not.
    const sqlite3_destructor_type life = stored == &converted ? SQLITE_TRANSIENT : SQLITE_STATIC;
    int code = SQLITE_OK;
    switch (stored->kind) {
      case Datum::Kind::null:
        code = sqlite3_bind_null(statement, i);
        break;
      case Datum::Kind::integer:
        code = sqlite3_bind_int64(statement, i, stored->integer);
        break;
      case Datum::Kind::real:
        code = sqlite3_bind_double(statement, i, stored->real);
        break;
      case Datum::Kind::bytes:
        code = sqlite3_bind_blob64(statement, i, stored->text.data() ? stored->text.data() : "",
                                   stored->text.size(), life);
        break;
      default:
        code = sqlite3_bind_text64(statement, i, stored->text.data(), stored->text.size(), life, SQLITE_UTF8);
        break;
    }
    if (code != SQLITE_OK) fail(code, sql);
  }
}

ExecuteResult SqliteConnection::execute(const std::string& sql, const Parameters& parameters,
                                        const RowSink& sink) {
  fiber::check_cancelled();
  if (!db_) throw_error(SQLITE_MISUSE, "the connection is closed", sql);
  timed_out_ = false;
  statement_deadline_ = statement_timeout_.count() > 0 ? Clock::now() + statement_timeout_ : fiber::kNever;
  const Use use(*this, sql);
  sqlite3_stmt* const statement = use.get();
  bind(statement, parameters, sql);
  const bool writes = sqlite3_stmt_readonly(statement) == 0;
  const WriteTurn turn(*this, writes && writer_ && !holds_writer_);
  const std::int64_t before = writes ? sqlite3_total_changes64(db_) : 0;
  ExecuteResult result;
  const SqliteRow row(statement);
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) {
      if (!timed_out_) fiber::check_cancelled();
      fail(code, sql);
    }
    ++result.rows;
    if (sink && !sink(row) && !writes) break;
  }
  if (writes) {
    result.rows = sqlite3_total_changes64(db_) > before ? sqlite3_changes64(db_) : 0;
    result.last_insert_id = sqlite3_last_insert_rowid(db_);
  }
  return result;
}

void SqliteConnection::execute_script(const std::string& sql) {
  fiber::check_cancelled();
  if (!db_) throw_error(SQLITE_MISUSE, "the connection is closed", sql);
  timed_out_ = false;
  const WriteTurn turn(*this, writer_ && !holds_writer_);
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return;
  if (!timed_out_) fiber::check_cancelled();
  fail(code, sql);
}

void SqliteConnection::pragma(const std::string& sql) {
  for (int attempt = 0;; ++attempt) {
    const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return;
    // Another process changes the journal's mode: SQLite does not ask the busy handler then.
    if ((code & 0xff) != SQLITE_BUSY || on_busy(this, attempt) == 0) fail(code, sql);
  }
}

void SqliteConnection::simple(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return;
  fiber::check_cancelled();
  fail(code, sql);
}

void SqliteConnection::lock_writer() {
  if (!writer_) return;
  // A queue, not a lock that is fought for: only one who never gives it back makes others fail.
  if (!writer_->try_lock_for(std::max(busy_timeout_, milliseconds(30'000))))
    throw_error(SQLITE_BUSY, "database is locked: another transaction of this program is open", "");
  holds_writer_ = true;
}

void SqliteConnection::unlock_writer() {
  if (!holds_writer_) return;
  holds_writer_ = false;
  writer_->unlock();
}

void SqliteConnection::begin() {
  fiber::check_cancelled();
  if (!db_) throw_error(SQLITE_MISUSE, "the connection is closed", "BEGIN");
  if (in_transaction()) throw_error(SQLITE_ERROR, "a transaction is open already", "BEGIN");
  lock_writer();
  try {
    simple("BEGIN IMMEDIATE");
  } catch (...) {
    unlock_writer();
    throw;
  }
}

void SqliteConnection::commit() {
  if (!in_transaction()) throw_error(SQLITE_ERROR, "no transaction is open", "COMMIT");
  simple("COMMIT");
  unlock_writer();
}

void SqliteConnection::rollback() {
  if (db_ && in_transaction()) {
    const int code = sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
    if (code != SQLITE_OK && in_transaction()) {
      close();
      return;
    }
  }
  unlock_writer();
}

}  // namespace

namespace detail {

Owned<Connection> open_sqlite(const Url& url, const EngineOptions& options) {
  return Owned<Connection>(new SqliteConnection(url, options));
}

}  // namespace detail
}  // namespace retort::db
