// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Starting and joining concurrent work: spawn, gather, sleep_for, yield, run. A Task and
// what it runs belong to one scheduler.

#include <array>
#include <cstddef>
#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "retort/base/duration.h"
#include "retort/fiber/context.h"
#include "retort/fiber/parker.h"
#include "retort/fiber/scheduler.h"

namespace retort::fiber {

/// Parks the caller for a time, or until a point of the steady clock. Throws Cancelled.
void sleep_for(nanoseconds time);
void sleep_until(TimePoint when);
/// Lets the other fibers that are ready run first.
void yield();

namespace detail {

struct JoinWaiter;  // a fiber in wait_done, on its stack
struct Group;       // what gather waits for

/// What a Task and the fiber that runs it share; counted by hand, on one thread. Its memory
/// is the scheduler's, which keeps it for the next task.
struct TaskState {
  TaskState() = default;
  TaskState(const TaskState&) = delete;
  TaskState& operator=(const TaskState&) = delete;
  virtual ~TaskState() = default;
  virtual void call() = 0;

  static void* operator new(std::size_t size);
  static void operator delete(void* block, std::size_t size) noexcept;

  int references = 1;
  bool started = false;
  bool done = false;
  bool cancelled = false;  // before it started
  std::exception_ptr error;
  TaskId id;
  JoinWaiter* waiters = nullptr;
  Group* group = nullptr;
};

void start(TaskState* state, void* context);
void release(TaskState* state);
void cancel(TaskState* state);
/// Parks until the task is done. Throws Cancelled when the caller is cancelled.
void wait_done(TaskState* state);

template <class R>
struct TaskResult : TaskState {
  std::optional<R> value;
};
template <>
struct TaskResult<void> : TaskState {};

template <class F, class R>
struct TaskOf final : TaskResult<R> {
  explicit TaskOf(F&& function) : f(std::move(function)) {}
  void call() override {
    const struct Reset {  // what it captured does not outlive the work
      std::optional<F>& of;
      ~Reset() { of.reset(); }
    } reset{f};
    if constexpr (std::is_void_v<R>) {
      (*f)();
    } else {
      this->value.emplace((*f)());
    }
  }
  std::optional<F> f;
};

}  // namespace detail

/// A handle on spawned work. One that dies unjoined lets the work go on.
template <class R>
class Task {
 public:
  Task() = default;
  explicit Task(detail::TaskResult<R>* state) : state_(state) {}
  Task(Task&& o) noexcept : state_(std::exchange(o.state_, nullptr)) {}
  Task& operator=(Task&& o) noexcept {
    std::swap(state_, o.state_);
    return *this;
  }
  ~Task() {
    if (state_) detail::release(state_);
  }

  /// Waits for the end; returns what the work returned or throws what it threw (Cancelled
  /// if it was cancelled). Once.
  R join() {
    detail::wait_done(state_);
    if (state_->error) std::rethrow_exception(std::exchange(state_->error, nullptr));
    if constexpr (!std::is_void_v<R>) return std::move(*state_->value);
  }
  /// Waits for the end, whatever it is.
  void wait() { detail::wait_done(state_); }
  /// The work's current or next parking point throws Cancelled.
  void cancel() { detail::cancel(state_); }
  bool done() const { return state_->done; }
  explicit operator bool() const { return state_ != nullptr; }

 private:
  detail::TaskResult<R>* state_ = nullptr;
};

namespace detail {
template <class F>
auto spawn_with(F f, void* task_context) {
  using R = std::invoke_result_t<F&>;
  auto* state = new TaskOf<F, R>(std::move(f));
  start(state, task_context);
  return Task<R>(state);
}
}  // namespace detail

/// Runs `f` on a fiber of its own. Precondition: called on a fiber.
template <class F>
auto spawn(F f) {
  return detail::spawn_with(std::move(f), nullptr);
}

namespace detail {

/// Starts all and waits for all; the first that fails cancels the others, and its error is
/// thrown. When the caller is cancelled, all are, and they end before it.
void run_all(TaskState* const* states, std::size_t count);

template <class R>
auto take(TaskResult<R>& state) {
  if constexpr (std::is_void_v<R>) {
    return std::monostate{};
  } else {
    return std::move(*state.value);
  }
}

/// References to states that gather holds for its own time.
template <class States>
struct StateList {
  States states{};
  StateList() = default;
  StateList(const StateList&) = delete;
  StateList& operator=(const StateList&) = delete;
  ~StateList() {
    for (TaskState* state : states) {
      if (state) release(state);
    }
  }
};

}  // namespace detail

/// Runs all at once and returns their results in order; a void one gives std::monostate.
/// When one throws, the others are cancelled and awaited, and what it threw goes on. They
/// see the caller's context. What is for one fiber, such as a db::Session, each needs for
/// itself. Precondition: called on a fiber.
template <class... F>
auto gather(F... f) {
  detail::StateList<std::array<detail::TaskState*, sizeof...(F)>> list;
  auto states = std::tuple{new detail::TaskOf<F, std::invoke_result_t<F&>>(std::move(f))...};
  list.states = std::apply([](auto*... state) { return decltype(list.states){state...}; }, states);
  detail::run_all(list.states.data(), list.states.size());
  return std::apply([](auto*... state) { return std::tuple{detail::take(*state)...}; }, states);
}

/// gather for any number of functions of one type.
template <class F>
auto gather(std::vector<F> functions) {
  using R = std::invoke_result_t<F&>;
  detail::StateList<std::vector<detail::TaskState*>> list;
  list.states.reserve(functions.size());
  for (F& f : functions) list.states.push_back(new detail::TaskOf<F, R>(std::move(f)));
  detail::run_all(list.states.data(), list.states.size());
  if constexpr (!std::is_void_v<R>) {
    std::vector<R> out;
    out.reserve(list.states.size());
    for (detail::TaskState* state : list.states)
      out.push_back(std::move(*static_cast<detail::TaskResult<R>*>(state)->value));
    return out;
  }
}

/// Runs `f` as a fiber of a scheduler made for it on this thread, until f is done; returns
/// what it returns and throws what it throws. Other fibers that f spawned and that are
/// still running are then cancelled. On a fiber already, it just calls f.
template <class F>
std::invoke_result_t<F&> run(F f, SchedulerOptions options = {}) {
  using R = std::invoke_result_t<F&>;
  if (Scheduler::current()) return f();
  Scheduler scheduler(options);
  std::exception_ptr error;
  std::conditional_t<std::is_void_v<R>, std::monostate, std::optional<R>> result;
  scheduler.spawn([&] {
    try {
      if constexpr (std::is_void_v<R>) {
        f();
      } else {
        result.emplace(f());
      }
    } catch (...) {
      error = std::current_exception();
    }
    scheduler.stop();
  });
  scheduler.run();
  if (error) std::rethrow_exception(error);
  if constexpr (!std::is_void_v<R>) return std::move(*result);
}

}  // namespace retort::fiber
