// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Mutex, ConditionVariable, Semaphore and Channel for fibers: waiting parks the fiber, not
// the worker. They work between fibers of one scheduler, of several, and plain threads.
// Waiters are served in order. A cancelled wait throws Cancelled and leaves no trace.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "retort/base/duration.h"
#include "retort/fiber/parker.h"

namespace retort::fiber {

namespace detail {

/// A short critical section between threads; never held across a park.
class SpinLock {
 public:
  void lock();
  void unlock() { __atomic_store_n(&held_, 0, __ATOMIC_RELEASE); }

 private:
  std::uint32_t held_ = 0;
};

struct SpinGuard {
  explicit SpinGuard(SpinLock& l) : lock(l) { lock.lock(); }
  ~SpinGuard() { lock.unlock(); }
  SpinGuard(const SpinGuard&) = delete;
  SpinGuard& operator=(const SpinGuard&) = delete;
  SpinLock& lock;
};

/// One waiter, on its own stack. `granted` is written under the list's lock.
struct Waiter {
  Ticket ticket;
  std::uint32_t word = 0;
  bool granted = false;
  Waiter* next = nullptr;
  Waiter* previous = nullptr;
};

class WaiterList {
 public:
  bool empty() const { return head_ == nullptr; }
  void push(Waiter& waiter);
  void remove(Waiter& waiter);
  /// Takes the first waiter out and grants it. Precondition: not empty.
  Ticket grant_first();

 private:
  Waiter* head_ = nullptr;
  Waiter* tail_ = nullptr;
};

/// Parks until `waiter` is granted: true. Else takes it out of the list: false at the
/// deadline, Cancelled thrown when cancelled. The waiter is in `list` and `lock` not held.
bool wait_granted(Waiter& waiter, WaiterList& list, SpinLock& lock, TimePoint deadline);

}  // namespace detail

/// A lock that is handed to waiters in order. Not recursive.
class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() { try_lock_until(kNever); }
  bool try_lock();
  /// False when the deadline passes first.
  bool try_lock_until(TimePoint deadline);
  bool try_lock_for(nanoseconds time) { return try_lock_until(Clock::now() + time); }
  void unlock();

 private:
  detail::SpinLock lock_;
  bool held_ = false;
  detail::WaiterList waiters_;
};

/// std::lock_guard for a Mutex, without <mutex>.
class LockGuard {
 public:
  explicit LockGuard(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~LockGuard() { mutex_.unlock(); }
  LockGuard(const LockGuard&) = delete;
  LockGuard& operator=(const LockGuard&) = delete;

 private:
  Mutex& mutex_;
};

class ConditionVariable {
 public:
  ConditionVariable() = default;
  ConditionVariable(const ConditionVariable&) = delete;
  ConditionVariable& operator=(const ConditionVariable&) = delete;

  /// `mutex` is held by the caller, given up while waiting, and held again on return, also
  /// when Cancelled is thrown. False at the deadline.
  bool wait_until(Mutex& mutex, TimePoint deadline);
  void wait(Mutex& mutex) { wait_until(mutex, kNever); }
  bool wait_for(Mutex& mutex, nanoseconds time) { return wait_until(mutex, Clock::now() + time); }
  template <class Predicate>
  void wait(Mutex& mutex, Predicate holds) {
    while (!holds()) wait(mutex);
  }
  template <class Predicate>
  bool wait_until(Mutex& mutex, TimePoint deadline, Predicate holds) {
    while (!holds()) {
      if (!wait_until(mutex, deadline)) return holds();
    }
    return true;
  }
  template <class Predicate>
  bool wait_for(Mutex& mutex, nanoseconds time, Predicate holds) {
    return wait_until(mutex, Clock::now() + time, std::move(holds));
  }
  void notify_one();
  void notify_all();

 private:
  detail::SpinLock lock_;
  detail::WaiterList waiters_;
};

class Semaphore {
 public:
  explicit Semaphore(std::size_t count) : count_(count) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  void acquire() { try_acquire_until(kNever); }
  bool try_acquire();
  bool try_acquire_until(TimePoint deadline);
  bool try_acquire_for(nanoseconds time) { return try_acquire_until(Clock::now() + time); }
  void release();

 private:
  detail::SpinLock lock_;
  std::size_t count_;
  detail::WaiterList waiters_;
};

/// A bounded queue between fibers or threads, any number on each side.
template <class T>
class Channel {
 public:
  /// Holds up to `capacity` items (at least one).
  explicit Channel(std::size_t capacity) : ring_(capacity ? capacity : 1) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Waits for room; false when the channel is or becomes closed.
  bool send(T item) {
    const LockGuard lock(mutex_);
    not_full_.wait(mutex_, [&] { return closed_ || size_ < ring_.size(); });
    if (closed_) return false;
    ring_[(first_ + size_++) % ring_.size()].emplace(std::move(item));
    not_empty_.notify_one();
    return true;
  }
  /// Waits for an item; empty when the channel is closed and drained.
  std::optional<T> receive() { return receive_until(kNever); }
  /// Empty at the deadline too.
  std::optional<T> receive_until(TimePoint deadline) {
    const LockGuard lock(mutex_);
    not_empty_.wait_until(mutex_, deadline, [&] { return closed_ || size_ != 0; });
    if (size_ == 0) return std::nullopt;
    std::optional<T> item = std::exchange(ring_[first_], std::nullopt);
    first_ = (first_ + 1) % ring_.size();
    --size_;
    not_full_.notify_one();
    return item;
  }
  std::optional<T> receive_for(nanoseconds time) { return receive_until(Clock::now() + time); }
  /// No more items; what is in it can still be received.
  void close() {
    const LockGuard lock(mutex_);
    closed_ = true;
    not_empty_.notify_all();
    not_full_.notify_all();
  }
  bool closed() {
    const LockGuard lock(mutex_);
    return closed_;
  }

 private:
  Mutex mutex_;
  ConditionVariable not_empty_;
  ConditionVariable not_full_;
  std::vector<std::optional<T>> ring_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  bool closed_ = false;
};

}  // namespace retort::fiber
