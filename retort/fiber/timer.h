// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Timer: an intrusive entry of a scheduler's timer wheel. Arming, disarming and re-arming
// take constant time and no system call. Not copyable; one that dies armed is disarmed.
// Belongs to its scheduler's thread.

#include <cstdint>

namespace retort::fiber {

namespace detail {
class TimerWheel;
struct TimerLink {
  TimerLink* next = nullptr;
  TimerLink* previous = nullptr;
};
}  // namespace detail

class Timer : private detail::TimerLink {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Called once on the loop's fiber when the time has come; may park and may arm again.
  virtual void on_timer() = 0;
  bool armed() const { return next != nullptr; }

 protected:
  ~Timer();

 private:
  friend class detail::TimerWheel;
  std::uint64_t expiry_ = 0;  // in the wheel's ticks
};

}  // namespace retort::fiber
