// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// MemoryConnection: the one connection of an engine whose database is in memory, lent in turn.
// Whoever has it may take it again, as may what it waits for: the tasks that it gathers, the
// scheduler that it runs. Thread-safe.

#include "retort/db/detail/pool.h"
#include "retort/fiber/sync.h"

namespace retort::db::detail {

/// Names the calling task, or plain thread.
unsigned long this_task();

/// Whose nested transaction is open: savepoints end in the reverse order of their beginning, so
/// those of several tasks may not interleave. All on one thread.
class NestedTurns {
 public:
  explicit NestedTurns(milliseconds timeout) : timeout_(timeout) {}
  /// Waits for another task's to end; throws PoolTimeout, Cancelled. A task may enter again.
  void enter();
  void leave();
  unsigned long next_number() { return ++number_; }

 private:
  milliseconds timeout_;
  fiber::Mutex turn_;
  unsigned long task_ = 0;
  int depth_ = 0;
  unsigned long number_ = 0;
};

class MemoryConnection final : public Lender {
 public:
  MemoryConnection(const Url& url, const EngineOptions& options)
      : url_(url), options_(options), nested_(options.pool_timeout) {}

  /// Throws PoolTimeout, Cancelled.
  Loan* take();
  void give_back(Loan* loan) noexcept override;
  /// The database ends, as soon as nobody has it: at once, or when the caller gives it back.
  void dispose();

 private:
  /// Who calls: a task or a plain thread, and the context that gathered tasks inherit.
  struct Caller;
  bool may_join(const Caller& caller) const;
  void leave() noexcept;

  const Url& url_;
  const EngineOptions& options_;
  fiber::Mutex turn_;
  fiber::detail::SpinLock lock_;  // of the holder and of how often it is lent
  unsigned long task_ = 0;
  unsigned long thread_ = 0;
  bool on_fiber_ = false;
  const void* context_ = nullptr;
  int lent_ = 0;
  bool ends_ = false;
  NestedTurns nested_;
  Owned<Connection> connection_;
};

}  // namespace retort::db::detail
