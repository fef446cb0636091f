// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/postgresql/patience.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <sys/epoll.h>

#include "retort/fiber/socket.h"
#include "retort/fiber/task.h"

namespace retort::db::detail {

struct Cancellation::State {
  std::atomic<Clock::rep> ended = 0;  // 0: not yet
  void end() { ended.store(Clock::now().time_since_epoch().count(), std::memory_order_release); }
};

namespace {

// The thread starts without signals: they are the program's own threads'.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

Cancellation::Cancellation(PGconn* connection) : state_(std::make_shared<State>()) {
  PGcancel* const cancel = PQgetCancel(connection);
  if (!cancel) {
    state_->end();
    return;
  }
  try {
    const NoSignals none;
    std::thread([cancel, state = state_] {
      char why[256];
      PQcancel(cancel, why, sizeof why);
      PQfreeCancel(cancel);
      state->end();
    }).detach();
  } catch (const std::system_error&) {  // no thread to be had; the statement then runs to its end
    PQfreeCancel(cancel);
    state_->end();
  }
}

bool Cancellation::is_done() const { return state_->ended.load(std::memory_order_acquire) != 0; }

TimePoint Cancellation::ended() const {
  return TimePoint(Clock::duration(state_->ended.load(std::memory_order_acquire)));
}

bool Cancellation::wait(TimePoint deadline) const {
  const fiber::CancelShield shield;
  while (!is_done()) {
    if (Clock::now() >= deadline) return false;
    fiber::sleep_for(milliseconds(1));
  }
  return true;
}

bool is_canceled(const PGresult* error) {
  const char* code = error ? PQresultErrorField(error, PG_DIAG_SQLSTATE) : nullptr;
  return code && std::string_view(code) == "57014";
}

void throw_out_of_time(const std::string& statement) {
  Failure failure;
  failure.message = "the statement was not done by its deadline";
  failure.code = "57014";
  failure.statement = statement;
  throw QueryCanceled(std::move(failure));
}

Patience::~Patience() {
  if (cancellation_ && !pipeline_.is_lost() && !cancellation_->wait(deadline_))
    pipeline_.lose("the server does not answer a cancellation");
}

void Patience::give_up(Reason reason) {
  reason_ = reason;
  cancellation_ = std::make_unique<Cancellation>(pipeline_.connection());
  deadline_ = Clock::now() + kCancelGrace;
}

void Patience::wait(std::uint32_t events) {
  try {
    if (!is_over()) {
      Reason reason = Reason::deadline;
      try {
        if (fiber::wait_ready(pipeline_.fd(), events, deadline_) != 0) return;
      } catch (const fiber::Cancelled&) {
        reason = Reason::cancelled;
      }
      return give_up(reason);
    }
    const fiber::CancelShield shield;
    const TimePoint next = std::min(deadline_, Clock::now() + kCancelAgain);
    if (fiber::wait_ready(pipeline_.fd(), events, next) != 0) return;
    if (next == deadline_) return pipeline_.lose("the server does not answer a cancellation");
    if (cancellation_->is_done()) cancellation_ = std::make_unique<Cancellation>(pipeline_.connection());
  } catch (const fiber::IoError& e) {
    pipeline_.lose(e.what());
  }
}

void Patience::wait_for(Unit& unit) {
  while (!unit.done) {
    const bool unsent = pipeline_.flush();
    wait(unsent ? EPOLLIN | EPOLLOUT : EPOLLIN);
    pipeline_.pump();
  }
}

void Patience::finish(const PGresult* error, const std::string& statement) const {
  if (reason_ == Reason::cancelled && (pipeline_.is_lost() || is_canceled(error))) throw fiber::Cancelled();
  if (reason_ == Reason::deadline && is_canceled(error)) throw_out_of_time(statement);
}

}  // namespace retort::db::detail
