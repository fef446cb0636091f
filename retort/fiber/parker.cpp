// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/parker.h"

#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "retort/fiber/detail/scheduler_impl.h"

namespace retort::fiber {
namespace {

Scheduler::Impl* this_scheduler() { return detail::t_scheduler; }

// A plain thread's wait: sleeps on `word` while it is zero.
Wake park_thread(std::uint32_t* word, TimePoint deadline) {
  while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == 0) {
    timespec wait{};
    timespec* timeout = nullptr;
    if (deadline != kNever) {
      const auto left = deadline - Clock::now();
      if (left <= left.zero()) return Wake::timeout;
      const auto whole = std::chrono::duration_cast<seconds>(left);
      wait.tv_sec = static_cast<time_t>(whole.count());
      wait.tv_nsec = static_cast<long>(std::chrono::duration_cast<nanoseconds>(left - whole).count());
      timeout = &wait;
    }
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, 0, timeout, nullptr, 0);
  }
  return Wake::unparked;
}

}  // namespace

Ticket next_park(std::uint32_t& word) {
  Scheduler::Impl* scheduler = this_scheduler();
  if (!scheduler) return {nullptr, 0, nullptr, &word};
  Fiber* self = scheduler->current;
  self->woken = false;
  return {self, ++self->sequence, &scheduler->owner, nullptr};
}

Wake park(const Ticket& ticket, TimePoint deadline) {
  if (!ticket.fiber) return park_thread(ticket.word, deadline);
  return ticket.scheduler->impl().park(ticket.sequence, deadline);
}

void wake(const Ticket& ticket) {
  if (!ticket.fiber) {
    if (!ticket.word) return;
    __atomic_store_n(ticket.word, 1, __ATOMIC_RELEASE);
    syscall(SYS_futex, ticket.word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    return;
  }
  Scheduler::Impl& target = ticket.scheduler->impl();
  if (this_scheduler() != &target) return target.send({nullptr, ticket.fiber, ticket.sequence});
  Fiber* fiber = ticket.fiber;
  if (fiber->sequence != ticket.sequence) return;
  if (fiber->state == Fiber::State::parked) {
    target.make_ready(fiber, Wake::unparked);
  } else {
    fiber->woken = true;
  }
}

void check_cancelled() {
  Scheduler::Impl* scheduler = this_scheduler();
  if (!scheduler) return;
  const Fiber* self = scheduler->current;
  if ((self->cancel_requested || scheduler->stopping) && self->shields == 0) throw Cancelled();
}

CancelShield::CancelShield() {
  if (Scheduler::Impl* scheduler = this_scheduler()) ++scheduler->current->shields;
}

CancelShield::~CancelShield() {
  if (Scheduler::Impl* scheduler = this_scheduler()) --scheduler->current->shields;
}

TaskId TaskId::current() {
  TaskId id;
  if (Scheduler::Impl* scheduler = this_scheduler()) {
    id.fiber_ = scheduler->current;
    id.generation_ = scheduler->current->generation;
  }
  return id;
}

TaskId TaskId::begin() {
  if (Scheduler::Impl* scheduler = this_scheduler()) {
    scheduler->current->cancel_requested = false;
    ++scheduler->current->generation;
  }
  return current();
}

void TaskId::cancel() const {
  if (!fiber_ || fiber_->generation != generation_) return;
  fiber_->cancel_requested = true;
  if (fiber_->state == Fiber::State::parked && fiber_->shields == 0)
    fiber_->scheduler->impl().make_ready(fiber_, Wake::cancelled);
}

}  // namespace retort::fiber
