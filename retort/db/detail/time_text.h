// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Dates and times as the two databases write them: SQLite what was stored (SQLAlchemy's texts,
// those of SQLite's own functions, ISO 8601), PostgreSQL its ISO style. Pure functions; nothing
// for text that is none, or beyond years 1 to 9999.

#include <optional>
#include <string>
#include <string_view>

#include "retort/base/civil_time.h"
#include "retort/base/time_delta.h"

namespace retort::db::detail {

/// "2024-05-06"; of a datetime the date.
std::optional<Date> read_date(std::string_view text);
/// "07:08", "07:08:09.123".
std::optional<Time> read_time(std::string_view text);
/// "2024-05-06 07:08:09.123", "T" between, an offset "Z", "+02", "+0530", "+05:30:15".
std::optional<DateTime> read_datetime(std::string_view text);
/// "P1DT2H3.5S", "1 year 2 mons -3 days +04:05:06.7", and the datetime so long after 1970.
std::optional<TimeDelta> read_interval(std::string_view text);

/// "07:08:09.000010": six digits, as SQLAlchemy stores them.
std::string time_text(const Time& time);
/// "2024-05-06 07:08:09.000010".
std::string datetime_text(const DateTime& time);

}  // namespace retort::db::detail
