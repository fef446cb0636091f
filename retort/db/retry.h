// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// retry: runs a transaction again that could not be because of another one.

#include <type_traits>

#include "retort/db/error.h"

namespace retort::db {

namespace detail {
/// Sleeps a little, longer with each attempt, differently long each time.
void wait_before_retry(int attempt);
}  // namespace detail

/// Calls `f`, a whole transaction with its commit, up to `attempts` times, as long as it throws
/// SerializationError (DeadlockError is one); what the last throws goes on.
template <class F>
std::invoke_result_t<F&> retry(int attempts, F f) {
  for (int attempt = 1;; ++attempt) {
    try {
      return f();
    } catch (const SerializationError&) {
      if (attempt >= attempts) throw;
    }
    detail::wait_before_retry(attempt);
  }
}

}  // namespace retort::db
