// SPDX-License-Identifier: BSD-3-Clause
// Counts what the hot paths allocate once they are warm: nothing.
#include <cstdlib>
#include <new>
#include <vector>

#include <gtest/gtest.h>

#include "retort/fiber/sync.h"
#include "retort/fiber/task.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they bring their own operators

namespace {
thread_local std::size_t t_allocations = 0;
}

void* operator new(std::size_t size) {
  ++t_allocations;
  if (void* block = std::malloc(size ? size : 1)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace retort::fiber {
namespace {

using namespace std::chrono_literals;

template <class F>
std::size_t allocations_of(F work) {
  for (int i = 0; i < 100; ++i) work();
  const std::size_t before = t_allocations;
  for (int i = 0; i < 100; ++i) work();
  return t_allocations - before;
}

TEST(Allocations, NoneOnAWarmHotPath) {
  run([] {
    Mutex mutex;
    Semaphore semaphore(1);
    Channel<int> channel(2);
    int n = 0;
    struct Case {
      const char* name;
      Function<void()> work;
    };
    std::vector<Case> cases;
    cases.push_back({"spawn and join", [&] { n += spawn([] { return 1; }).join(); }});
    cases.push_back({"spawn without a handle", [&] {
                       Scheduler::current()->spawn([&n] { ++n; });
                       yield();
                     }});
    cases.push_back({"a task that parks", [] { spawn([] { yield(); }).join(); }});
    cases.push_back({"gather", [&] { gather([&] { ++n; }, [] { yield(); }); }});
    cases.push_back({"sleep_for", [] { sleep_for(10us); }});
    cases.push_back({"a mutex that is fought for", [&] {
                       auto other = spawn([&] {
                         const LockGuard lock(mutex);
                         yield();
                       });
                       yield();
                       const LockGuard lock(mutex);
                     }});
    cases.push_back({"semaphore", [&] {
                       semaphore.acquire();
                       semaphore.release();
                     }});
    cases.push_back({"channel", [&] {
                       auto receiver = spawn([&] { return *channel.receive(); });
                       yield();
                       channel.send(1);
                       n += receiver.join();
                     }});
    for (Case& c : cases) EXPECT_EQ(allocations_of([&] { c.work(); }), 0u) << c.name;
  });
}

}  // namespace
}  // namespace retort::fiber

#endif
