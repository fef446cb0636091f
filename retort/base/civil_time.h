// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Dates and times of the proleptic Gregorian calendar, years 1 to 9999, as Python's
// datetime has them: DateTime with microseconds and an optional offset from UTC, its ISO
// form, and days and seconds since 1970. Value types and pure functions.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace retort {

/// A day, without a time of day.
struct Date {
  int year = 1970;
  int month = 1;  ///< 1 to 12
  int day = 1;    ///< 1 to 31

  friend bool operator==(const Date&, const Date&) = default;
  friend auto operator<=>(const Date&, const Date&) = default;
};

/// A time of day, without a day and a zone.
struct Time {
  int hour = 0;    ///< 0 to 23
  int minute = 0;  ///< 0 to 59
  int second = 0;  ///< 0 to 59
  int microsecond = 0;

  friend bool operator==(const Time&, const Time&) = default;
  friend auto operator<=>(const Time&, const Time&) = default;
};

struct DateTime {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int microsecond = 0;
  /// Seconds east of UTC; empty for a naive time, whose zone nobody said.
  std::optional<int> offset_seconds = {};

  Date date() const { return {year, month, day}; }
  Time time() const { return {hour, minute, second, microsecond}; }
  /// Member by member: the same instant in two zones is not equal. Compare instants by
  /// unix_seconds().
  friend bool operator==(const DateTime&, const DateTime&) = default;
};

constexpr bool is_leap_year(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
/// Precondition: month is 1 to 12.
constexpr int days_in_month(int year, int month) {
  if (month == 2) return is_leap_year(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// A date of the calendar in years 1 to 9999.
bool is_valid(const Date& date);
/// On a clock without leap seconds.
bool is_valid(const Time& time);
/// So is the date, and the time is on a clock without leap seconds, the offset less than a day.
bool is_valid(const DateTime& time);

/// Days since 1970-01-01. Precondition: is_valid(date).
std::int64_t days_since_epoch(const Date& date);
/// The date so many days after 1970-01-01. Any day number that fits years in an int.
Date date_of_days(std::int64_t days);
/// 0 is Monday, as Python's weekday().
int weekday(const Date& date);

/// Seconds since 1970-01-01T00:00:00Z, without the fraction; a naive time is taken as UTC.
/// Precondition: is_valid(time).
std::int64_t unix_seconds(const DateTime& time);
/// The instant in UTC (offset 0). Precondition: within years 1 to 9999.
DateTime datetime_of_unix(std::int64_t seconds, int microsecond = 0);

/// Now in UTC, naive and with microseconds (Python's datetime.utcnow()): what models keep.
DateTime utcnow();
/// The same instant in UTC, naive. A naive time is as it is. Precondition: is_valid(time), and
/// the instant in UTC is within years 1 to 9999.
DateTime naive_utc(const DateTime& time);

/// "2024-05-06", "07:08:09.120000", "2024-05-06T07:08:09.120000+00:00" (Python's isoformat()).
std::string iso_format(const Date& date);
std::string iso_format(const Time& time);
std::string iso_format(const DateTime& time);
/// Reads what iso_format writes, with "T" or one space between date and time, a fraction of
/// one to nine digits (cut to microseconds), seconds optional, "Z" as an offset; nothing else.
std::optional<Date> parse_iso_date(std::string_view text);
std::optional<Time> parse_iso_time(std::string_view text);
std::optional<DateTime> parse_iso_datetime(std::string_view text);

}  // namespace retort
