// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The inside of a Scheduler. What only its own thread touches comes first; the rest is
// what other threads reach it by.

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include <sys/epoll.h>

#include "retort/fiber/detail/fd_wait.h"
#include "retort/fiber/detail/fiber.h"
#include "retort/fiber/detail/timer_wheel.h"
#include "retort/fiber/parker.h"
#include "retort/fiber/scheduler.h"

namespace retort::fiber {
namespace detail {

/// A first-in, first-out queue linked through `next`.
template <class T>
class Queue {
 public:
  bool empty() const { return head_ == nullptr; }
  void push(T* item) {
    item->next = nullptr;
    if (tail_) {
      tail_->next = item;
    } else {
      head_ = item;
    }
    tail_ = item;
  }
  T* pop() {
    T* item = head_;
    head_ = item->next;
    if (!head_) tail_ = nullptr;
    return item;
  }

 private:
  T* head_ = nullptr;
  T* tail_ = nullptr;
};

/// A fiber with the timer that ends its park.
struct FiberRecord final : Fiber, Timer {
  void on_timer() override;
};

/// What another thread sent: a function to run, or a fiber to wake.
struct Message {
  Function<void()> run;
  Fiber* fiber = nullptr;
  std::uint64_t sequence = 0;
};

}  // namespace detail

struct Scheduler::Impl {
  Impl(Scheduler& scheduler, SchedulerOptions scheduler_options);
  ~Impl();

  void run();
  void loop();  // what every fiber runs
  void step();  // one piece of work, or a poll
  void dispatch_event();
  void run_task(detail::TaskNode* node);
  void end_work();
  void poll(bool may_block);
  int timeout_of_sleep();  // announces it, too
  void fire_timers();
  void take_messages();
  void wake_loop();
  void cancel_parked();
  TimePoint give_stacks_back();  // returns when it wants to be called again
  void unmap_surplus();
  void release_unused();

  Fiber* new_fiber();
  Fiber* try_loop_fiber() noexcept;  // one to go on with the loop; null: no memory for its stack
  Fiber* successor();
  void hand_over(Fiber* target);
  void switch_to(Fiber* target);
  void switch_here(Fiber* target);  // the same, inlined where it is hot
  void make_ready(Fiber* fiber, Wake why);
  Wake park(std::uint64_t sequence, TimePoint deadline);
  void yield();
  void spawn(Function<void()> f, void* context);
  void send(detail::Message message);
  void* allocate(std::size_t size);
  void deallocate(void* block, std::size_t size) noexcept;
  bool finished() const { return tasks.empty() && ready.empty() && parked == 0; }

  std::uint64_t tick_of(TimePoint when) const;  // rounded up
  void refresh_clock();

  static constexpr int kEvents = 256;
  // How long the system's events wait while there is work: a switch costs one of the
  // budget, a task or an event kStepCost.
  static constexpr unsigned kBudget = 256;
  static constexpr unsigned kStepCost = 4;
  static constexpr int kTimersPerPoll = 1024;
  // Blocks of a task's state are kept by size, kBlockStep apart.
  static constexpr std::size_t kBlockStep = 64;
  static constexpr std::size_t kBlockClasses = 8;

  Scheduler& owner;
  SchedulerOptions options;
  int epoll_fd = -1;
  int event_fd = -1;
  Fiber* current = nullptr;
  detail::FiberRecord main;                        // the thread's own stack, inside run()
  detail::ExceptionGlobals* exceptions = nullptr;  // this thread's
  detail::Queue<Fiber> ready;
  detail::Queue<detail::TaskNode> tasks;
  detail::TaskNode* free_nodes = nullptr;
  Fiber* idle = nullptr;  // last in, first out
  std::vector<std::unique_ptr<detail::FiberRecord>> fibers;
  std::vector<Fiber*> stackless;  // records whose stack was given back
  std::size_t idle_count = 0;
  std::size_t stack_count = 0;
  std::size_t parked = 0;
  std::size_t task_count = 0;
  std::uint64_t switches = 0;
  std::uint64_t polls = 0;
  unsigned steps = 0;  // of the loop: decides whose turn it is
  unsigned budget = kBudget;
  std::uint64_t beats = 0;
  // Idle stacks' memory: used_since is set when one was in use since the last sweep, and
  // idle_low is the least number of idle ones since: so many, the oldest, were not.
  bool used_since = false;
  std::size_t idle_low = 0;
  TimePoint next_sweep;
  struct FreeBlock {
    FreeBlock* next;
  };
  FreeBlock* free_blocks[kBlockClasses] = {};
  // A batch of events outlives the frame that polled it: whichever fiber is the loop goes on.
  epoll_event events[kEvents];
  int event_next = 0;
  int event_count = 0;
  TimePoint now;
  TimePoint epoch;
  detail::TimerWheel wheel{0};
  std::vector<BeforePoll*> before_poll;
  std::vector<std::unique_ptr<detail::FdWait>> fd_waits;  // by descriptor
  std::unique_ptr<BlockingPool> own_pool;
  bool stopping = false;

  std::mutex messages_mutex;
  std::vector<detail::Message> messages;
  std::vector<detail::Message> messages_taken;  // the receiver's own
  bool stop_requested = false;                  // under the lock
  std::atomic<bool> has_messages{false};
  std::atomic<bool> sleeping{false};
  std::atomic<std::uint64_t> beat{0};       // changes whenever the loop gets on
  std::atomic<const char*> label{nullptr};  // of the running work
  std::atomic<bool> polling{false};
};

namespace detail {
extern thread_local constinit Scheduler::Impl* t_scheduler;
}

}  // namespace retort::fiber
