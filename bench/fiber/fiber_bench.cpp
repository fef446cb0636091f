// SPDX-License-Identifier: BSD-3-Clause
// What fibers cost: nanoseconds for each operation, the median of several rounds, next to
// the budget that the design sets and to what the bare jump between two stacks takes, which
// tells how fast the machine is just then; memory of many sleepers, and their processor time.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <vector>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "retort/fiber/detail/jump.h"
#include "retort/fiber/fiber.h"

namespace fiber = retort::fiber;
using retort::Clock;

namespace {

constexpr int kRounds = 9;

double thread_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double wall_ns() { return static_cast<double>(Clock::now().time_since_epoch().count()); }

// Prints the median over rounds of what one of `count` operations takes: of this thread's
// processor time, so that a busy machine disturbs less, or of the wall clock's.
template <class F>
void measure(const char* name, int count, double budget_ns, F round, double (*clock)() = thread_ns) {
  std::vector<double> results;
  round();
  for (int i = 0; i < kRounds; ++i) {
    const double start = clock();
    round();
    results.push_back((clock() - start) / count);
  }
  std::sort(results.begin(), results.end());
  std::printf("%-58s %8.1f ns  (best %.1f)", name, results[kRounds / 2], results.front());
  if (budget_ns > 0) std::printf("  budget %.0f", budget_ns);
  std::printf("\n");
}

double resident_mib() {
  std::ifstream in("/proc/self/statm");
  double size = 0, resident = 0;
  in >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

void bare_jumps() {
  using fiber::detail::jump;
  using fiber::detail::transfer_t;
  constexpr int kJumps = 400'000;
  static char stack[64 * 1024];
  const auto go_back = [](transfer_t from) {
    for (;;) from = jump(from.fctx, nullptr);
  };
  void* other = boost::context::detail::make_fcontext(stack + sizeof stack, sizeof stack, go_back);
  measure("the jump alone, of a switch", kJumps, 0, [&other] {
    for (int i = 0; i < kJumps / 2; ++i) other = jump(other, nullptr).fctx;
  });
}

void switches(int fibers) {
  constexpr int kYields = 400'000;
  char name[80];
  std::snprintf(name, sizeof name, "switch (yield among %d fibers)", fibers);
  measure(name, kYields / fibers * fibers, fibers == 2 ? 15 : 0, [fibers] {
    std::vector<fiber::Task<void>> tasks;
    for (int f = 0; f < fibers; ++f) {
      tasks.push_back(fiber::spawn([fibers] {
        for (int i = 0; i < kYields / fibers; ++i) fiber::yield();
      }));
    }
    for (auto& task : tasks) task.join();
  });
}

void spawning() {
  constexpr int kTasks = 200'000;
  measure("spawn and finish, in batches of 100, joined", kTasks, 150, [] {
    std::vector<fiber::Task<int>> tasks(100);
    for (int i = 0; i < kTasks / 100; ++i) {
      for (auto& task : tasks) task = fiber::spawn([i] { return i; });
      for (auto& task : tasks) task.join();
    }
  });
  measure("spawn, join, one at a time (two switches)", kTasks, 150, [] {
    for (int i = 0; i < kTasks; ++i) fiber::spawn([i] { return i; }).join();
  });
  measure("Scheduler::spawn and finish, no handle", kTasks, 150, [] {
    auto& scheduler = *fiber::Scheduler::current();
    int done = 0;
    for (int i = 0; i < kTasks / 100; ++i) {
      for (int k = 0; k < 100; ++k) scheduler.spawn([&done] { ++done; });
      fiber::yield();
    }
    while (done < kTasks) fiber::yield();
  });
  measure("gather of two", kTasks, 0, [] {
    for (int i = 0; i < kTasks; ++i) fiber::gather([i] { return i; }, [i] { return i; });
  });
}

void waiting() {
  constexpr int kTurns = 100'000;
  measure("park with a deadline, woken (two switches)", kTurns, 0, [] {
    fiber::Ticket ticket;
    bool stop = false;
    auto other = fiber::spawn([&] {
      std::uint32_t word = 0;
      while (!stop) {
        ticket = fiber::next_park(word);
        fiber::park(ticket, fiber::Scheduler::current()->now() + retort::seconds(10));
      }
    });
    fiber::yield();
    for (int i = 0; i < kTurns; ++i) {
      fiber::wake(ticket);
      fiber::yield();
    }
    stop = true;
    fiber::wake(ticket);
    other.join();
  });
  measure("mutex lock and unlock, free", kTurns, 0, [] {
    fiber::Mutex mutex;
    for (int i = 0; i < kTurns; ++i) {
      mutex.lock();
      mutex.unlock();
    }
  });
  measure("an item through a Channel of 64", kTurns, 0, [] {
    fiber::Channel<int> channel(64);
    auto receiver = fiber::spawn([&] {
      while (channel.receive()) {
      }
    });
    for (int i = 0; i < kTurns; ++i) channel.send(i);
    channel.close();
    receiver.join();
  });
  struct Late final : fiber::Timer {
    void on_timer() override {}
  };
  measure("arm and re-arm of a timer", kTurns, 0, [] {
    static Late timers[1000];
    auto& scheduler = *fiber::Scheduler::current();
    const auto now = scheduler.now();
    for (int i = 0; i < kTurns; ++i) scheduler.arm(timers[i % 1000], now + retort::seconds(10 + i % 60));
    for (auto& timer : timers) scheduler.disarm(timer);
  });
  measure("wait_ready on a ready descriptor (three system calls)", 20'000, 0, [] {
    const int fd = eventfd(1, EFD_NONBLOCK);
    for (int i = 0; i < 20'000; ++i) fiber::wait_ready(fd, EPOLLIN);
    close(fd);
  });
  measure(
      "blocking() there and back (wall clock)", 5'000, 0,
      [] {
        for (int i = 0; i < 5'000; ++i) fiber::blocking([] {});
      },
      wall_ns);
}

void sleepers() {
  constexpr std::size_t kCount = 10'000;
  auto& scheduler = *fiber::Scheduler::current();
  std::vector<fiber::Task<void>> tasks;
  tasks.reserve(kCount);
  const double before = resident_mib();
  const auto start = Clock::now();
  for (std::size_t i = 0; i < kCount; ++i)
    tasks.push_back(fiber::spawn([] { fiber::sleep_for(retort::hours(1)); }));
  while (scheduler.stats().fibers < kCount) fiber::yield();
  const double begun = static_cast<double>((Clock::now() - start).count()) / 1e6;
  const double used = resident_mib() - before;
  std::printf("10,000 sleeping fibers: %.1f MiB (budget 120), begun in %.0f ms", used, begun);
  const double cpu = cpu_seconds();
  const auto polls = scheduler.stats().polls;
  fiber::sleep_for(retort::seconds(2));
  std::printf(", then 2 s: %.2f ms of processor, %llu polls\n", (cpu_seconds() - cpu) * 1000,
              static_cast<unsigned long long>(scheduler.stats().polls - polls));
  for (auto& task : tasks) task.cancel();
  for (auto& task : tasks) task.wait();
}

}  // namespace

int main() {
  bare_jumps();
  fiber::run([] {
    for (int fibers : {2, 8, 64, 1000}) switches(fibers);
    spawning();
    waiting();
    sleepers();
  });
}
