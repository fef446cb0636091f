// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Time spans as PostgreSQL's intervals: days apart from the time, as Python's timedelta has them.

#include <cstdint>
#include <string>

namespace retort::db::detail {

struct IntervalParts {
  std::int64_t days = 0;
  std::int64_t microseconds = 0;  ///< of a day: never negative
};

constexpr IntervalParts interval_parts(std::int64_t microseconds) {
  constexpr std::int64_t kDay = 86'400'000'000;
  IntervalParts parts{microseconds / kDay, microseconds % kDay};
  if (parts.microseconds < 0) {
    parts.microseconds += kDay;
    --parts.days;
  }
  return parts;
}

/// As text.
inline std::string postgresql_interval(std::int64_t microseconds) {
  constexpr std::int64_t kSecond = 1'000'000;
  const IntervalParts parts = interval_parts(microseconds);
  return std::to_string(parts.days) + " days " + std::to_string(parts.microseconds / kSecond) + " seconds " +
         std::to_string(parts.microseconds % kSecond) + " microseconds";
}

}  // namespace retort::db::detail
