// SPDX-License-Identifier: BSD-3-Clause
// Scripts, COPY and notifications: what libpq does outside its pipeline mode.
#include <algorithm>
#include <charconv>
#include <exception>
#include <string_view>
#include <utility>

#include <sys/epoll.h>

#include "retort/db/detail/postgresql/driver.h"
#include "retort/db/detail/postgresql/errors.h"
#include "retort/db/dialect.h"
#include "retort/fiber/socket.h"

namespace retort::db::detail {
namespace {

constexpr std::size_t kCopyPiece = 256 * 1024;

std::int64_t changed_rows(const ResultPtr& result) {
  std::int64_t rows = 0;
  const std::string_view text = result ? PQcmdTuples(result.get()) : "";
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

}  // namespace

// What holds before a statement outside the pipeline.
void PostgresqlDriver::enter_simple(const std::string& sql) {
  prepare_call(sql);
  check_statement(sql, {});
  if (std::exchange(begin_waits_, false)) run_plain("BEGIN");
}

// The next result of the statement that runs; empty at its end and when the connection is lost.
ResultPtr PostgresqlDriver::next_result(Patience& patience) {
  PGconn* const c = pipeline_.connection();
  while (!pipeline_.is_lost() && PQisBusy(c)) {
    patience.wait(pipeline_.flush() ? EPOLLIN | EPOLLOUT : EPOLLIN);
    if (!pipeline_.is_lost() && !PQconsumeInput(c)) break;  // what it said before it went comes first
  }
  if (pipeline_.is_lost()) return {};
  ResultPtr result(PQgetResult(c));
  if (!result && PQstatus(c) == CONNECTION_BAD) pipeline_.lose(PQerrorMessage(c));
  return result;
}

// Reads all that is left: the first error, else the last result.
ResultPtr PostgresqlDriver::drain(Patience& patience) {
  ResultPtr kept;
  while (ResultPtr result = next_result(patience)) {
    if (result.status() == PGRES_COPY_IN) {
      PQputCopyEnd(pipeline_.connection(), "nothing is copied here");
    } else if (result.status() == PGRES_COPY_OUT) {
      skip_copy(patience);
    } else if (!kept || kept.status() != PGRES_FATAL_ERROR) {
      kept = std::move(result);
    }
  }
  return kept;
}

void PostgresqlDriver::check_simple(const Patience& patience, const ResultPtr& result,
                                    const std::string& sql) const {
  patience.finish(result.get(), sql);
  if (result && result.status() == PGRES_FATAL_ERROR) throw_failure(failure_of(result.get(), sql));
  if (pipeline_.is_lost()) pipeline_.throw_lost(sql);
}

void PostgresqlDriver::execute_script(const std::string& sql) {
  enter_simple(sql);
  const SimpleMode mode(pipeline_);
  if (!PQsendQuery(pipeline_.connection(), sql.c_str()))
    pipeline_.lose(PQerrorMessage(pipeline_.connection()));
  Patience patience(pipeline_, deadline_);
  const ResultPtr result = drain(patience);
  check_simple(patience, result, sql);
}

// Starts a COPY; throws when the statement is none of that direction.
void PostgresqlDriver::begin_copy(Patience& patience, const std::string& sql, ExecStatusType expected) {
  if (!PQsendQuery(pipeline_.connection(), sql.c_str()))
    pipeline_.lose(PQerrorMessage(pipeline_.connection()));
  ResultPtr result = next_result(patience);
  if (result && result.status() == expected) return;
  if (result && result.status() == PGRES_COPY_IN)
    PQputCopyEnd(pipeline_.connection(), "a COPY the other way");
  if (result && result.status() == PGRES_COPY_OUT) skip_copy(patience);
  drain(patience);
  check_simple(patience, result, sql);
  throw ArgumentError(expected == PGRES_COPY_IN ? "copy_in() needs COPY ... FROM STDIN: " + sql
                                                : "copy_out() needs COPY ... TO STDOUT: " + sql);
}

void PostgresqlDriver::put_copy(Patience& patience, const std::string& data) {
  PGconn* const c = pipeline_.connection();
  for (std::size_t at = 0; at < data.size(); at += kCopyPiece) {
    const std::size_t size = std::min(kCopyPiece, data.size() - at);
    if (PQputCopyData(c, data.data() + at, static_cast<int>(size)) != 1)
      return pipeline_.lose(PQerrorMessage(c));
    while (!patience.is_over() && pipeline_.flush()) {
      patience.wait(EPOLLIN | EPOLLOUT);
      if (pipeline_.is_lost()) return;
      if (!PQconsumeInput(c)) return pipeline_.lose(PQerrorMessage(c));
    }
  }
}

std::int64_t PostgresqlDriver::copy_in(const std::string& sql,
                                       const Function<bool(std::string& out)>& source) {
  enter_simple(sql);
  const SimpleMode mode(pipeline_);
  Patience patience(pipeline_, deadline_);
  begin_copy(patience, sql, PGRES_COPY_IN);
  std::exception_ptr error;
  try {
    const Flag streaming(streaming_);
    std::string piece;
    while (!patience.is_over() && !pipeline_.is_lost() && source(piece)) {
      put_copy(patience, piece);
      piece.clear();
    }
  } catch (...) {
    error = std::current_exception();
  }
  const bool whole = !error && !patience.is_over();
  if (!pipeline_.is_lost()) PQputCopyEnd(pipeline_.connection(), whole ? nullptr : "the client ended it");
  const ResultPtr result = drain(patience);
  if (error) std::rethrow_exception(error);
  check_simple(patience, result, sql);
  return changed_rows(result);
}

// The next piece of a COPY TO, for PQfreemem; null at its end.
char* PostgresqlDriver::read_copy(Patience& patience, int& size) {
  PGconn* const c = pipeline_.connection();
  while (!pipeline_.is_lost()) {
    char* data = nullptr;
    size = PQgetCopyData(c, &data, 1);
    if (size > 0) return data;
    if (size < 0) return nullptr;
    patience.wait(EPOLLIN);
    if (!pipeline_.is_lost() && !PQconsumeInput(c)) pipeline_.lose(PQerrorMessage(c));
  }
  return nullptr;
}

void PostgresqlDriver::skip_copy(Patience& patience) {
  int size = 0;
  while (char* data = read_copy(patience, size)) PQfreemem(data);
}

std::int64_t PostgresqlDriver::copy_out(const std::string& sql,
                                        const Function<bool(std::string_view row)>& sink) {
  enter_simple(sql);
  const bool alone = !in_transaction();
  const SimpleMode mode(pipeline_);
  Patience patience(pipeline_, deadline_);
  begin_copy(patience, sql, PGRES_COPY_OUT);
  std::exception_ptr error;
  bool stopped = false;
  std::int64_t rows = 0;
  try {
    const Flag streaming(streaming_);
    int size = 0;
    while (!stopped) {
      char* const data = read_copy(patience, size);
      if (!data) break;
      const struct Free {
        ~Free() { PQfreemem(memory); }
        char* memory;
      } free{data};
      ++rows;
      stopped = !sink({data, static_cast<std::size_t>(size)});
    }
  } catch (...) {
    error = std::current_exception();
    stopped = true;
  }
  const bool in_time = !patience.is_over();
  if (stopped && alone && in_time) patience.stop();  // in a transaction that would end it
  if (stopped) skip_copy(patience);
  const ResultPtr result = drain(patience);
  if (error) std::rethrow_exception(error);
  if (stopped && in_time && !pipeline_.is_lost()) return rows;
  check_simple(patience, result, sql);
  return changed_rows(result);
}

void PostgresqlDriver::listen(std::string_view channel) {
  execute("LISTEN " + dialect().quote(channel), {}, {});
}

void PostgresqlDriver::unlisten(std::string_view channel) {
  execute(channel.empty() ? "UNLISTEN *" : "UNLISTEN " + dialect().quote(channel), {}, {});
}

void PostgresqlDriver::notify(std::string_view channel, std::string_view payload) {
  execute("SELECT pg_notify($1, $2)",
          {Datum::of_text(std::string(channel)), Datum::of_text(std::string(payload))}, {});
}

std::optional<Notification> PostgresqlDriver::take_notification() {
  PGnotify* const notify = PQnotifies(pipeline_.connection());
  if (!notify) return std::nullopt;
  Notification out{notify->relname, notify->extra, notify->be_pid};
  PQfreemem(notify);
  return out;
}

std::optional<Notification> PostgresqlDriver::wait_notification(TimePoint deadline) {
  if (streaming_) throw ArgumentError("the connection is streaming rows");
  for (;;) {
    if (pipeline_.is_lost()) pipeline_.throw_lost("LISTEN");
    if (std::optional<Notification> next = take_notification()) return next;
    try {
      if (fiber::wait_ready(pipeline_.fd(), EPOLLIN, deadline) == 0) return std::nullopt;
    } catch (const fiber::IoError& e) {
      pipeline_.lose(e.what());
      continue;
    }
    pipeline_.pump();
  }
}

}  // namespace retort::db::detail
