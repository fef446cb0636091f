// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// std::chrono durations and time points without the rest of <chrono>, which costs
// a third of a second in each translation unit with libstdc++.
#if __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#else
#include <chrono>
#endif

namespace retort {

using std::chrono::duration;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// The clock of deadlines and timeouts.
using Clock = std::chrono::steady_clock;
/// A point of the steady clock; TimePoint::max() means "never".
using TimePoint = Clock::time_point;

}  // namespace retort
