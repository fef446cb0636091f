// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Patience: the waiting of one call on a connection that it has for itself. When the deadline
// passes or the fiber is cancelled it cancels the statement at the server, and waits a while
// longer for the answer to that, so that the connection stays in step.

#include <cstdint>
#include <memory>
#include <string>

#include "retort/base/duration.h"
#include "retort/db/detail/postgresql/pipeline.h"

namespace retort::db::detail {

/// How long the server may take to answer a cancellation.
inline constexpr seconds kCancelGrace(5);
/// One that finds the server between two statements does nothing: it is sent again.
inline constexpr milliseconds kCancelAgain(200);

/// Asks the server to cancel what a connection runs. It has a thread of its own, as libpq waits
/// for the server without an end; the connection may go meanwhile.
class Cancellation {
 public:
  explicit Cancellation(PGconn* connection);

  /// The server has it: from then on it meets nothing that is sent later.
  bool is_done() const;
  /// When it was done; precondition: it is.
  TimePoint ended() const;
  /// Parks until it is done, shielded; false at the deadline.
  bool wait(TimePoint deadline) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

class Patience {
 public:
  Patience(Pipeline& pipeline, TimePoint deadline) : pipeline_(pipeline), deadline_(deadline) {}
  /// Waits until its cancellation can no longer meet another statement.
  ~Patience();
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

  /// Until the socket is ready for `events` (epoll's bits). A server that no longer answers
  /// makes the pipeline lost.
  void wait(std::uint32_t events);
  /// Until `unit` is done. Throws nothing of the statement's: see finish and Pipeline::check.
  void wait_for(Unit& unit);

  /// The rest of the result is not wanted: cancels it.
  void stop() { give_up(Reason::stopped); }

  bool is_over() const { return reason_ != Reason::none; }
  /// Throws QueryCanceled or Cancelled if the statement ended, with `error`, for that reason; one
  /// that was done in spite of it has its result, and of one whose connection was lost at the
  /// deadline nobody knows.
  void finish(const PGresult* error, const std::string& statement) const;

 private:
  enum class Reason : unsigned char { none, deadline, cancelled, stopped };
  void give_up(Reason reason);

  Pipeline& pipeline_;
  TimePoint deadline_;
  Reason reason_ = Reason::none;
  std::unique_ptr<Cancellation> cancellation_;
};

bool is_canceled(const PGresult* error);

/// QueryCanceled, for a deadline that has passed.
[[noreturn]] void throw_out_of_time(const std::string& statement);

}  // namespace retort::db::detail
