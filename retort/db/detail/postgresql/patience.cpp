// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/postgresql/patience.h"

#include <algorithm>
#include <utility>

#include <sys/epoll.h>

#include "retort/fiber/blocking.h"
#include "retort/fiber/socket.h"

namespace retort::db::detail {
namespace {

// How long the server may take to answer a cancellation.
constexpr seconds kGrace(5);
// A cancellation that finds the server between two statements does nothing: it is asked again.
constexpr milliseconds kCancelAgain(200);

}  // namespace

void cancel_at_server(PGconn* connection) noexcept {
  PGcancel* cancel = PQgetCancel(connection);
  if (!cancel) return;
  const fiber::CancelShield shield;
  try {
    fiber::blocking([cancel] {
      char why[256];
      PQcancel(cancel, why, sizeof why);
    });
  } catch (...) {  // NOLINT: no thread to be had; the statement then runs to its end
  }
  PQfreeCancel(cancel);
}

void throw_out_of_time(const std::string& statement) {
  Failure failure;
  failure.message = "the statement was not done by its deadline";
  failure.code = "57014";
  failure.statement = statement;
  throw QueryCanceled(std::move(failure));
}

void Patience::give_up(Reason reason) {
  reason_ = reason;
  cancel_at_server(pipeline_.connection());
  deadline_ = Clock::now() + kGrace;
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
    cancel_at_server(pipeline_.connection());
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

void Patience::finish(const std::string& statement) const {
  if (reason_ == Reason::cancelled) throw fiber::Cancelled();
  if (reason_ == Reason::deadline) throw_out_of_time(statement);
}

}  // namespace retort::db::detail
