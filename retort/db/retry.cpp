// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/retry.h"

#include <algorithm>
#include <random>

#include "retort/base/duration.h"
#include "retort/db/connection.h"
#include "retort/fiber/task.h"

namespace retort::db::detail {

void wait_before_retry(int attempt) {
  std::random_device random;
  const int longest = 2 << std::min(attempt, 8);
  fiber::sleep_for(milliseconds(std::uniform_int_distribution<int>(1, longest)(random)));
}

void roll_back(Connection& connection) { connection.rollback(); }

}  // namespace retort::db::detail
