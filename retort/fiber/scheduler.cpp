// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/scheduler.h"

#include <cerrno>
#include <system_error>
#include <utility>

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

namespace detail {
namespace {

int check(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
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
  own_pool.reset();
  // Whoever sent the last message may still hold the lock.
  { const std::lock_guard lock(messages_mutex); }
  for (auto& fiber : fibers) {
#ifdef RETORT_TSAN
    if (fiber->sanitizer_fiber) __tsan_destroy_fiber(fiber->sanitizer_fiber);
#endif
    detail::unmap_stack(fiber->stack);
  }
  while (!tasks.empty()) delete tasks.pop();
  while (free_nodes) delete std::exchange(free_nodes, free_nodes->next);
  for (FreeBlock*& blocks : free_blocks) {
    while (blocks) ::operator delete(std::exchange(blocks, blocks->next));
  }
  close(event_fd);
  close(epoll_fd);
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

// Blocks for what tasks share with their handles: kept by size for the next task. A
// sanitizer sees more of them when they are not.
void* Scheduler::Impl::allocate(std::size_t size) {
  const std::size_t index = (size - 1) / kBlockStep;
  if (index >= kBlockClasses) return ::operator new(size);
  FreeBlock*& blocks = free_blocks[index];
  if (!blocks) return ::operator new((index + 1) * kBlockStep);
  return std::exchange(blocks, blocks->next);
}

void Scheduler::Impl::deallocate(void* block, std::size_t size) noexcept {
  const std::size_t index = (size - 1) / kBlockStep;
#ifdef RETORT_ASAN
  constexpr bool kKeep = false;
#else
  constexpr bool kKeep = true;
#endif
  if (!kKeep || index >= kBlockClasses) return ::operator delete(block);
  free_blocks[index] = ::new (block) FreeBlock{free_blocks[index]};
}

// Messages from other threads. All that a sender does is under the lock, and the receiver
// takes the lock once more before it is destroyed: so a waker may race with the end of the
// scheduler of whom it wakes.

void Scheduler::Impl::wake_loop() {
  has_messages.store(true, std::memory_order_seq_cst);
  if (!sleeping.exchange(false, std::memory_order_seq_cst)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto ignored = write(event_fd, &one, sizeof one);
}

void Scheduler::Impl::send(detail::Message message) {
  const std::lock_guard lock(messages_mutex);
  messages.push_back(std::move(message));
  wake_loop();
}

void Scheduler::Impl::take_messages() {
  bool stop = false;
  {
    const std::lock_guard lock(messages_mutex);
    messages_taken.swap(messages);
    stop = std::exchange(stop_requested, false);
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
  if (!stop) return;
  stopping = true;
  cancel_parked();
}

void Scheduler::Impl::cancel_parked() {
  for (const auto& fiber : fibers) {
    if (fiber->state == Fiber::State::parked && fiber->shields == 0) make_ready(fiber.get(), Wake::cancelled);
  }
}

void Scheduler::Impl::run() {
  Fiber* first = try_loop_fiber();
  if (!first) throw std::bad_alloc();
  auto* outer = std::exchange(detail::t_scheduler, this);
  void* outer_context = std::exchange(context(), nullptr);
  exceptions = reinterpret_cast<detail::ExceptionGlobals*>(abi::__cxa_get_globals());
  current = &main;
  stopping = false;
#ifdef RETORT_TSAN
  main.sanitizer_fiber = __tsan_get_current_fiber();
#endif
  detail::use_alternate_stack();
  if (options.watchdog) options.watchdog->watch(*this);
  refresh_clock();
  switch_to(first);
  if (options.watchdog) options.watchdog->unwatch(*this);
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
  const std::lock_guard lock(impl_->messages_mutex);
  impl_->stop_requested = true;
  impl_->wake_loop();
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
