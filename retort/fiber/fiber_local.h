// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// FiberLocal<T>: a variable of which every task has its own, for libraries that would use
// thread_local. Made at the first use in a task, destroyed when the task ends; a plain
// thread has one for its own life.

#include <cstddef>

namespace retort::fiber {

namespace detail {
std::size_t new_local_key();
/// The running task's slot for `key`; `destroy` is for what is put there.
void*& local_slot(std::size_t key, void (*destroy)(void*));
}  // namespace detail

template <class T>
class FiberLocal {
 public:
  FiberLocal() : key_(detail::new_local_key()) {}
  FiberLocal(const FiberLocal&) = delete;
  FiberLocal& operator=(const FiberLocal&) = delete;

  /// The running task's T. The reference is good until the task ends.
  T& get() const {
    void*& slot = detail::local_slot(key_, [](void* p) { delete static_cast<T*>(p); });
    if (!slot) slot = new T();
    return *static_cast<T*>(slot);
  }
  T& operator*() const { return get(); }
  T* operator->() const { return &get(); }

 private:
  std::size_t key_;
};

}  // namespace retort::fiber
