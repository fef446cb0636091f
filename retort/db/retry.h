// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// retry: runs a transaction again that could not be because of another one.

#include <type_traits>

#include "retort/db/error.h"

namespace retort::db {

class Connection;

namespace detail {
/// Sleeps a little, longer with each attempt, differently long each time.
void wait_before_retry(int attempt);
void roll_back(Connection& connection);
}  // namespace detail

/// Calls `f`, a whole transaction with its commit, up to `attempts` times, as long as it throws
/// SerializationError (DeadlockError is one); what the last throws goes on. A Lease is taken
/// within `f`, or given to the overload below, so that each attempt begins anew; on a Session that
/// outlives an attempt `f` begins with rollback().
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

/// The same on a connection that `f` uses and that was taken before: rolls it back after each
/// failure, whatever was thrown.
template <class F>
std::invoke_result_t<F&> retry(Connection& connection, int attempts, F f) {
  return retry(attempts, [&]() -> std::invoke_result_t<F&> {
    try {
      return f();
    } catch (...) {
      detail::roll_back(connection);
      throw;
    }
  });
}

}  // namespace retort::db
