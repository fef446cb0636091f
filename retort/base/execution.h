// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Execution: what belongs to the stack that code runs on, a thread's own or a fiber's, where
// a thread_local would be shared by all fibers of the thread. A switch between fibers
// exchanges it.

namespace retort {

struct Execution {
  void* walk = nullptr;             ///< the walk through values that is under way (value/bounds.h)
  const char* stack_end = nullptr;  ///< what can recurse stops above it; null: not known
};

namespace detail {
extern thread_local constinit Execution t_execution;
}

/// Of the stack that this runs on. The reference is good until the next park.
inline Execution& execution() { return detail::t_execution; }

}  // namespace retort
