// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Patience: the waiting of one call on a connection that it has for itself. When the deadline
// passes or the fiber is cancelled it cancels the statement at the server, and waits a while
// longer for the answer to that, so that the connection stays in step.

#include <cstdint>
#include <string>

#include "retort/base/duration.h"
#include "retort/db/detail/postgresql/pipeline.h"

namespace retort::db::detail {

/// Asks the server to cancel what the connection runs. Parks, not interrupted by cancellation.
void cancel_at_server(PGconn* connection) noexcept;

class Patience {
 public:
  Patience(Pipeline& pipeline, TimePoint deadline) : pipeline_(pipeline), deadline_(deadline) {}

  /// Until the socket is ready for `events` (epoll's bits). A server that no longer answers
  /// makes the pipeline lost.
  void wait(std::uint32_t events);
  /// Until `unit` is done. Throws nothing of the statement's: see finish and Pipeline::check.
  void wait_for(Unit& unit);

  bool is_over() const { return reason_ != Reason::none; }
  /// Throws QueryCanceled or Cancelled if that is why the waiting ended.
  void finish(const std::string& statement) const;

 private:
  enum class Reason : unsigned char { none, deadline, cancelled };
  void give_up(Reason reason);

  Pipeline& pipeline_;
  TimePoint deadline_;
  Reason reason_ = Reason::none;
};

/// QueryCanceled, for a deadline that has passed.
[[noreturn]] void throw_out_of_time(const std::string& statement);

}  // namespace retort::db::detail
