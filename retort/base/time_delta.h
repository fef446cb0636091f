// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// TimeDelta: a span of time in microseconds, as Python's timedelta; about 292,000 years either
// way. A value type.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace retort {

struct TimeDelta {
  static constexpr std::int64_t kSecond = 1'000'000;
  static constexpr std::int64_t kHour = 3600 * kSecond;
  static constexpr std::int64_t kDay = 24 * kHour;

  std::int64_t microseconds = 0;

  /// "1:02:03", "1 day, 2:03:04.500000", "-1 day, 23:59:59.999999" (Python's str(timedelta)).
  std::string str() const;
  /// "P1DT2H3M4.5S", "PT0S", "P-1DT-0.5S": ISO 8601 with a sign for each part, as PostgreSQL has it.
  std::string iso() const;

  friend bool operator==(const TimeDelta&, const TimeDelta&) = default;
  friend auto operator<=>(const TimeDelta&, const TimeDelta&) = default;
  /// Preconditions: the result is within the range.
  friend constexpr TimeDelta operator-(TimeDelta a) { return {-a.microseconds}; }
  friend constexpr TimeDelta operator+(TimeDelta a, TimeDelta b) { return {a.microseconds + b.microseconds}; }
  friend constexpr TimeDelta operator-(TimeDelta a, TimeDelta b) { return {a.microseconds - b.microseconds}; }
};

/// Reads ISO 8601 durations ("P1DT2H3.5S", signs before P or before a part, weeks), with years
/// of 365 days and months of 30, as psycopg2 counts them. Nothing beyond a TimeDelta's range.
std::optional<TimeDelta> parse_iso_duration(std::string_view text);

}  // namespace retort
