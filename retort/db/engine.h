// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Engine: a database that a program talks to, and its pool of connections. Thread-safe: each
// worker thread has a pool of its own, so that no two workers wait for each other.

#include <cstddef>
#include <string>
#include <string_view>

#include "retort/base/duration.h"
#include "retort/base/owned.h"
#include "retort/db/connection.h"
#include "retort/db/url.h"

namespace retort::db {

/// Is told of each statement that has run. Called by the thread that ran it.
class StatementObserver {
 public:
  /// Of one statement: `executions` of it that travelled together, each with its parameters.
  struct Event {
    const std::string& statement;
    const Parameters* const* parameters;
    std::size_t executions;
    TimePoint begin, end;
  };
  virtual void on_statement(const Event& event) = 0;

 protected:
  ~StatementObserver() = default;
};

/// By SQLAlchemy's names (create_engine's arguments).
struct EngineOptions {
  /// Connections that a worker keeps; 0: any number.
  int pool_size = 5;
  /// Further ones under load, closed afterwards; -1: any number.
  int max_overflow = 10;
  /// How long connect() waits for a free one before PoolTimeout.
  milliseconds pool_timeout = milliseconds(30'000);
  /// A connection older than this is made anew; negative: never.
  seconds pool_recycle = seconds(-1);
  /// Ask a connection that has rested whether it lives, before it is given out.
  bool pool_pre_ping = false;
  milliseconds connect_timeout = milliseconds(10'000);
  /// Of each statement; zero: none.
  milliseconds statement_timeout = milliseconds(0);
  /// SQLite: how long a write waits for another process's.
  milliseconds busy_timeout = milliseconds(5'000);
  /// Logs each statement.
  bool echo = false;
  /// Must outlive the engine.
  StatementObserver* observer = nullptr;
  /// PostgreSQL: connections of a worker on which queries outside of transactions travel together.
  /// They count within pool_size + max_overflow, which leaves one of each kind at least.
  int shared_connections = 4;
  /// "", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE".
  std::string isolation_level = {};
};

class Engine;

namespace detail {
struct Loan;
}

/// An exclusive connection; gives it back to the pool, rolled back, at its end.
class Lease {
 public:
  Lease() = default;
  Lease(Lease&& o) noexcept;
  Lease& operator=(Lease&& o) noexcept;
  ~Lease();

  explicit operator bool() const { return connection_ != nullptr; }
  Connection& operator*() const { return *connection_; }
  Connection* operator->() const { return connection_; }
  void release() noexcept;

 private:
  friend class Engine;
  explicit Lease(detail::Loan* loan);
  Connection* connection_ = nullptr;
  detail::Loan* loan_ = nullptr;
};

/// A SQLite database in memory is one connection, which all threads share in turn: who has a
/// Lease, and what it calls and gathers, works on it together; others wait. A Lease within
/// another's transaction makes savepoints of its own.
class Engine {
 public:
  /// Connects at first use. Throws ArgumentError for a URL that cannot be.
  explicit Engine(std::string_view url, EngineOptions options = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const Url& url() const;
  const EngineOptions& options() const;
  const Dialect& dialect() const;

  /// A connection for a transaction. Throws PoolTimeout, OperationalError.
  Lease connect();

  /// One statement that is a transaction by itself. PostgreSQL: queries of several fibers share
  /// a connection and travel together (pipeline mode); what writes or locks has one to itself.
  /// ArgumentError for what changes the connection (BEGIN, SET, LISTEN, CREATE TEMPORARY TABLE).
  ExecuteResult execute(const std::string& sql, const Parameters& parameters = {}, const RowSink& sink = {});
  void execute_batch(std::vector<BatchItem>& items);

  /// Closes what rests in this thread's pool, and what is lent when it comes back. A database in
  /// memory ends with that. A thread's pool ends with the thread.
  void dispose();

  struct Impl;
  Impl& impl() const { return *impl_; }

 private:
  Owned<Impl> impl_;
};

/// Opens a connection beside any pool.
Owned<Connection> open_connection(const Url& url, const EngineOptions& options);

}  // namespace retort::db
