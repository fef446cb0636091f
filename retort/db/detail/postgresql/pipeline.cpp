// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/postgresql/pipeline.h"

#include <algorithm>
#include <utility>

#include "retort/base/text.h"
#include "retort/db/detail/postgresql/errors.h"
#include "retort/db/detail/postgresql/oids.h"

namespace retort::db::detail {
namespace {

std::string_view state_of(const PGresult* result) {
  const char* code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return code ? code : "";
}

constexpr std::string_view kForgotten = "26000";  // DISCARD ALL, a pooler
constexpr std::string_view kUntyped = "42P18";

// A text that is taken for the type that the column had; or one that is wrong.
bool is_bad_text(std::string_view state) { return state == "22P02" || state == "22007"; }

// What a prepared statement says the tables of which have changed since; a wrong one says the
// same the next time.
bool is_stale(std::string_view state, const PGresult* result) {
  if (state == kForgotten || state.starts_with("42")) return true;
  const char* function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);
  return state == "0A000" && function && std::string_view(function) == "RevalidateCachedQuery";
}

constexpr const char* kTry = "SAVEPOINT retort_types";
constexpr const char* kTried = "RELEASE SAVEPOINT retort_types";
constexpr const char* kUndoTry = "ROLLBACK TO SAVEPOINT retort_types";

}  // namespace

void check_statement(const std::string& sql, const Parameters& parameters) {
  if (sql.find('\0') != sql.npos) throw ArgumentError("a statement holds a NUL: " + text::repr(sql));
  EncodedParameters::check(parameters, sql);
}

void Unit::reset() {
  first.reset();
  more.clear();
  error.reset();
  commands = 0;
  done = lost = stale = untyped = typed_as_text = abandoned = false;
  ticket = {};
}

void Unit::run_again() {
  const bool as_text = typed_as_text || untyped;
  reset();
  typed_as_text = as_text;
}

Pipeline::Pipeline(ConnectionPtr connection, std::size_t statements)
    : connection_(std::move(connection)), statements_(statements) {
  PQsetnonblocking(connection_.get(), 1);
  PQenterPipelineMode(connection_.get());
}

void Pipeline::sent(int ok) {
  if (!ok) lose(PQerrorMessage(connection_.get()));
}

// The statement's entry, made when it is new; null: it has none.
Statement* Pipeline::known(const std::string& sql) {
  if (statements_.capacity() == 0) return nullptr;
  const std::vector<Oid>& types = parameters_.types();
  if (Statement* const found = statements_.find(sql, types)) return found;
  return is_preparable(sql) ? &statements_.add(sql, types) : nullptr;
}

// The same, prepared ahead of it at need.
const Statement* Pipeline::prepared(Unit& unit, const std::string& sql) {
  Statement* const statement = known(sql);
  if (!statement || statement->prepared) return statement;
  statement->prepared = true;
  std::vector<Oid> types = statement->types;
  if (statement->as_text) std::replace(types.begin(), types.end(), oid::kUnknown, oid::kText);
  expected_.push_back({Step::prepare, &unit, statement->serial});
  sent(PQsendPrepare(connection_.get(), statement->name.c_str(), sql.c_str(), parameters_.count(),
                     types.data()));
  return statement;
}

bool Pipeline::try_to_prepare(Unit& unit, const std::string& sql, const Parameters& parameters) {
  parameters_.encode(parameters);
  const std::vector<Oid>& types = parameters_.types();
  if (lost_ || std::find(types.begin(), types.end(), oid::kUnknown) == types.end()) return false;
  const Statement* const statement = known(sql);
  if (!statement || statement->prepared || statement->as_text) return false;
  silent_command(unit, kTry);
  prepared(unit, sql);
  silent_command(unit, kTried);
  return true;
}

void Pipeline::undo_try(Unit& unit) {
  silent_command(unit, kUndoTry);
  silent_command(unit, kTried);
}

void Pipeline::command(Unit& unit, const std::string& sql, const Parameters& parameters) {
  check_statement(sql, parameters);
  parameters_.encode(parameters);
  ++unit.commands;
  if (lost_) return;
  const std::size_t before = expected_.size();
  const Statement* statement = prepared(unit, sql);
  if (lost_) return;
  expected_.push_back({Step::command, &unit, statement ? statement->serial : 0, expected_.size() != before,
                       statement && statement->renewed});
  if (statement) {
    sent(PQsendQueryPrepared(connection_.get(), statement->name.c_str(), parameters_.count(),
                             parameters_.values(), parameters_.lengths(), parameters_.formats(), 0));
  } else {
    std::vector<Oid> types = parameters_.types();
    if (unit.typed_as_text) std::replace(types.begin(), types.end(), oid::kUnknown, oid::kText);
    sent(PQsendQueryParams(connection_.get(), sql.c_str(), parameters_.count(), types.data(),
                           parameters_.values(), parameters_.lengths(), parameters_.formats(), 0));
  }
}

void Pipeline::silent_command(Unit& unit, const char* sql) {
  if (lost_) return;
  expected_.push_back({Step::silent, &unit, 0});
  sent(PQsendQueryParams(connection_.get(), sql, 0, nullptr, nullptr, nullptr, nullptr, 0));
}

void Pipeline::sync(Unit& unit) {
  if (lost_) {
    unit.lost = true;
    return finish(unit);
  }
  if (units_++ == 0) head_since_ = Clock::now();
  expected_.push_back({Step::sync, &unit, 0});
  sent(PQpipelineSync(connection_.get()));
}

void Pipeline::deallocate_evicted() {
  if (statements_.evicted().empty() || lost_ || head() == &housekeeping_) return;
  for (const Expected& one : expected_) {
    if (one.unit == &housekeeping_) return;  // the next time
  }
  housekeeping_.reset();
  for (const std::string& name : std::exchange(statements_.evicted(), {})) {
    silent_command(housekeeping_, ("DEALLOCATE " + name).c_str());
    sync(housekeeping_);  // each by itself: one that the server has forgotten keeps no other
  }
}

bool Pipeline::flush() {
  if (lost_) return false;
  const int left = PQflush(connection_.get());
  // After -1 what the server said before it went is still to be read: pump() does both.
  return left > 0;
}

void Pipeline::pump() {
  if (lost_) return;
  const bool read = PQconsumeInput(connection_.get()) == 1;
  dispatch();
  if (!lost_ && (!read || PQstatus(connection_.get()) == CONNECTION_BAD))
    lose(PQerrorMessage(connection_.get()));
}

void Pipeline::dispatch() {
  int nothing = 0;
  while (!expected_.empty() && !PQisBusy(connection_.get())) {
    ResultPtr result(PQgetResult(connection_.get()));
    if (result) {
      nothing = 0;
      take(std::move(result));
      if (lost_) return;
    } else if (answered_) {  // the end of a command's results
      answered_ = false;
      if (expected_.front().step != Step::sync) expected_.pop_front();
    } else if (++nothing > 2) {
      return;
    }
  }
}

void Pipeline::take(ResultPtr result) {
  const ExecStatusType status = result.status();
  if (status == PGRES_PIPELINE_SYNC) {
    Unit* unit = expected_.front().unit;
    while (expected_.front().step != Step::sync) expected_.pop_front();
    expected_.pop_front();
    answered_ = false;
    if (--units_ != 0) head_since_ = Clock::now();
    if (shared_) check_idle(*unit);
    return finish(*unit);
  }
  answered_ = true;
  const Expected front = expected_.front();
  switch (status) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_EMPTY_QUERY:
      if (front.step != Step::command) return;
      if (front.renewed) {
        if (Statement* const statement = statements_.find(front.serial)) statement->renewed = false;
      }
      if (!front.unit->first) {
        front.unit->first = std::move(result);
      } else {
        front.unit->more.push_back(std::move(result));
      }
      return;
    case PGRES_PIPELINE_ABORTED:
      if (front.step == Step::prepare) statements_.remove(front.serial);
      return;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
      return lose("COPY through execute(): use copy_in() or copy_out()");
    default:
      return take_error(front, std::move(result));
  }
}

// The server's word on it is known once nothing else is under way.
void Pipeline::check_idle(Unit& unit) {
  const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
  if (status != PQTRANS_INTRANS && status != PQTRANS_INERROR) return;
  unit.lost = true;
  lose(
      "a statement left a transaction open on a connection that others use: Engine::connect() gives one for "
      "that");
}

void Pipeline::take_error(const Expected& front, ResultPtr result) {
  if (front.step == Step::prepare || front.step == Step::command)
    look_at_error(front, state_of(result.get()), result.get());
  if (!front.unit->error) front.unit->error = std::move(result);
}

// Whether it may help to run the statement again.
void Pipeline::look_at_error(const Expected& front, std::string_view state, const PGresult* result) {
  Statement* const statement = front.serial != 0 ? statements_.find(front.serial) : nullptr;
  if (front.step == Step::prepare) {
    if (!statement) return;
    const bool may_be_text = state == kUntyped && !statement->as_text;
    statement->prepared = false;  // the server has none of that name
    if (!may_be_text) return statements_.remove(front.serial);
    statement->as_text = front.unit->untyped = true;
  } else if (front.serial == 0) {
    if (state != kUntyped) return;
    front.unit->untyped = !front.unit->typed_as_text;
  } else if (!front.fresh && statement) {
    const bool renew = is_bad_text(state) && !statement->renewed;
    if (!renew && !is_stale(state, result)) return;
    if (state == kForgotten) statement->prepared = false;
    statement->renewed = statement->renewed || renew;
    statements_.renew(*statement);
    front.unit->stale = true;
  }
}

void Pipeline::finish(Unit& unit) {
  unit.done = true;
  if (unit.ticket.fiber) fiber::wake(unit.ticket);
}

void Pipeline::lose(std::string_view why) {
  if (lost_) return;
  lost_ = true;
  loss_ = {};
  loss_.message = trimmed(std::string(why).c_str());
  if (loss_.message.empty()) loss_.message = "the connection to the server was lost";
  units_ = 0;
  answered_ = false;
  // A unit that has no sync yet is finished when it asks for one.
  for (const Expected& one : std::exchange(expected_, {})) {
    if (one.step != Step::sync) continue;
    one.unit->lost = true;
    finish(*one.unit);
  }
}

void Pipeline::close() {
  lose("the connection was closed");
  connection_.reset();
}

void Pipeline::check(const Unit& unit, const std::string& statement) const {
  if (unit.error) throw_failure(failure_of(unit.error.get(), statement));
  if (unit.lost) throw_lost(statement);
}

void Pipeline::throw_lost(const std::string& statement) const {
  Failure failure = loss_;
  failure.statement = statement;
  throw DisconnectionError(std::move(failure));
}

}  // namespace retort::db::detail
