// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/blocking.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

#include "retort/fiber/detail/scheduler_impl.h"

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
  std::uint32_t unused = 0;
  const Ticket ticket = next_park(unused);
  // Waking is the last thing the thread does here: then the waiter's frame may be gone.
  Scheduler::current()->blocking_pool().submit([&f, ticket] {
    f();
    wake(ticket);
  });
  for (;;) {
    try {
      if (park(ticket) == Wake::unparked) return;
    } catch (const std::bad_alloc&) {
      // No stack for the loop: the worker waits, too.
      t_scheduler->take_messages();
      std::this_thread::sleep_for(milliseconds(1));
    }
  }
}

}  // namespace detail
}  // namespace retort::fiber
