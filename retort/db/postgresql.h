// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// PostgresqlConnection: a connection to a PostgreSQL server, with what Connection does not
// have: COPY, LISTEN and NOTIFY. Used by one fiber (or thread) at a time; waiting for the
// server parks the fiber, on a plain thread it blocks.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.h"
#include "retort/base/function.h"
#include "retort/base/owned.h"
#include "retort/db/connection.h"
#include "retort/db/engine.h"
#include "retort/db/url.h"

namespace retort::db {

struct Notification {
  std::string channel;
  std::string payload;
  int process_id = 0;  ///< of the server process that notified
};

class PostgresqlConnection : public Connection {
 public:
  /// Connects. The URL's query may hold any of libpq's keywords (sslmode, sslrootcert,
  /// application_name, host, ...) and prepared_statement_cache_size (0: none, for poolers that
  /// give each transaction another server). Throws ArgumentError, OperationalError.
  static Owned<PostgresqlConnection> open(const Url& url, const EngineOptions& options);

  /// COPY ... FROM STDIN: `source` puts the next piece into `out`, false at the end; the rows
  /// copied. What it throws ends the COPY, nothing is stored, and goes on.
  virtual std::int64_t copy_in(const std::string& sql, const Function<bool(std::string& out)>& source) = 0;
  /// COPY ... TO STDOUT: `sink` is given a row (of the binary format a piece) at a time, false
  /// ends it early; the rows copied.
  virtual std::int64_t copy_out(const std::string& sql, const Function<bool(std::string_view row)>& sink) = 0;

  virtual void listen(std::string_view channel) = 0;
  /// Of all channels when `channel` is empty.
  virtual void unlisten(std::string_view channel) = 0;
  virtual void notify(std::string_view channel, std::string_view payload) = 0;
  /// The next notification of the channels listened to; empty at the deadline.
  virtual std::optional<Notification> wait_notification(TimePoint deadline) = 0;

  /// Process id of the server's end.
  virtual int backend_pid() const = 0;
};

/// Appends `values` as a line of COPY's text format.
void append_copy_row(std::string& out, const Parameters& values);

/// The connection as what it is; null when it is another database's.
PostgresqlConnection* postgresql_connection(Connection& connection);

}  // namespace retort::db
