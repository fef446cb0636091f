// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/postgresql/shared_connection.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <sys/epoll.h>

#include "retort/db/detail/postgresql/patience.h"
#include "retort/db/detail/postgresql/result_row.h"

namespace retort::db::detail {
namespace {

// What nobody waits for may run this long before the others, once it is its turn.
constexpr milliseconds kAbandonedTime(5);
// Of a statement that failed through no fault of its own: a stale prepared statement, another
// one's cancellation that met it.
constexpr int kAttempts = 4;
// For how long a cancellation may meet another statement than the one that it was meant for.
constexpr seconds kCancelTime(1);

bool is_canceled(const Unit& unit) {
  const char* code = unit.error ? PQresultErrorField(unit.error.get(), PG_DIAG_SQLSTATE) : nullptr;
  return code && std::string_view(code) == "57014";
}

}  // namespace

/// A parked fiber that lives as long as the connection is watched: when the scheduler ends it
/// is cancelled, and the connection is taken out of the loop before the loop goes.
struct SharedConnection::Guard {
  fiber::Scheduler* scheduler;
  SharedConnection* connection;  // null: it is gone
  fiber::Ticket ticket = {};

  static void run(Guard* guard) {
    const struct End {
      ~End() {
        if (guard->connection) guard->connection->guard_ended();
        delete guard;
      }
      Guard* guard;
    } end{guard};
    while (guard->connection) {
      std::uint32_t unused = 0;
      guard->ticket = fiber::next_park(unused);
      if (fiber::park(guard->ticket) == fiber::Wake::cancelled) return;
    }
  }
};

/// A unit for the time of a call; given back when it is done, left behind when it is not.
struct SharedConnection::Lent {
  explicit Lent(SharedConnection& c) : connection(c), unit(&c.take_unit()) {}
  ~Lent() {
    if (!sent || unit->done) {
      connection.give_back(*unit);
    } else {
      connection.abandon(*unit);
    }
  }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;
  SharedConnection& connection;
  Unit* unit;
  bool sent = false;
};

SharedConnection::SharedConnection(ConnectionPtr connection, std::size_t statements)
    : pipeline_(std::move(connection), statements) {}

SharedConnection::~SharedConnection() {
  pipeline_.lose("the connection was closed");
  if (!guard_) return;
  stop_watching();
  guard_->connection = nullptr;
  fiber::wake(guard_->ticket);
}

void SharedConnection::begin_watching() {
  if (guard_) return;
  fiber::Scheduler* const scheduler = fiber::Scheduler::current();
  guard_ = new Guard{scheduler, this};
  fd_ = pipeline_.fd();
  scheduler->watch(fd_, EPOLLIN, *this);
  watched_ = EPOLLIN;
  scheduler->spawn([guard = guard_] { Guard::run(guard); });
}

void SharedConnection::stop_watching() {
  if (watched_ != 0) guard_->scheduler->unwatch(fd_, *this);
  watched_ = 0;
  if (armed()) guard_->scheduler->disarm(*this);
}

// The scheduler ends. With nothing under way the connection may serve the next one.
void SharedConnection::guard_ended() {
  stop_watching();
  guard_ = nullptr;
  if (pipeline_.pending() != 0) pipeline_.lose("the scheduler has ended");
  look_after_abandoned();
}

bool SharedConnection::usable() {
  // Unwatched: the server's farewell comes first, then the end.
  for (int i = 0; i < 2 && !guard_; ++i) pipeline_.pump();
  return !pipeline_.is_lost();
}

// Sends what the socket takes; the loop goes on with the rest.
void SharedConnection::send() {
  const std::uint32_t wanted = pipeline_.flush() ? EPOLLIN | EPOLLOUT : EPOLLIN;
  if (pipeline_.is_lost()) return stop_watching();
  if (wanted == watched_) return;
  guard_->scheduler->rewatch(fd_, wanted, *this);
  watched_ = wanted;
}

void SharedConnection::on_io(std::uint32_t) {
  pipeline_.pump();
  look_after_abandoned();
  send();
}

Unit& SharedConnection::take_unit() {
  if (free_.empty()) {
    units_.push_back(std::make_unique<Unit>());
    free_.reserve(units_.size());
    abandoned_.reserve(units_.size());
    return *units_.back();
  }
  Unit* const unit = free_.back();
  free_.pop_back();
  return *unit;
}

void SharedConnection::give_back(Unit& unit) {
  unit.reset();
  free_.push_back(&unit);
}

void SharedConnection::abandon(Unit& unit) {
  unit.ticket = {};
  unit.abandoned = true;
  abandoned_.push_back(&unit);
  look_after_abandoned();
}

// Takes back those that are done. One that runs now and holds the others up is cancelled soon.
void SharedConnection::look_after_abandoned() {
  if (abandoned_.empty()) return;
  const auto done =
      std::partition(abandoned_.begin(), abandoned_.end(), [](Unit* unit) { return !unit->done; });
  for (auto at = done; at != abandoned_.end(); ++at) give_back(**at);
  abandoned_.erase(done, abandoned_.end());
  Unit* const head = pipeline_.head();
  if (!head || !head->abandoned || head == to_cancel_ || !guard_) return;
  to_cancel_ = head;
  guard_->scheduler->arm(*this, Clock::now() + kAbandonedTime);
}

// If the server has gone on meanwhile, the cancellation may meet somebody else's statement:
// run() sends that again, as it was rolled back.
void SharedConnection::on_timer() {
  Unit* const unit = std::exchange(to_cancel_, nullptr);
  if (pipeline_.is_lost() || pipeline_.head() != unit || !unit->abandoned) return;
  last_cancel_ = Clock::now();
  cancel_at_server(pipeline_.connection());  // the connection may be gone after it
}

void SharedConnection::wait(Unit& unit, const std::string& sql, TimePoint deadline) {
  while (!unit.done) {
    std::uint32_t unused = 0;
    unit.ticket = fiber::next_park(unused);
    const fiber::Wake why = fiber::park(unit.ticket, deadline);
    if (unit.done) return;
    if (why == fiber::Wake::cancelled) throw fiber::Cancelled();
    if (why == fiber::Wake::timeout) throw_out_of_time(sql);
  }
}

// Sends what `add` puts into the unit, waits, and sends it again when it failed through no
// fault of its own.
template <class Add>
void SharedConnection::run(Lent& lent, const std::string& sql, TimePoint deadline, Add add) {
  fiber::check_cancelled();
  if (deadline != fiber::kNever && Clock::now() >= deadline) throw_out_of_time(sql);
  begin_watching();
  Unit& unit = *lent.unit;
  for (int attempt = 1;; ++attempt) {
    pipeline_.deallocate_evicted();
    add(unit);
    lent.sent = true;
    pipeline_.sync(unit);
    send();
    wait(unit, sql, deadline);
    const bool innocent = unit.stale || (is_canceled(unit) && Clock::now() - last_cancel_ < kCancelTime);
    if (!innocent || attempt == kAttempts) return;
    unit.reset();
    lent.sent = false;
  }
}

ExecuteResult SharedConnection::execute(const std::string& sql, const Parameters& parameters,
                                        const RowSink& sink, TimePoint deadline) {
  if (first_word(sql) == "copy") throw ArgumentError("COPY is copy_in()'s and copy_out()'s");
  Lent lent(*this);
  run(lent, sql, deadline, [&](Unit& unit) { pipeline_.command(unit, sql, parameters); });
  pipeline_.check(*lent.unit, sql);
  return lent.unit->results() == 0 ? ExecuteResult() : give_rows(lent.unit->result(0), sink);
}

void SharedConnection::execute_batch(std::vector<BatchItem>& items, TimePoint deadline) {
  if (items.empty()) return;
  for (const BatchItem& item : items) check_statement(item.sql, item.parameters);
  Lent lent(*this);
  run(lent, items[0].sql, deadline, [&](Unit& unit) {
    for (const BatchItem& item : items) pipeline_.command(unit, item.sql, item.parameters);
  });
  const std::size_t succeeded = lent.unit->results();
  pipeline_.check(*lent.unit, items[std::min(succeeded, items.size() - 1)].sql);
  for (std::size_t i = 0; i < succeeded; ++i)
    items[i].result = give_rows(lent.unit->result(i), items[i].sink);
}

}  // namespace retort::db::detail
