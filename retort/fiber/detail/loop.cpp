// SPDX-License-Identifier: BSD-3-Clause
// The loop that every fiber runs: take the next piece of work, or poll the system for some.
#include <algorithm>
#include <cstdint>
#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

#include "retort/fiber/context.h"
#include "retort/fiber/detail/scheduler_impl.h"

namespace retort::fiber {

void Scheduler::Impl::loop() {
  for (;;) step();
}

void Scheduler::Impl::step() {
  ++steps;
  beat.store(++beats, std::memory_order_relaxed);
  if (budget == 0) {
    poll(false);
  } else {
    budget -= std::min(budget, kStepCost);
  }
  // Ready fibers, new tasks and events take turns, so that none starves another.
  const bool events_wait = event_next < event_count;
  if (!ready.empty() && (steps & 1 || (tasks.empty() && !events_wait))) return hand_over(ready.pop());
  if (!tasks.empty() && (steps & 2 || !events_wait)) return run_task(tasks.pop());
  if (events_wait) return dispatch_event();
  if (!ready.empty() || !tasks.empty()) return;
  if (stopping && finished()) return hand_over(&main);
  poll(true);
}

void Scheduler::Impl::end_work() {
  Fiber* self = current;
  if (self->locals) {
    ++self->shields;  // a destructor that parks cannot be thrown out of
    while (self->locals) detail::destroy_locals(std::exchange(self->locals, nullptr));
    --self->shields;
  }
  context() = nullptr;
  self->cancel_requested = false;
  if (self->label) {
    self->label = nullptr;
    label.store(nullptr, std::memory_order_relaxed);
  }
  ++self->generation;
}

void Scheduler::Impl::run_task(detail::TaskNode* node) {
  context() = node->context;
  [&]() noexcept {
    try {
      node->run();
    } catch (const Cancelled&) {
      // Unwound as asked; there is nobody to tell.
    }
    node->run = nullptr;  // what it captured goes before the task's locals do
  }();
  node->next = std::exchange(free_nodes, node);
  --task_count;
  end_work();
}

void Scheduler::Impl::dispatch_event() {
  epoll_event& event = events[event_next++];
  if (event.events == 0) return;  // its handler was unwatched meanwhile
  if (!event.data.ptr) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto ignored = read(event_fd, &count, sizeof count);
    take_messages();
    return;
  }
  auto* handler = static_cast<IoHandler*>(event.data.ptr);
  const std::uint32_t bits = event.events;
  event.events = 0;
  [&]() noexcept {
    try {
      handler->on_io(bits);
    } catch (const Cancelled&) {
      // The callback's work was cancelled.
    }
  }();
  end_work();
}

void Scheduler::Impl::refresh_clock() { now = Clock::now(); }

std::uint64_t Scheduler::Impl::tick_of(TimePoint when) const {
  if (when <= epoch) return 0;
  const auto since = when - epoch;
  const auto whole = std::chrono::duration_cast<milliseconds>(since);
  return static_cast<std::uint64_t>(whole.count()) + (whole < since ? 1 : 0);
}

void Scheduler::Impl::fire_timers() {
  const auto tick = std::chrono::duration_cast<milliseconds>(now - epoch).count();
  wheel.advance(static_cast<std::uint64_t>(tick));
  // One that arms itself for the past is due again at once: the rest must get its turn.
  for (int i = 0; i < kTimersPerPoll; ++i) {
    Timer* timer = wheel.pop_due();
    if (!timer) return;
    // It may park; the timers that are still due wait in the wheel for the next loop fiber.
    [&]() noexcept {
      try {
        timer->on_timer();
      } catch (const Cancelled&) {
        // The callback's work was cancelled.
      }
    }();
    end_work();
  }
}

// The longest sleep in milliseconds, -1 for ever. From here on other threads wake the loop.
int Scheduler::Impl::timeout_of_sleep() {
  TimePoint until = give_stacks_back();
  const std::uint64_t tick = wheel.next_tick();
  if (tick != detail::TimerWheel::kNever) {
    constexpr std::uint64_t kLongest = 365ull * 24 * 3600 * 1000;  // overflows no TimePoint
    until = std::min(until, epoch + milliseconds(std::min(tick, wheel.now() + kLongest)));
  }
  int timeout = -1;
  if (until != kNever) {
    refresh_clock();
    const auto wait = std::chrono::ceil<milliseconds>(until - now).count();
    timeout = static_cast<int>(std::clamp<std::int64_t>(wait, 0, 3'600'000));
  }
  sleeping.store(true, std::memory_order_seq_cst);
  if (has_messages.load(std::memory_order_seq_cst)) timeout = 0;
  return timeout;
}

void Scheduler::Impl::poll(bool may_block) {
  budget = kBudget;
  if (has_messages.load(std::memory_order_acquire)) {
    take_messages();
    may_block = false;
  }
  for (std::size_t i = 0; i < before_poll.size(); ++i) before_poll[i]->before_poll();
  if (event_next < event_count || !ready.empty() || !tasks.empty()) may_block = false;
  if (event_next == event_count) {
    const int timeout = may_block ? timeout_of_sleep() : 0;
    polling.store(true, std::memory_order_relaxed);
    const int count = epoll_wait(epoll_fd, events, kEvents, timeout);
    polling.store(false, std::memory_order_relaxed);
    sleeping.store(false, std::memory_order_relaxed);
    event_next = 0;
    event_count = std::max(count, 0);
    ++polls;
  }
  refresh_clock();
  fire_timers();
}

}  // namespace retort::fiber
