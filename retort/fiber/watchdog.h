// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Watchdog: a thread that notices when a scheduler's running fiber has held its worker for
// too long, and names it. For debug mode. Give it to schedulers through their options; one
// serves any number, and must outlive them. Thread-safe.

#include <string_view>

#include "retort/base/duration.h"
#include "retort/base/function.h"
#include "retort/fiber/scheduler.h"

namespace retort::fiber {

class Watchdog {
 public:
  /// `label` is what set_label() said, empty if nothing did; called on the watchdog's own
  /// thread, once for each time a worker is held.
  using Report = Function<void(std::string_view label, milliseconds held)>;

  explicit Watchdog(Report report, milliseconds threshold = milliseconds(100));
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Called by schedulers.
  void watch(Scheduler::Impl& scheduler);
  void unwatch(Scheduler::Impl& scheduler);

 private:
  struct Impl;
  Impl* impl_;
};

}  // namespace retort::fiber
