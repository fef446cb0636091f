// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Scheduler: the fibers of one thread and its event loop. The loop is a role, not a
// context: every fiber runs the same loop, and whichever is running is the loop. Work that
// parks hands the role to another fiber. All functions belong to the scheduler's thread,
// except post() and stop(), which any thread may call.

#include <cstddef>
#include <cstdint>

#include "retort/base/duration.h"
#include "retort/base/function.h"
#include "retort/fiber/io.h"
#include "retort/fiber/timer.h"

namespace retort::fiber {

class BlockingPool;
class Watchdog;
struct Fiber;

/// A point in time that never comes.
inline constexpr TimePoint kNever = TimePoint::max();

struct SchedulerOptions {
  std::size_t stack_bytes = 256 * 1024;   ///< reserved for each fiber; memory is taken as it is touched
  std::size_t idle_stacks = 256;          ///< kept for reuse when the loop has nothing to do
  BlockingPool* blocking_pool = nullptr;  ///< for blocking(); null: one of the scheduler's own, made at need
  Watchdog* watchdog = nullptr;           ///< null: none
};

struct SchedulerStats {
  std::size_t fibers = 0;       ///< stacks that exist
  std::size_t idle_fibers = 0;  ///< of them, without work
  std::size_t tasks = 0;        ///< begun or waiting, not ended
  std::uint64_t switches = 0;
  std::uint64_t polls = 0;  ///< epoll_wait calls
};

class Scheduler {
 public:
  explicit Scheduler(SchedulerOptions options = {});
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Runs the loop on the calling thread until stop(). What is then still running is
  /// cancelled and awaited.
  void run();
  /// Makes run() return. Any thread.
  void stop();
  /// The scheduler whose fiber is running on this thread; null on a plain thread.
  static Scheduler* current();

  /// Runs `f` on a fiber soon. An exception that leaves it ends the process, as it would a
  /// std::thread (see task.h for handles that keep it). Its context pointer is null.
  void spawn(Function<void()> f);
  /// spawn from any thread.
  void post(Function<void()> f);

  /// The steady clock as of this turn of the loop.
  TimePoint now() const;

  // Events (epoll, level-triggered). One handler a descriptor.
  void watch(int fd, std::uint32_t events, IoHandler& handler);
  void rewatch(int fd, std::uint32_t events, IoHandler& handler);
  /// Also drops what is already queued for the handler, so that it may be destroyed.
  void unwatch(int fd, IoHandler& handler);

  void arm(Timer& timer, TimePoint when);
  void disarm(Timer& timer);

  void add_before_poll(BeforePoll& hook);
  void remove_before_poll(BeforePoll& hook);

  SchedulerStats stats() const;
  const SchedulerOptions& options() const;
  BlockingPool& blocking_pool();

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  Impl* impl_;
};

/// Names what the running fiber does, for the watchdog. `label` must outlive the work.
void set_label(const char* label);

}  // namespace retort::fiber
