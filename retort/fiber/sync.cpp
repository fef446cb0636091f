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
    Wake why = Wake::unparked;
    try {
      why = park(waiter.ticket, deadline);
    } catch (...) {  // no memory for a stack
      const SpinGuard guard(lock);
      if (waiter.granted) return true;
      list.remove(waiter);
      throw;
    }
    const SpinGuard guard(lock);
    if (waiter.granted) return true;
    if (why != Wake::unparked) {
      list.remove(waiter);
      if (why == Wake::cancelled) throw Cancelled();
      return false;
    }
    waiter.ticket = next_park(waiter.word);  // woken by nobody of ours: wait on
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

// A granted waiter is woken under the list's lock: it takes the lock before it goes on, so
// neither it nor its scheduler can be gone when the wake reaches them.
void Mutex::unlock() {
  const detail::SpinGuard guard(lock_);
  if (waiters_.empty()) {
    held_ = false;
  } else {
    wake(waiters_.grant_first());
  }
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
  const detail::SpinGuard guard(lock_);
  if (!waiters_.empty()) wake(waiters_.grant_first());
}

void ConditionVariable::notify_all() {
  const detail::SpinGuard guard(lock_);
  while (!waiters_.empty()) wake(waiters_.grant_first());
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
  const detail::SpinGuard guard(lock_);
  if (waiters_.empty()) {
    ++count_;
  } else {
    wake(waiters_.grant_first());
  }
}

}  // namespace retort::fiber
