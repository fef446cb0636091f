// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/task.h"

#include <new>

#include <sched.h>
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
  if (scheduler) return scheduler->yield();
  sched_yield();
}

namespace detail {

struct JoinWaiter {
  Ticket ticket;
  JoinWaiter* next = nullptr;
};

struct Group {
  TaskState* const* states = nullptr;
  std::size_t count = 0;
  std::size_t running = 0;
  Ticket waiter;
  std::exception_ptr error;  // the first

  void cancel_all() {
    for (std::size_t i = 0; i < count; ++i) cancel(states[i]);
  }
  void ended(TaskState& state) {
    if (state.error && !error) {
      error = state.error;
      cancel_all();
    }
    if (--running == 0) wake(waiter);
  }
};

namespace {

void finish(TaskState* state) {
  state->done = true;
  for (JoinWaiter* waiter = state->waiters; waiter; waiter = waiter->next) wake(waiter->ticket);
  if (state->group) state->group->ended(*state);
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

// Waits whatever happens: the children use the caller's frame. Where even a stack for the
// loop is missing, the worker waits for one.
Wake must_park(const Ticket& ticket) {
  for (;;) {
    try {
      return park(ticket);
    } catch (const std::bad_alloc&) {
      t_scheduler->take_messages();
      const timespec pause{0, 1'000'000};
      nanosleep(&pause, nullptr);
    }
  }
}

}  // namespace

void* TaskState::operator new(std::size_t size) {
  return t_scheduler ? t_scheduler->allocate(size) : ::operator new(size + Scheduler::Impl::kBlockStep);
}

void TaskState::operator delete(void* block, std::size_t size) noexcept {
  if (t_scheduler) {
    t_scheduler->deallocate(block, size);
  } else {
    ::operator delete(block);
  }
}

void start(TaskState* state, void* task_context) {
  t_scheduler->spawn([state] { run_state(state); }, task_context);
  ++state->references;
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
  struct Listed {
    TaskState* state;
    JoinWaiter waiter;
    explicit Listed(TaskState* s) : state(s) {
      waiter.next = state->waiters;
      state->waiters = &waiter;
    }
    ~Listed() {
      JoinWaiter** link = &state->waiters;
      while (*link != &waiter) link = &(*link)->next;
      *link = waiter.next;
    }
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;
  };
  if (state->done) return;
  Listed listed(state);
  while (!state->done) {
    std::uint32_t word = 0;
    listed.waiter.ticket = next_park(word);
    if (park(listed.waiter.ticket) == Wake::cancelled) throw Cancelled();
  }
}

void run_all(TaskState* const* states, std::size_t count) {
  Group group{states, count, 0, {}, nullptr};
  void* const inherited = context();
  try {
    check_cancelled();
    for (std::size_t i = 0; i < count; ++i) {
      start(states[i], inherited);
      states[i]->group = &group;
      ++group.running;
    }
  } catch (...) {
    group.error = std::current_exception();
    group.cancel_all();
  }
  bool cancelled = false;
  while (group.running != 0) {
    std::uint32_t word = 0;
    group.waiter = next_park(word);
    std::optional<CancelShield> shield;
    if (cancelled) shield.emplace();
    if (must_park(group.waiter) == Wake::cancelled) {
      cancelled = true;
      if (!group.error) group.error = std::make_exception_ptr(Cancelled());
      group.cancel_all();
    }
  }
  if (cancelled) throw Cancelled();
  if (group.error) std::rethrow_exception(group.error);
}

}  // namespace detail
}  // namespace retort::fiber
