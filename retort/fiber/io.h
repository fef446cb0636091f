// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a scheduler's event loop calls back. Callbacks run on the loop's own fiber, on its
// stack: one that does not park costs no switch, one that parks lets another fiber take the
// loop over.

#include <cstdint>

namespace retort::fiber {

/// Receives the readiness of a watched file descriptor.
class IoHandler {
 public:
  /// `events` are epoll's bits (EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP, EPOLLERR).
  virtual void on_io(std::uint32_t events) = 0;

 protected:
  ~IoHandler() = default;
};

/// Is called each time before the loop polls the system for events; does not park.
class BeforePoll {
 public:
  virtual void before_poll() = 0;

 protected:
  ~BeforePoll() = default;
};

}  // namespace retort::fiber
