// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Where exceptions were thrown. A program that links this file has its own __cxa_throw, which
// does what the runtime's does and, while recording is on, keeps the stack of the throw.

#include <array>
#include <cstddef>
#include <exception>

namespace retort::detail {

/// The return addresses of a throw, the innermost first.
struct ThrowTrace {
  std::array<void*, 96> addresses{};
  std::size_t size = 0;
};

/// Turns recording on or off, for the whole program. Thread-safe.
void record_throws(bool on) noexcept;

/// The stack that `error` was thrown from; null when it was not recorded, on another thread, or
/// so many have been thrown since that it is forgotten. Valid until the thread throws again.
const ThrowTrace* trace_of(const std::exception_ptr& error) noexcept;

}  // namespace retort::detail
