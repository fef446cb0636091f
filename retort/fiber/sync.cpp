// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/sync.h"

#include <exception>

#include <sched.h>

namespace retort::fiber {
namespace detail {

void SpinLock::lock() {
  for (int spins = 0; __atomic_exchange_n(&held_, 1, __ATOMIC_ACQUIRE) != 0; ++spins) {
    if (spins > 100) sched_yield();
  }
}

void WaiterList::push(Waiter& waiter) {
  waiter.next = nullptr;
  waiter.previous = tail_;
  (tail_ ? tail_->next : head_) = &waiter;
  tail_ = &waiter;
}

void WaiterList::remove(Waiter& waiter) {
  (waiter.previous ? waiter.previous->next : head_) = waiter.next;
  (waiter.next ? waiter.next->previous : tail_) = waiter.previous;
}

Ticket WaiterList::grant_first() {
  Waiter& waiter = *head_;
  remove(waiter);
  waiter.granted = true;
  return waiter.ticket;
}

bool wait_granted(Waiter& waiter, WaiterList& list, SpinLock& lock, TimePoint deadline) {
  for (;;) {
    const Wake why = park(waiter.ticket, deadline);
    {
      const SpinGuard guard(lock);
      if (waiter.granted) return true;
      if (why != Wake::unparked) list.remove(waiter);
    }
    if (why == Wake::timeout) return false;
    if (why == Wake::cancelled) throw Cancelled();
    // Woken by nobody of ours: wait on, with a fresh ticket.
    const SpinGuard guard(lock);
    if (waiter.granted) return true;
    waiter.ticket = next_park(waiter.word);
  }
}

}  // namespace detail

bool Mutex::try_lock() {
  const detail::SpinGuard guard(lock_);
  if (held_) return false;
  held_ = true;
  return true;
}

bool Mutex::try_lock_until(TimePoint deadline) {
  detail::Waiter waiter;
  {
    const detail::SpinGuard guard(lock_);
    if (!held_) {
      held_ = true;
      return true;
    }
    waiter.ticket = next_park(waiter.word);
    waiters_.push(waiter);
  }
  return detail::wait_granted(waiter, waiters_, lock_, deadline);  // granted: it is ours already
}

void Mutex::unlock() {
  Ticket ticket;
  {
    const detail::SpinGuard guard(lock_);
    if (waiters_.empty()) {
      held_ = false;
      return;
    }
    ticket = waiters_.grant_first();
  }
  wake(ticket);
}

bool ConditionVariable::wait_until(Mutex& mutex, TimePoint deadline) {
  detail::Waiter waiter;
  {
    const detail::SpinGuard guard(lock_);
    waiter.ticket = next_park(waiter.word);
    waiters_.push(waiter);
  }
  mutex.unlock();
  bool granted = false;
  std::exception_ptr cancelled;
  try {
    granted = detail::wait_granted(waiter, waiters_, lock_, deadline);
  } catch (const Cancelled&) {
    cancelled = std::current_exception();
  }
  {
    const CancelShield shield;  // the caller's guard will unlock it
    mutex.lock();
  }
  if (cancelled) std::rethrow_exception(cancelled);
  return granted;
}

void ConditionVariable::notify_one() {
  Ticket ticket;
  {
    const detail::SpinGuard guard(lock_);
    if (waiters_.empty()) return;
    ticket = waiters_.grant_first();
  }
  wake(ticket);
}

void ConditionVariable::notify_all() {
  for (;;) {
    Ticket ticket;
    {
      const detail::SpinGuard guard(lock_);
      if (waiters_.empty()) return;
      ticket = waiters_.grant_first();
    }
    wake(ticket);
  }
}

bool Semaphore::try_acquire() {
  const detail::SpinGuard guard(lock_);
  if (count_ == 0) return false;
  --count_;
  return true;
}

bool Semaphore::try_acquire_until(TimePoint deadline) {
  detail::Waiter waiter;
  {
    const detail::SpinGuard guard(lock_);
    if (count_ != 0) {
      --count_;
      return true;
    }
    waiter.ticket = next_park(waiter.word);
    waiters_.push(waiter);
  }
  return detail::wait_granted(waiter, waiters_, lock_, deadline);
}

void Semaphore::release() {
  Ticket ticket;
  {
    const detail::SpinGuard guard(lock_);
    if (waiters_.empty()) {
      ++count_;
      return;
    }
    ticket = waiters_.grant_first();
  }
  wake(ticket);
}

}  // namespace retort::fiber
