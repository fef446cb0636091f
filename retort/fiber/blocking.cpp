// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/blocking.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace retort::fiber {

struct BlockingPool::Impl {
  explicit Impl(std::size_t thread_limit) : limit(thread_limit) {}

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      ++waiting;
      ready.wait(lock, [&] { return closing || !queue.empty(); });
      --waiting;
      if (queue.empty()) return;
      Function<void()> f = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      f();
      f = nullptr;
      lock.lock();
    }
  }

  const std::size_t limit;
  mutable std::mutex mutex;
  std::condition_variable ready;
  std::deque<Function<void()>> queue;
  std::vector<std::thread> threads;
  std::size_t waiting = 0;
  bool closing = false;
};

BlockingPool::BlockingPool(std::size_t limit) : impl_(new Impl(limit ? limit : 1)) {}

BlockingPool::~BlockingPool() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->closing = true;
  }
  impl_->ready.notify_all();
  for (std::thread& thread : impl_->threads) thread.join();
  delete impl_;
}

void BlockingPool::submit(Function<void()> f) {
  const std::lock_guard lock(impl_->mutex);
  impl_->queue.push_back(std::move(f));
  if (impl_->queue.size() > impl_->waiting && impl_->threads.size() < impl_->limit)
    impl_->threads.emplace_back([impl = impl_] { impl->work(); });
  impl_->ready.notify_one();
}

std::size_t BlockingPool::threads() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->threads.size();
}

namespace detail {

void run_blocking(Function<void()> f) {
  const CancelShield shield;
  std::atomic<bool> done{false};
  std::uint32_t unused = 0;
  const Ticket first = next_park(unused);
  Scheduler::current()->blocking_pool().submit([&f, &done, first] {
    f();
    const Ticket ticket = first;  // once `done` is seen, the waiter's frame may be gone
    done.store(true, std::memory_order_release);
    wake(ticket);
  });
  while (!done.load(std::memory_order_acquire)) park(first);
}

}  // namespace detail
}  // namespace retort::fiber
