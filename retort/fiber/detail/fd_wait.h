// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The fibers of one scheduler that wait for one descriptor: epoll takes a descriptor once,
// so they share a registration for all that any of them waits for. It exists while one waits.

#include <cstdint>

#include "retort/fiber/io.h"
#include "retort/fiber/parker.h"

namespace retort::fiber::detail {

/// One waiter, on its own stack.
struct FdWaiter {
  std::uint32_t events = 0;  // epoll's bits
  std::uint32_t ready = 0;   // those that came
  Ticket ticket;
  FdWaiter* next = nullptr;
};

class FdWait final : public IoHandler {
 public:
  FdWait(Scheduler& scheduler, int fd) : scheduler_(scheduler), fd_(fd) {}

  /// Throws std::system_error when the system cannot watch the descriptor.
  void add(FdWaiter& waiter);
  void remove(FdWaiter& waiter);
  void on_io(std::uint32_t events) override;

 private:
  void update();

  Scheduler& scheduler_;
  int fd_;
  std::uint32_t registered_ = 0;
  FdWaiter* first_ = nullptr;
};

}  // namespace retort::fiber::detail
