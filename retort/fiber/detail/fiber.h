// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Fiber: a stack and what a switch saves with it. Records are kept by the scheduler until
// it ends (only stacks are given back), so a stale Ticket or TaskId stays safe to look at.

#include <cstddef>
#include <cstdint>

#include "retort/base/execution.h"
#include "retort/fiber/detail/stack.h"
#include "retort/fiber/scheduler.h"

namespace retort::fiber {

namespace detail {

struct LocalStore;  // the values of a task's FiberLocals (fiber_local.cpp)
void destroy_locals(LocalStore* locals);

/// The first words of the C++ runtime's per-thread exception state (Itanium C++ ABI, 2.2.2).
struct ExceptionGlobals {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

/// A function that waits for a fiber, or an entry of a queue.
struct TaskNode {
  Function<void()> run;
  void* context = nullptr;
  TaskNode* next = nullptr;
};

}  // namespace detail

struct Fiber {
  enum class State : std::uint8_t { running, ready, parked, idle };

  Scheduler* scheduler = nullptr;
  void* machine_context = nullptr;  // fcontext_t while suspended
  Fiber* next = nullptr;            // in the ready queue or the idle list
  State state = State::running;
  std::uint8_t wake = 0;  // Wake, why it became ready
  bool woken = false;     // a wake came before the park
  bool cancel_requested = false;
  bool released = false;  // idle, and its stack's memory was given back
  int shields = 0;
  std::uint64_t sequence = 0;    // of its parks
  std::uint64_t generation = 0;  // of its work
  detail::Stack stack;
  void* context = nullptr;  // fiber::context() while suspended
  Execution execution;      // while suspended
  detail::ExceptionGlobals exceptions;
  detail::LocalStore* locals = nullptr;
  const char* label = nullptr;
  void* fake_stack = nullptr;  // AddressSanitizer's
  const void* sanitizer_low = nullptr;
  std::size_t sanitizer_size = 0;
  void* sanitizer_fiber = nullptr;  // ThreadSanitizer's
};

}  // namespace retort::fiber
