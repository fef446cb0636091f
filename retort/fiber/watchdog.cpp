// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/watchdog.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "retort/fiber/detail/scheduler_impl.h"

namespace retort::fiber {

struct Watchdog::Impl {
  struct Watched {
    Scheduler::Impl* scheduler;
    std::uint64_t beat;
    TimePoint since;
    bool reported;
  };

  void run() {
    std::unique_lock lock(mutex);
    while (!closing) {
      changed.wait_for(lock, threshold / 4);
      const TimePoint now = Clock::now();
      for (Watched& watched : all) look(watched, now);
    }
  }

  void look(Watched& watched, TimePoint now) {
    const std::uint64_t beat = watched.scheduler->beat.load(std::memory_order_relaxed);
    if (beat != watched.beat || watched.scheduler->polling.load(std::memory_order_relaxed)) {
      watched = {watched.scheduler, beat, now, false};
      return;
    }
    const auto held = std::chrono::duration_cast<milliseconds>(now - watched.since);
    if (held < threshold || watched.reported) return;
    watched.reported = true;
    const char* label = watched.scheduler->label.load(std::memory_order_relaxed);
    report(label ? label : "", held);
  }

  Report report;
  milliseconds threshold;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Watched> all;
  bool closing = false;
  std::thread thread;
};

Watchdog::Watchdog(Report report, milliseconds threshold) : impl_(new Impl) {
  impl_->report = std::move(report);
  impl_->threshold = std::max(threshold, milliseconds(4));
  impl_->thread = std::thread([impl = impl_] { impl->run(); });
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->closing = true;
  }
  impl_->changed.notify_all();
  impl_->thread.join();
  delete impl_;
}

void Watchdog::watch(Scheduler::Impl& scheduler) {
  const std::lock_guard lock(impl_->mutex);
  impl_->all.push_back({&scheduler, 0, Clock::now(), false});
}

void Watchdog::unwatch(Scheduler::Impl& scheduler) {
  const std::lock_guard lock(impl_->mutex);
  std::erase_if(impl_->all, [&](const auto& watched) { return watched.scheduler == &scheduler; });
}

}  // namespace retort::fiber
