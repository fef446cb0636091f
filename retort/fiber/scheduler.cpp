// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/scheduler.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <boost/context/detail/fcontext.hpp>
#include <cxxabi.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "retort/fiber/blocking.h"
#include "retort/fiber/context.h"
#include "retort/fiber/detail/overflow.h"
#include "retort/fiber/detail/sanitizer.h"
#include "retort/fiber/detail/scheduler_impl.h"
#include "retort/fiber/watchdog.h"

namespace retort::fiber {

namespace context_api = boost::context::detail;

namespace detail {

thread_local constinit void* t_context = nullptr;
thread_local constinit Scheduler::Impl* t_scheduler = nullptr;

void FiberRecord::on_timer() { scheduler->impl().make_ready(this, Wake::timeout); }

namespace {

int check(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

// Runs on the target's stack: notes where the fiber that switched here can be resumed.
void arrived(context_api::transfer_t from) {
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

void fiber_entry(context_api::transfer_t from) {
  arrived(from);
  t_scheduler->loop();
}

}  // namespace
}  // namespace detail

Scheduler::Impl::Impl(Scheduler& scheduler, SchedulerOptions scheduler_options)
    : owner(scheduler), options(scheduler_options) {
  main.scheduler = &owner;
  epoll_fd = detail::check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  event_fd = detail::check(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;  // no handler: a message
  detail::check(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, event_fd, &event), "epoll_ctl");
  epoch = now = Clock::now();
}

Scheduler::Impl::~Impl() {
  for (auto& fiber : fibers) {
#ifdef RETORT_TSAN
    if (fiber->sanitizer_fiber) __tsan_destroy_fiber(fiber->sanitizer_fiber);
#endif
    detail::unmap_stack(fiber->stack);
  }
  while (free_nodes) delete std::exchange(free_nodes, free_nodes->next);
  while (!tasks.empty()) delete tasks.pop();
  close(event_fd);
  close(epoll_fd);
}

// Fibers and switching.

Fiber* Scheduler::Impl::new_fiber() {
  Fiber* fiber;
  if (!stackless.empty()) {
    fiber = stackless.back();
    stackless.pop_back();
  } else {
    fibers.push_back(std::make_unique<detail::FiberRecord>());
    fiber = fibers.back().get();
    fiber->scheduler = &owner;
  }
  fiber->stack = detail::map_stack(options.stack_bytes);
  ++stack_count;
  fiber->machine_context =
      context_api::make_fcontext(fiber->stack.top(), fiber->stack.usable(), &detail::fiber_entry);
  fiber->sanitizer_low = fiber->stack.low();
  fiber->sanitizer_size = fiber->stack.usable();
#ifdef RETORT_TSAN
  fiber->sanitizer_fiber = __tsan_create_fiber(0);
#endif
  return fiber;
}

Fiber* Scheduler::Impl::next_loop_fiber() {
  if (!idle) return new_fiber();
  Fiber* fiber = std::exchange(idle, idle->next);
  --idle_count;
  return fiber;
}

// What follows a fiber through a switch: its stack and registers (jump_fcontext), its
// context pointer, and the C++ runtime's list of exceptions being handled.
void Scheduler::Impl::switch_to(Fiber* target) {
  Fiber* self = current;
  self->context = context();
  context() = target->context;
  self->exceptions = *exceptions;
  *exceptions = target->exceptions;
  current = target;
  target->state = Fiber::State::running;
  ++switches;
  label.store(target->label, std::memory_order_relaxed);
  beat.store(switches + steps, std::memory_order_relaxed);
#ifdef RETORT_ASAN
  __sanitizer_start_switch_fiber(&self->fake_stack, target->sanitizer_low, target->sanitizer_size);
#endif
#ifdef RETORT_TSAN
  if (!self->sanitizer_fiber) self->sanitizer_fiber = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(target->sanitizer_fiber, 0);
#endif
  detail::arrived(context_api::jump_fcontext(target->machine_context, self));
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
  self.state = Fiber::State::parked;
  ++parked;
  if (deadline != kNever) wheel.arm(self, tick_of(deadline));
  switch_to(ready.empty() ? next_loop_fiber() : ready.pop());
  self.woken = false;
  ++self.sequence;  // what still holds the ticket of this park holds a stale one
  return static_cast<Wake>(self.wake);
}

// The loop.

void Scheduler::Impl::loop() {
  for (;;) step();
}

void Scheduler::Impl::step() {
  ++steps;
  if (steps % kPollEvery == 0) poll(false);
  // Ready fibers, new tasks and events take turns, so that none starves another.
  if (!ready.empty() && (steps & 1 || (tasks.empty() && event_next == event_count))) {
    Fiber* target = ready.pop();
    current->state = Fiber::State::idle;
    current->next = std::exchange(idle, current);
    ++idle_count;
    return switch_to(target);
  }
  if (!tasks.empty() && (steps & 2 || event_next == event_count)) return run_task(tasks.pop());
  if (event_next < event_count) return dispatch_event();
  if (!ready.empty() || !tasks.empty()) return;
  if (stopping && finished()) {
    current->state = Fiber::State::idle;
    current->next = std::exchange(idle, current);
    ++idle_count;
    return switch_to(&main);
  }
  poll(true);
}

void Scheduler::Impl::end_work() {
  Fiber* self = current;
  if (self->locals) {
    detail::destroy_locals(std::exchange(self->locals, nullptr));
  }
  context() = nullptr;
  self->cancel_requested = false;
  self->label = nullptr;
  ++self->generation;
}

void Scheduler::Impl::run_task(detail::TaskNode* node) {
  context() = node->context;
  [&]() noexcept {
    try {
      node->run();
    } catch (const Cancelled&) {
      // Unwound as asked; there is nobody to tell.
    }
  }();
  node->run = nullptr;
  node->next = std::exchange(free_nodes, node);
  --task_count;
  end_work();
}

void Scheduler::Impl::dispatch_event() {
  epoll_event& event = events[event_next++];
  if (event.events == 0) return;  // its handler was unwatched meanwhile
  if (!event.data.ptr) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto ignored = read(event_fd, &count, sizeof count);
    take_messages();
    return;
  }
  auto* handler = static_cast<IoHandler*>(event.data.ptr);
  const std::uint32_t bits = event.events;
  event.events = 0;
  [&]() noexcept {
    try {
      handler->on_io(bits);
    } catch (const Cancelled&) {
      // The callback's work was cancelled.
    }
  }();
  end_work();
}

void Scheduler::Impl::refresh_clock() { now = Clock::now(); }

std::uint64_t Scheduler::Impl::tick_of(TimePoint when) const {
  if (when <= epoch) return 0;
  const auto since = when - epoch;
  const auto whole = std::chrono::duration_cast<milliseconds>(since);
  return static_cast<std::uint64_t>(whole.count()) + (whole < since ? 1 : 0);
}

void Scheduler::Impl::fire_timers() {
  wheel.advance(static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(now - epoch).count()));
  while (Timer* timer = wheel.pop_due()) {
    // A timer's function may park; the timers that are still due wait in the wheel.
    [&]() noexcept {
      try {
        timer->on_timer();
      } catch (const Cancelled&) {
        // The callback's work was cancelled.
      }
    }();
    end_work();
  }
}

void Scheduler::Impl::poll(bool may_block) {
  if (stop_requested.exchange(false, std::memory_order_acq_rel)) {
    stopping = true;
    cancel_parked();
    may_block = false;
  }
  if (has_messages.load(std::memory_order_acquire)) {
    take_messages();
    may_block = false;
  }
  for (std::size_t i = 0; i < before_poll.size(); ++i) before_poll[i]->before_poll();
  if (event_next < event_count || !ready.empty() || !tasks.empty()) may_block = false;
  int timeout = 0;
  if (may_block) {
    trim();
    const std::uint64_t next = wheel.next_tick();
    timeout = -1;
    if (next != detail::TimerWheel::kNever) {
      refresh_clock();
      const TimePoint due = epoch + milliseconds(next);
      const auto wait = std::chrono::ceil<milliseconds>(due - now).count();
      timeout = static_cast<int>(std::clamp<std::int64_t>(wait, 0, 3'600'000));
    }
    sleeping.store(true, std::memory_order_seq_cst);
    if (has_messages.load(std::memory_order_seq_cst) || stop_requested.load(std::memory_order_seq_cst))
      timeout = 0;
  }
  if (event_next == event_count) {
    polling.store(true, std::memory_order_relaxed);
    const int count = epoll_wait(epoll_fd, events, kEvents, timeout);
    polling.store(false, std::memory_order_relaxed);
    event_next = 0;
    event_count = std::max(count, 0);
    ++polls;
  }
  sleeping.store(false, std::memory_order_relaxed);
  beat.store(switches + steps + polls, std::memory_order_relaxed);
  refresh_clock();
  fire_timers();
}

void Scheduler::Impl::cancel_parked() {
  for (const auto& fiber : fibers) {
    if (fiber->state == Fiber::State::parked && fiber->shields == 0) make_ready(fiber.get(), Wake::cancelled);
  }
}

// Gives surplus idle stacks back. Nothing on them needs unwinding: they are between two
// turns of the loop.
void Scheduler::Impl::trim() {
  for (int i = 0; i < 64 && idle_count > options.idle_stacks; ++i) {
    Fiber* fiber = std::exchange(idle, idle->next);
    --idle_count;
    --stack_count;
#ifdef RETORT_TSAN
    __tsan_destroy_fiber(std::exchange(fiber->sanitizer_fiber, nullptr));
#endif
    detail::unmap_stack(fiber->stack);
    fiber->context = nullptr;
    fiber->exceptions = {};
    stackless.push_back(fiber);
  }
}

void Scheduler::Impl::spawn(Function<void()> f, void* task_context) {
  detail::TaskNode* node = free_nodes;
  if (node) {
    free_nodes = node->next;
  } else {
    node = new detail::TaskNode;
  }
  node->run = std::move(f);
  node->context = task_context;
  ++task_count;
  tasks.push(node);
}

// Messages from other threads.

void Scheduler::Impl::send(detail::Message message) {
  {
    const std::lock_guard lock(messages_mutex);
    messages.push_back(std::move(message));
    has_messages.store(true, std::memory_order_seq_cst);
  }
  if (sleeping.exchange(false, std::memory_order_seq_cst)) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto ignored = write(event_fd, &one, sizeof one);
  }
}

void Scheduler::Impl::take_messages() {
  {
    const std::lock_guard lock(messages_mutex);
    messages_taken.swap(messages);
    has_messages.store(false, std::memory_order_relaxed);
  }
  for (detail::Message& message : messages_taken) {
    if (message.run) {
      spawn(std::move(message.run), nullptr);
    } else if (message.fiber->sequence == message.sequence) {
      if (message.fiber->state == Fiber::State::parked) {
        make_ready(message.fiber, Wake::unparked);
      } else {
        message.fiber->woken = true;
      }
    }
  }
  messages_taken.clear();
}

void Scheduler::Impl::run() {
  auto* outer = std::exchange(detail::t_scheduler, this);
  void* outer_context = std::exchange(context(), nullptr);
  exceptions = reinterpret_cast<detail::ExceptionGlobals*>(abi::__cxa_get_globals());
  current = &main;
  main.state = Fiber::State::running;
  stopping = false;
  running = true;
  detail::use_alternate_stack();
  if (options.watchdog) options.watchdog->watch(*this);
  refresh_clock();
  switch_to(next_loop_fiber());
  if (options.watchdog) options.watchdog->unwatch(*this);
  running = false;
  stopping = false;
  current = nullptr;
  context() = outer_context;
  detail::t_scheduler = outer;
}

// The public face.

Scheduler::Scheduler(SchedulerOptions options) : impl_(new Impl(*this, options)) {}
Scheduler::~Scheduler() { delete impl_; }

void Scheduler::run() { impl_->run(); }

void Scheduler::stop() {
  impl_->stop_requested.store(true, std::memory_order_seq_cst);
  if (impl_->sleeping.exchange(false, std::memory_order_seq_cst)) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto ignored = write(impl_->event_fd, &one, sizeof one);
  }
}

Scheduler* Scheduler::current() { return detail::t_scheduler ? &detail::t_scheduler->owner : nullptr; }

void Scheduler::spawn(Function<void()> f) { impl_->spawn(std::move(f), nullptr); }
void Scheduler::post(Function<void()> f) { impl_->send({std::move(f), nullptr, 0}); }
TimePoint Scheduler::now() const { return impl_->now; }

void Scheduler::watch(int fd, std::uint32_t events, IoHandler& handler) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  detail::check(epoll_ctl(impl_->epoll_fd, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

void Scheduler::rewatch(int fd, std::uint32_t events, IoHandler& handler) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  detail::check(epoll_ctl(impl_->epoll_fd, EPOLL_CTL_MOD, fd, &event), "epoll_ctl");
}

void Scheduler::unwatch(int fd, IoHandler& handler) {
  epoll_ctl(impl_->epoll_fd, EPOLL_CTL_DEL, fd, nullptr);
  for (int i = impl_->event_next; i < impl_->event_count; ++i) {
    if (impl_->events[i].data.ptr == &handler) impl_->events[i].events = 0;
  }
}

void Scheduler::arm(Timer& timer, TimePoint when) { impl_->wheel.arm(timer, impl_->tick_of(when)); }
void Scheduler::disarm(Timer& timer) { impl_->wheel.disarm(timer); }

void Scheduler::add_before_poll(BeforePoll& hook) { impl_->before_poll.push_back(&hook); }
void Scheduler::remove_before_poll(BeforePoll& hook) { std::erase(impl_->before_poll, &hook); }

SchedulerStats Scheduler::stats() const {
  return {impl_->stack_count, impl_->idle_count, impl_->task_count, impl_->switches, impl_->polls};
}

const SchedulerOptions& Scheduler::options() const { return impl_->options; }

BlockingPool& Scheduler::blocking_pool() {
  if (impl_->options.blocking_pool) return *impl_->options.blocking_pool;
  if (!impl_->own_pool) impl_->own_pool = std::make_unique<BlockingPool>();
  return *impl_->own_pool;
}

void set_label(const char* label) {
  if (Scheduler::Impl* scheduler = detail::t_scheduler) {
    scheduler->current->label = label;
    scheduler->label.store(label, std::memory_order_relaxed);
  }
}

}  // namespace retort::fiber
