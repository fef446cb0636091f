// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A hierarchical timer wheel: six levels of 64 slots, one tick a millisecond. A timer lies
// on the level of the highest six-bit group in which its expiry differs from now, so a
// level's occupied slots all lie ahead of now, and the next one is found by counting
// zeros. Moving down a level happens when its slot comes up.

#include <cstdint>

#include "retort/fiber/timer.h"

namespace retort::fiber::detail {

class TimerWheel {
 public:
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  explicit TimerWheel(std::uint64_t now);
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Arms `timer` for tick `expiry`; one that has passed is due at once.
  void arm(Timer& timer, std::uint64_t expiry);
  void disarm(Timer& timer);

  /// Moves to tick `now` (never back); timers that come due queue up for pop_due.
  void advance(std::uint64_t now);
  /// The next timer that is due, disarmed; null when there is none.
  Timer* pop_due();
  /// A tick not after the first expiry, at which advance has something to do; kNever when
  /// no timer is armed, now when one is due.
  std::uint64_t next_tick();
  std::uint64_t now() const { return now_; }

 private:
  static constexpr int kLevels = 6;
  static constexpr int kBits = 6;
  static constexpr std::uint64_t kSlots = 1u << kBits;

  struct Slot {
    int level;
    std::uint64_t index;
    std::uint64_t tick;  // when it comes up
  };
  bool first_slot(Slot& out);
  friend class retort::fiber::Timer;
  void insert(Timer& timer);
  static void link(TimerLink& list, Timer& timer);
  static void unlink(TimerLink& link);

  std::uint64_t now_;
  std::uint64_t occupied_[kLevels] = {};
  TimerLink slots_[kLevels][kSlots];
  TimerLink due_;
};

}  // namespace retort::fiber::detail
