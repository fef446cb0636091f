// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/detail/timer_wheel.h"

#include <bit>

namespace retort::fiber {

Timer::~Timer() {
  if (armed()) detail::TimerWheel::unlink(*this);
}

namespace detail {
namespace {

void make_empty(TimerLink& list) { list.next = list.previous = &list; }
bool is_empty(const TimerLink& list) { return list.next == &list; }

}  // namespace

TimerWheel::TimerWheel(std::uint64_t now) : now_(now) {
  for (auto& level : slots_) {
    for (TimerLink& slot : level) make_empty(slot);
  }
  make_empty(due_);
}

void TimerWheel::link(TimerLink& list, Timer& timer) {
  timer.next = &list;
  timer.previous = list.previous;
  list.previous->next = &timer;
  list.previous = &timer;
}

void TimerWheel::unlink(TimerLink& link) {
  link.previous->next = link.next;
  link.next->previous = link.previous;
  link.next = link.previous = nullptr;
}

void TimerWheel::arm(Timer& timer, std::uint64_t expiry) {
  if (timer.armed()) disarm(timer);
  constexpr std::uint64_t kHorizon = (std::uint64_t{1} << (kBits * kLevels)) - 1;
  timer.expiry_ = expiry > (now_ | kHorizon) ? (now_ | kHorizon) : expiry;
  insert(timer);
}

void TimerWheel::insert(Timer& timer) {
  if (timer.expiry_ <= now_) return link(due_, timer);
  const int level = (63 - std::countl_zero(now_ ^ timer.expiry_)) / kBits;
  const std::uint64_t index = (timer.expiry_ >> (kBits * level)) & (kSlots - 1);
  link(slots_[level][index], timer);
  occupied_[level] |= std::uint64_t{1} << index;
}

// A slot's bit may stay set after its last timer was disarmed: first_slot clears it.
void TimerWheel::disarm(Timer& timer) {
  if (timer.armed()) unlink(timer);
}

bool TimerWheel::first_slot(Slot& out) {
  for (int level = 0; level < kLevels; ++level) {
    std::uint64_t& occupied = occupied_[level];
    while (occupied != 0 && is_empty(slots_[level][std::countr_zero(occupied)])) occupied &= occupied - 1;
    if (occupied == 0) continue;
    const auto index = static_cast<std::uint64_t>(std::countr_zero(occupied));
    const int shift = kBits * level;
    const std::uint64_t above = now_ >> (shift + kBits) << (shift + kBits);
    out = {level, index, above | index << shift};
    return true;
  }
  return false;
}

void TimerWheel::advance(std::uint64_t now) {
  Slot slot;
  while (first_slot(slot) && slot.tick <= now) {
    now_ = slot.tick;
    occupied_[slot.level] &= ~(std::uint64_t{1} << slot.index);
    TimerLink& list = slots_[slot.level][slot.index];
    while (!is_empty(list)) {
      Timer& timer = static_cast<Timer&>(*list.next);
      unlink(timer);
      insert(timer);
    }
  }
  if (now > now_) now_ = now;
}

Timer* TimerWheel::pop_due() {
  if (is_empty(due_)) return nullptr;
  Timer& timer = static_cast<Timer&>(*due_.next);
  unlink(timer);
  return &timer;
}

std::uint64_t TimerWheel::next_tick() {
  if (!is_empty(due_)) return now_;
  Slot slot;
  return first_slot(slot) ? slot.tick : kNever;
}

}  // namespace detail
}  // namespace retort::fiber
