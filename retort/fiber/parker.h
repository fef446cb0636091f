// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Parking: how a fiber waits. park() suspends the caller until wake() is called with its
// ticket, the deadline passes, or the task is cancelled. All waiting is built on it. On a
// plain thread it blocks the thread.

#include <cstdint>

#include "retort/base/duration.h"
#include "retort/fiber/scheduler.h"

namespace retort::fiber {

/// Is thrown at a parking point of a cancelled task, to unwind it. Not a std::exception, so
/// that handlers of errors do not swallow it; a catch (...) has to rethrow it.
struct Cancelled {};

/// Why a park ended.
enum class Wake : std::uint8_t { unparked, timeout, cancelled };

/// One act of waiting. Waking an empty ticket, or a fiber's that has gone on, does nothing; a
/// plain thread's must not be woken once its `word` is gone, a fiber's from another thread
/// not once its scheduler is (see sync.cpp for how to be sure).
struct Ticket {
  Fiber* fiber = nullptr;  // a fiber's wait ...
  std::uint64_t sequence = 0;
  Scheduler* scheduler = nullptr;
  std::uint32_t* word = nullptr;  // ... or a plain thread's
};

/// The calling fiber's (or thread's) next park. `word` is the caller's, zero, and must stay
/// until park returns; only plain threads use it.
Ticket next_park(std::uint32_t& word);

/// Suspends the caller until its ticket is woken. A wake between next_park and park counts.
Wake park(const Ticket& ticket, TimePoint deadline = kNever);

/// Ends a park; any thread. A fiber of another scheduler is woken by a message to it.
void wake(const Ticket& ticket);

/// Throws Cancelled when the running task has been cancelled.
void check_cancelled();

/// While one lives the running task's cancellation waits.
class CancelShield {
 public:
  CancelShield();
  ~CancelShield();
  CancelShield(const CancelShield&) = delete;
  CancelShield& operator=(const CancelShield&) = delete;
};

/// Names the work of a fiber, for cancelling it from elsewhere on the same scheduler. Work
/// that has ended is not affected, even if its fiber has gone on to other work.
class TaskId {
 public:
  TaskId() = default;
  /// The running work: a task, or the callback of an event.
  static TaskId current();
  /// Begins a piece of cancellable work inside a callback of the loop, such as a request:
  /// what was said to earlier work of this fiber does not concern it.
  static TaskId begin();
  void cancel() const;

 private:
  Fiber* fiber_ = nullptr;
  std::uint64_t generation_ = 0;
};

}  // namespace retort::fiber
