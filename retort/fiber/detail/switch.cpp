// SPDX-License-Identifier: BSD-3-Clause
// Fibers and the switch between them. Nothing here may allocate after warm-up or call the
// system, but for making and giving back stacks.
#include <algorithm>
#include <utility>

#include "retort/fiber/context.h"
#include "retort/fiber/detail/jump.h"
#include "retort/fiber/detail/sanitizer.h"
#include "retort/fiber/detail/scheduler_impl.h"

namespace retort::fiber {

namespace detail {

thread_local constinit void* t_context = nullptr;
thread_local constinit Scheduler::Impl* t_scheduler = nullptr;

void FiberRecord::on_timer() { scheduler->impl().make_ready(this, Wake::timeout); }

namespace {

constexpr seconds kSweepEvery{5};
constexpr milliseconds kUnmapEvery{2};
constexpr int kUnmapAtOnce = 64;

// Stacks begin at the same place of a page; the most used words of each would fall into the
// same few sets of the processor's cache. So their first frames are staggered.
constexpr std::size_t kColours = 16;
constexpr std::size_t kColourBytes = 64;

// What can recurse leaves so much of a stack to what it calls at its deepest.
constexpr std::size_t kSpareFraction = 3;

// Runs on the target's stack: notes where the fiber that switched here can be resumed.
[[gnu::always_inline]] inline void arrived(transfer_t from) {
  auto* previous = static_cast<Fiber*>(from.data);
  previous->machine_context = from.fctx;
#ifdef RETORT_ASAN
  Fiber* self = t_scheduler->current;
  const void* low = nullptr;
  std::size_t size = 0;
  __sanitizer_finish_switch_fiber(self->fake_stack, &low, &size);
  previous->sanitizer_low = low;  // learns the bounds of the thread's own stack
  previous->sanitizer_size = size;
#endif
}

void fiber_entry(transfer_t from) {
  arrived(from);
  t_scheduler->loop();
}

}  // namespace
}  // namespace detail

Fiber* Scheduler::Impl::new_fiber() {
  detail::Stack stack = detail::map_stack(options.stack_bytes);
  if (stackless.empty()) {
    try {
      fibers.push_back(std::make_unique<detail::FiberRecord>());
      stackless.reserve(fibers.capacity());  // so that giving a stack back cannot fail
    } catch (...) {
      detail::unmap_stack(stack);
      throw;
    }
    fibers.back()->scheduler = &owner;
    stackless.push_back(fibers.back().get());
  }
  Fiber* fiber = stackless.back();
  stackless.pop_back();
  fiber->stack = stack;
  const std::size_t colour = stack_count++ % detail::kColours * detail::kColourBytes;
  fiber->machine_context = boost::context::detail::make_fcontext(
      stack.top() - colour, stack.usable() - colour, &detail::fiber_entry);
  fiber->execution = {nullptr, stack.low() + stack.usable() / detail::kSpareFraction};
  fiber->sanitizer_low = stack.low();
  fiber->sanitizer_size = stack.usable();
#ifdef RETORT_TSAN
  fiber->sanitizer_fiber = __tsan_create_fiber(0);
#endif
  return fiber;
}

Fiber* Scheduler::Impl::try_loop_fiber() noexcept {
  used_since = true;
  if (!idle) {
    try {
      return new_fiber();
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }
  Fiber* fiber = std::exchange(idle, idle->next);
  idle_low = std::min(idle_low, --idle_count);
  fiber->released = false;
  return fiber;
}

// Who goes on when the running fiber parks: one that is ready, else one for the loop. Ready
// fibers that keep waking each other must not keep the loop from its turn. Throws
// std::bad_alloc, with nothing changed, when all need a stack and there is none.
Fiber* Scheduler::Impl::successor() {
  if (!ready.empty() && budget != 0) {
    --budget;
    return ready.pop();
  }
  if (Fiber* loop_fiber = try_loop_fiber()) return loop_fiber;
  if (ready.empty()) throw std::bad_alloc();
  return ready.pop();
}

// What follows a fiber through a switch: its stack and registers (jump_fcontext), its
// context pointer, its Execution, and the C++ runtime's list of exceptions being handled.
[[gnu::always_inline]] inline void Scheduler::Impl::switch_here(Fiber* target) {
  Fiber* self = current;
  self->context = context();
  context() = target->context;
  self->execution = execution();
  execution() = target->execution;
  self->exceptions = *exceptions;
  *exceptions = target->exceptions;
  current = target;
  target->state = Fiber::State::running;
  ++switches;
  label.store(target->label, std::memory_order_relaxed);
  beat.store(++beats, std::memory_order_relaxed);
#ifdef RETORT_ASAN
  __sanitizer_start_switch_fiber(&self->fake_stack, target->sanitizer_low, target->sanitizer_size);
#endif
#ifdef RETORT_TSAN
  __tsan_switch_to_fiber(target->sanitizer_fiber, 0);
#endif
  detail::arrived(detail::jump(target->machine_context, self));
}

void Scheduler::Impl::switch_to(Fiber* target) { switch_here(target); }

// The loop's fiber has nothing on its stack that needs keeping: it becomes an idle one.
void Scheduler::Impl::hand_over(Fiber* target) {
  current->state = Fiber::State::idle;
  current->next = std::exchange(idle, current);
  ++idle_count;
  switch_to(target);
}

void Scheduler::Impl::make_ready(Fiber* fiber, Wake why) {
  if (fiber->state != Fiber::State::parked) return;
  fiber->state = Fiber::State::ready;
  fiber->wake = static_cast<std::uint8_t>(why);
  --parked;
  wheel.disarm(static_cast<detail::FiberRecord&>(*fiber));
  ready.push(fiber);
}

Wake Scheduler::Impl::park(std::uint64_t sequence, TimePoint deadline) {
  auto& self = static_cast<detail::FiberRecord&>(*current);
  if (self.woken || self.sequence != sequence) {
    self.woken = false;
    ++self.sequence;
    return Wake::unparked;
  }
  if ((self.cancel_requested || stopping) && self.shields == 0) {
    ++self.sequence;
    return Wake::cancelled;
  }
  Fiber* next = successor();
  self.state = Fiber::State::parked;
  ++parked;
  if (deadline != kNever) wheel.arm(self, tick_of(deadline));
  switch_here(next);
  self.woken = false;
  ++self.sequence;  // what still holds the ticket of this park holds a stale one
  return static_cast<Wake>(self.wake);
}

// Like a park that is woken at once: behind the fibers that are ready already. Tasks and
// events get their turn through a loop fiber.
void Scheduler::Impl::yield() {
  if ((current->cancel_requested || stopping) && current->shields == 0) throw Cancelled();
  const bool loop_turn = budget == 0 || !tasks.empty() || event_next < event_count;
  Fiber* next = loop_turn ? try_loop_fiber() : nullptr;
  if (!next) {
    if (budget != 0) --budget;
    if (ready.empty()) return;
    next = ready.pop();
  }
  current->state = Fiber::State::ready;
  ready.push(current);
  switch_here(next);
}

// Unmaps idle stacks above the limit. Nothing on them needs unwinding: they are between two
// turns of the loop.
void Scheduler::Impl::unmap_surplus() {
  for (int i = 0; i < detail::kUnmapAtOnce && idle_count > options.idle_stacks; ++i) {
    Fiber* fiber = std::exchange(idle, idle->next);
    --idle_count;
    --stack_count;
#ifdef RETORT_TSAN
    __tsan_destroy_fiber(std::exchange(fiber->sanitizer_fiber, nullptr));
#endif
    detail::unmap_stack(fiber->stack);
    fiber->context = nullptr;
    fiber->exceptions = {};
    fiber->fake_stack = nullptr;
    fiber->released = false;
    stackless.push_back(fiber);
  }
  idle_low = std::min(idle_low, idle_count);
}

// Gives back the memory of the idle stacks that none used since the last sweep, but for the
// pages that their turn of the loop is on. The address space stays.
void Scheduler::Impl::release_unused() {
  const std::size_t used = idle_count - idle_low;
  std::size_t index = 0;
  bool all_released = true;
  for (Fiber* fiber = idle; fiber; fiber = fiber->next, ++index) {
    if (!fiber->released && index >= used) {
      detail::release_below(fiber->stack, fiber->machine_context);
      fiber->released = true;
    }
    all_released = all_released && fiber->released;
  }
  idle_low = idle_count;
  used_since = !all_released;
  next_sweep = now + detail::kSweepEvery;
}

TimePoint Scheduler::Impl::give_stacks_back() {
  if (idle_count > options.idle_stacks) {
    unmap_surplus();
    if (idle_count > options.idle_stacks) return now + detail::kUnmapEvery;
  }
  if (!used_since) return kNever;
  if (now >= next_sweep) release_unused();
  return used_since ? next_sweep : kNever;
}

}  // namespace retort::fiber
