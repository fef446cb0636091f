// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/task.h"

#include <time.h>

#include "retort/fiber/detail/scheduler_impl.h"

namespace retort::fiber {

void sleep_until(TimePoint when) {
  std::uint32_t word = 0;
  const Ticket ticket = next_park(word);
  Wake why;
  do {
    why = park(ticket, when);
  } while (why == Wake::unparked && Clock::now() < when);
  if (why == Wake::cancelled) throw Cancelled();
}

void sleep_for(nanoseconds time) { sleep_until(Clock::now() + time); }

void yield() {
  Scheduler::Impl* scheduler = detail::t_scheduler;
  if (!scheduler) {
    timespec none{};
    nanosleep(&none, nullptr);
    return;
  }
  check_cancelled();
  // Like a park that is woken at once: behind the fibers that are ready already. Tasks and
  // events get their turn through a loop fiber.
  Fiber* self = scheduler->current;
  self->state = Fiber::State::ready;
  scheduler->ready.push(self);
  Fiber* next;
  if (++scheduler->yields % Scheduler::Impl::kPollEvery == 0 || !scheduler->tasks.empty() ||
      scheduler->event_next < scheduler->event_count) {
    next = scheduler->next_loop_fiber();
  } else {
    next = scheduler->ready.pop();
    if (next == self) {
      self->state = Fiber::State::running;
      return;
    }
  }
  scheduler->switch_to(next);
}

namespace detail {
namespace {

void finish(TaskState* state) {
  state->done = true;
  for (const Ticket& ticket : state->waiters) wake(ticket);
  state->waiters.clear();
  release(state);
}

void run_state(TaskState* state) {
  state->started = true;
  state->id = TaskId::current();
  try {
    if (state->cancelled) throw Cancelled();
    state->call();
  } catch (...) {
    state->error = std::current_exception();
  }
  finish(state);
}

}  // namespace

void start(TaskState* state, void* task_context) {
  ++state->references;
  t_scheduler->spawn([state] { run_state(state); }, task_context);
}

void release(TaskState* state) {
  if (--state->references == 0) delete state;
}

void cancel(TaskState* state) {
  if (state->done) return;
  state->cancelled = true;
  if (state->started) state->id.cancel();
}

void wait_done(TaskState* state) {
  while (!state->done) {
    std::uint32_t word = 0;
    const Ticket ticket = next_park(word);
    state->waiters.push_back(ticket);
    if (park(ticket) == Wake::cancelled) throw Cancelled();
  }
}

void wait_all(TaskState* const* states, std::size_t count) {
  std::exception_ptr first;
  const auto cancel_rest = [&] {
    for (std::size_t i = 0; i < count; ++i) cancel(states[i]);
  };
  // One after another would let a late failure wait for an early sleeper; so this wakes at
  // each end and looks at all.
  for (;;) {
    std::size_t done = 0;
    for (std::size_t i = 0; i < count; ++i) {
      done += states[i]->done;
      if (!first && states[i]->error) {
        first = states[i]->error;
        cancel_rest();
      }
    }
    if (done == count) break;
    std::uint32_t word = 0;
    const Ticket ticket = next_park(word);
    for (std::size_t i = 0; i < count; ++i) {
      if (!states[i]->done) states[i]->waiters.push_back(ticket);
    }
    if (park(ticket) != Wake::cancelled) continue;
    cancel_rest();
    first = first ? first : std::make_exception_ptr(Cancelled());
    const CancelShield shield;  // the children use the caller's frame: they end first
    for (std::size_t i = 0; i < count; ++i) wait_done(states[i]);
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace detail
}  // namespace retort::fiber
