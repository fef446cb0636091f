// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Dates and ages in headers (RFC 9110, 5.6.7). Thread-safe.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "retort/base/civil_time.h"
#include "retort/base/http_date.h"

namespace retort::http {

using retort::http_date;
/// A naive time is UTC.
std::string http_date(const DateTime& time);
/// Of the years 1 to 9999, which have a date.
inline constexpr std::int64_t kFirstSecond = -62'135'596'800, kLastSecond = 253'402'300'799;
/// http_date of a time that comes from outside: throws std::invalid_argument, which names
/// `what`, when it has none.
std::string checked_http_date(std::string_view what, std::int64_t unix_seconds);

/// A header's date in any of the forms that Python's email package reads: RFC 5322, RFC 850,
/// obsolete zones, names in any case. Without a zone it is UTC. Empty when it is none.
std::optional<DateTime> parse_date(std::string_view text);

/// Age and other delta-seconds; empty for what is negative, no integer or too large.
std::optional<std::int64_t> parse_age(std::string_view text);

}  // namespace retort::http
