// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/postgresql/driver.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "retort/db/detail/postgresql/errors.h"
#include "retort/db/detail/postgresql/result_row.h"
#include "retort/db/dialect.h"
#include "retort/fiber/socket.h"

namespace retort::db::detail {
namespace {

constexpr seconds kRollbackTime(10);
// Of a statement that was prepared before its table changed.
constexpr int kAttempts = 3;
// That usable() reads at most: a farewell is the last.
constexpr int kMessages = 3;

}  // namespace

const Dialect& PostgresqlDriver::dialect() const { return postgresql_dialect(); }

// What holds before each statement.
void PostgresqlDriver::prepare_call(const std::string& sql) {
  if (pipeline_.is_lost()) pipeline_.throw_lost(sql);
  if (streaming_)
    throw ArgumentError("the connection is streaming rows: begin() before stream() to run others meanwhile");
  if (deadline_ != fiber::kNever && Clock::now() >= deadline_) throw_out_of_time(sql);
}

void PostgresqlDriver::send_begin(Unit& unit) {
  if (begin_waits_) pipeline_.silent_command(unit, "BEGIN");
  begin_waits_ = false;
}

// Sends what is in `unit` and waits for it. What went wrong at the server is Pipeline::check's.
void PostgresqlDriver::settle(Unit& unit, const std::string& sql) {
  pipeline_.sync(unit);
  Patience patience(pipeline_,
                    std::min(deadline_, silence_limit(statement_time_, unit.commands, Clock::now())));
  patience.wait_for(unit);
  patience.finish(unit.error.get(), sql);
}

ExecuteResult PostgresqlDriver::execute(const std::string& sql, const Parameters& parameters,
                                        const RowSink& sink) {
  prepare_call(sql);
  if (first_word(sql) == "copy") throw ArgumentError("COPY is copy_in()'s and copy_out()'s");
  check_statement(sql, parameters);
  const bool alone = !in_transaction();
  if (alone) pipeline_.deallocate_evicted();
  Unit unit;
  bool tried = false;
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    unit.run_again();
    send_begin(unit);
    if (tried) {
      pipeline_.undo_try(unit);
    } else if (!alone && !is_failed()) {
      tried = pipeline_.try_to_prepare(unit, sql, parameters);
    }
    pipeline_.command(unit, sql, parameters);
    settle(unit, sql);
    if (!(alone ? unit.may_run_again() : tried && unit.untyped)) break;
  }
  pipeline_.check(unit, sql);
  return unit.results() == 0 ? ExecuteResult() : give_rows(unit.result(0), sink);
}

bool PostgresqlDriver::is_failed() const {
  return PQtransactionStatus(pipeline_.connection()) == PQTRANS_INERROR;
}

void PostgresqlDriver::execute_batch(std::vector<BatchItem>& items) {
  if (items.empty()) return;
  prepare_call(items[0].sql);
  for (const BatchItem& item : items) check_statement(item.sql, item.parameters);
  if (!in_transaction()) pipeline_.deallocate_evicted();
  Unit unit;
  send_begin(unit);
  for (const BatchItem& item : items) pipeline_.command(unit, item.sql, item.parameters);
  settle(unit, items[0].sql);
  const std::size_t succeeded = unit.results();
  pipeline_.check(unit, items[std::min(succeeded, items.size() - 1)].sql);
  for (std::size_t i = 0; i < succeeded; ++i) items[i].result = give_rows(unit.result(i), items[i].sink);
}

void PostgresqlDriver::run_plain(const std::string& sql) {
  Unit unit;
  pipeline_.silent_command(unit, sql.c_str());
  settle(unit, sql);
  pipeline_.check(unit, sql);
}

void PostgresqlDriver::begin() {
  prepare_call("BEGIN");
  if (in_transaction()) throw ArgumentError("begin() in a transaction: use savepoint()");
  begin_waits_ = true;
}

void PostgresqlDriver::commit() {
  if (std::exchange(begin_waits_, false)) return;  // nothing was done
  prepare_call("COMMIT");
  const fiber::CancelShield shield;  // who cancels it would not know what became of it
  const bool failed = is_failed();
  run_plain("COMMIT");
  if (!failed) return;
  Failure failure;
  failure.code = "25P02";
  failure.message = "a statement of the transaction had failed: the server rolled it back";
  failure.statement = "COMMIT";
  throw OperationalError(std::move(failure));
}

void PostgresqlDriver::rollback() {
  if (std::exchange(begin_waits_, false) || pipeline_.is_lost() || !in_transaction()) return;
  const fiber::CancelShield shield;
  const TimePoint deadline = std::exchange(deadline_, Clock::now() + kRollbackTime);
  try {
    run_plain("ROLLBACK");
  } catch (const OperationalError&) {
    // Lost, or as good as: the server rolls back by itself.
    pipeline_.lose("the server did not roll back");
  }
  deadline_ = deadline;
}

bool PostgresqlDriver::in_transaction() const {
  if (begin_waits_) return true;
  if (pipeline_.is_lost()) return false;
  const PGTransactionStatusType status = PQtransactionStatus(pipeline_.connection());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

// Reads what the server may have said while nobody asked, such as its farewell.
bool PostgresqlDriver::usable() const {
  if (closed_ || pipeline_.is_lost()) return false;
  for (int i = 0; i < kMessages; ++i) {
    char byte = 0;
    const ssize_t got = recv(pipeline_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got == 0) return false;
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (!PQconsumeInput(pipeline_.connection())) return false;
  }
  return true;
}

bool PostgresqlDriver::ping() {
  if (!usable() || streaming_) return false;
  const TimePoint end = ping_time_.count() > 0 ? Clock::now() + ping_time_ : fiber::kNever;
  Unit unit;
  pipeline_.sync(unit);
  try {
    while (!unit.done) {
      const std::uint32_t events = pipeline_.flush() ? EPOLLIN | EPOLLOUT : EPOLLIN;
      if (fiber::wait_ready(pipeline_.fd(), events, end) == 0) pipeline_.lose("the server does not answer");
      pipeline_.pump();
    }
  } catch (const fiber::IoError& e) {
    pipeline_.lose(e.what());
  } catch (...) {
    pipeline_.lose("a ping was given up");
    throw;
  }
  return !unit.lost && !unit.error;
}

void PostgresqlDriver::close() {
  closed_ = true;
  begin_waits_ = false;
  pipeline_.close();
}

}  // namespace retort::db::detail
