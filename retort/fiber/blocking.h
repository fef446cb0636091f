// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// blocking(f): runs f on a thread of a pool and parks the caller, for calls that would
// hold the worker: a library that knows no fibers, a long computation, a slow disk.

#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "retort/base/function.h"
#include "retort/fiber/parker.h"

namespace retort::fiber {

/// A pool of threads for blocking(). Threads are started at need, up to `limit`, and joined
/// by the destructor. Thread-safe; schedulers may share one.
class BlockingPool {
 public:
  explicit BlockingPool(std::size_t limit = 32);
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  void submit(Function<void()> f);
  std::size_t threads() const;

 private:
  struct Impl;
  Impl* impl_;
};

namespace detail {
/// Runs `f` on the scheduler's pool and returns when it is done. Not cancellable: f uses
/// the caller's stack.
void run_blocking(Function<void()> f);
}  // namespace detail

/// Runs `f` elsewhere, parks, and returns what it returns or throws what it throws. Off a
/// fiber it just calls f. A cancellation waits until f is done.
template <class F>
std::invoke_result_t<F&> blocking(F f) {
  using R = std::invoke_result_t<F&>;
  if (!Scheduler::current()) return f();
  std::exception_ptr error;
  if constexpr (std::is_void_v<R>) {
    detail::run_blocking([&] {
      try {
        f();
      } catch (...) {
        error = std::current_exception();
      }
    });
    if (error) std::rethrow_exception(error);
    check_cancelled();
  } else {
    std::optional<R> result;
    detail::run_blocking([&] {
      try {
        result.emplace(f());
      } catch (...) {
        error = std::current_exception();
      }
    });
    if (error) std::rethrow_exception(error);
    check_cancelled();
    return std::move(*result);
  }
}

}  // namespace retort::fiber
