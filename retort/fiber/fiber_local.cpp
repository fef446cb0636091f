// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/fiber_local.h"

#include <atomic>
#include <memory>
#include <vector>

#include "retort/fiber/detail/scheduler_impl.h"

namespace retort::fiber::detail {

struct LocalStore {
  struct Slot {
    std::size_t key;
    void (*destroy)(void*);
    void* value;
  };
  std::vector<std::unique_ptr<Slot>> slots;

  LocalStore() = default;
  LocalStore(const LocalStore&) = delete;
  LocalStore& operator=(const LocalStore&) = delete;
  ~LocalStore() {
    for (auto slot = slots.rbegin(); slot != slots.rend(); ++slot) {
      if ((*slot)->value) (*slot)->destroy((*slot)->value);
    }
  }
};

void destroy_locals(LocalStore* locals) { delete locals; }

std::size_t new_local_key() {
  static std::atomic<std::size_t> next{1};  // keys name variables; nothing else is kept of them
  return next.fetch_add(1, std::memory_order_relaxed);
}

void*& local_slot(std::size_t key, void (*destroy)(void*)) {
  thread_local LocalStore of_thread;
  LocalStore* store = &of_thread;
  if (Scheduler::Impl* scheduler = t_scheduler) {
    Fiber* self = scheduler->current;
    if (!self->locals) self->locals = new LocalStore;
    store = self->locals;
  }
  for (auto& slot : store->slots) {
    if (slot->key == key) return slot->value;
  }
  store->slots.push_back(std::make_unique<LocalStore::Slot>(LocalStore::Slot{key, destroy, nullptr}));
  return store->slots.back()->value;
}

}  // namespace retort::fiber::detail
