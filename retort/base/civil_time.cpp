// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/civil_time.h"

#include <chrono>
#include <cstdlib>

#include <fmt/format.h>

#include "retort/base/text.h"

namespace retort {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Reads exactly `count` digits and moves past them.
bool take_digits(std::string_view& text, std::size_t count, int& out) {
  if (text.size() < count) return false;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!text::is_digit(text[i])) return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  out = value;
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text, Date& out) {
  return take_digits(text, 4, out.year) && take(text, '-') && take_digits(text, 2, out.month) &&
         take(text, '-') && take_digits(text, 2, out.day) && is_valid(out);
}

// The digits of a fraction: at least one, up to nine.
bool take_fraction(std::string_view& text, int& microsecond) {
  int digits = 0;
  int value = 0;
  while (!text.empty() && text::is_digit(text.front()) && digits < 9) {
    if (digits < 6) value = value * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  for (int i = digits; i < 6; ++i) value *= 10;
  microsecond = value;
  return digits > 0;
}

// Hours and minutes, seconds optional; not checked for their range.
bool take_time(std::string_view& text, Time& out) {
  if (!take_digits(text, 2, out.hour) || !take(text, ':') || !take_digits(text, 2, out.minute)) return false;
  if (!take(text, ':')) return true;
  return take_digits(text, 2, out.second) && (!take(text, '.') || take_fraction(text, out.microsecond));
}

bool take_offset(std::string_view& text, std::optional<int>& out) {
  if (take(text, 'Z')) {
    out = 0;
    return true;
  }
  const bool west = !text.empty() && text.front() == '-';
  if (!west && !(!text.empty() && text.front() == '+')) return false;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  if (!take_digits(text, 2, hours) || !take(text, ':') || !take_digits(text, 2, minutes)) return false;
  if (take(text, ':') && !take_digits(text, 2, seconds)) return false;
  if (minutes > 59 || seconds > 59) return false;
  const int total = hours * 3600 + minutes * 60 + seconds;
  out = west ? -total : total;
  return true;
}

}  // namespace

bool is_valid(const Date& date) {
  return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= days_in_month(date.year, date.month);
}

bool is_valid(const Time& time) {
  const auto within = [](int value, int size) { return value >= 0 && value < size; };
  return within(time.hour, 24) && within(time.minute, 60) && within(time.second, 60) &&
         within(time.microsecond, 1'000'000);
}

bool is_valid(const DateTime& time) {
  return is_valid(time.date()) && is_valid(time.time()) &&
         (!time.offset_seconds ||
          (*time.offset_seconds > -kSecondsPerDay && *time.offset_seconds < kSecondsPerDay));
}

// Both directions count in eras of 400 years of 146,097 days that begin on the first of
// March, so that the leap day is the last of its year.
std::int64_t days_since_epoch(const Date& date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

Date date_of_days(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = floor_div(days, 146'097);
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  Date date;
  date.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  date.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  date.year = static_cast<int>(year_of_era + era * 400 + (date.month <= 2 ? 1 : 0));
  return date;
}

int weekday(const Date& date) {
  const std::int64_t days = days_since_epoch(date) + 3;  // 1970-01-01 was a Thursday
  return static_cast<int>(days - floor_div(days, 7) * 7);
}

std::int64_t unix_seconds(const DateTime& time) {
  return days_since_epoch(time.date()) * kSecondsPerDay + time.hour * 3600 + time.minute * 60 + time.second -
         time.offset_seconds.value_or(0);
}

DateTime datetime_of_unix(std::int64_t seconds, int microsecond) {
  const std::int64_t days = floor_div(seconds, kSecondsPerDay);
  const auto rest = static_cast<int>(seconds - days * kSecondsPerDay);
  const Date date = date_of_days(days);
  return {date.year, date.month, date.day, rest / 3600, rest / 60 % 60, rest % 60, microsecond, 0};
}

DateTime utcnow() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  const std::int64_t seconds = floor_div(microseconds, 1'000'000);
  DateTime out = datetime_of_unix(seconds, static_cast<int>(microseconds - seconds * 1'000'000));
  out.offset_seconds.reset();
  return out;
}

DateTime naive_utc(const DateTime& time) {
  if (!time.offset_seconds) return time;
  DateTime out = datetime_of_unix(unix_seconds(time), time.microsecond);
  out.offset_seconds.reset();
  return out;
}

std::string iso_format(const Date& date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string iso_format(const Time& time) {
  std::string out = fmt::format("{:02}:{:02}:{:02}", time.hour, time.minute, time.second);
  if (time.microsecond != 0) out += fmt::format(".{:06}", time.microsecond);
  return out;
}

std::string iso_format(const DateTime& time) {
  std::string out = fmt::format("{}T{}", iso_format(time.date()), iso_format(time.time()));
  if (time.offset_seconds) {
    const int offset = std::abs(*time.offset_seconds);
    out +=
        fmt::format("{}{:02}:{:02}", *time.offset_seconds < 0 ? '-' : '+', offset / 3600, offset / 60 % 60);
    if (offset % 60 != 0) out += fmt::format(":{:02}", offset % 60);
  }
  return out;
}

std::optional<Date> parse_iso_date(std::string_view text) {
  Date date;
  if (!take_date(text, date) || !text.empty()) return std::nullopt;
  return date;
}

std::optional<DateTime> parse_iso_datetime(std::string_view text) {
  Date date;
  DateTime time;
  if (!take_date(text, date) || !(take(text, 'T') || take(text, ' '))) return std::nullopt;
  time.year = date.year;
  time.month = date.month;
  time.day = date.day;
  Time clock;
  if (!take_time(text, clock)) return std::nullopt;
  time.hour = clock.hour;
  time.minute = clock.minute;
  time.second = clock.second;
  time.microsecond = clock.microsecond;
  if (!text.empty() && !take_offset(text, time.offset_seconds)) return std::nullopt;
  if (!text.empty() || !is_valid(time)) return std::nullopt;
  return time;
}

std::optional<Time> parse_iso_time(std::string_view text) {
  Time time;
  if (!take_time(text, time) || !text.empty() || !is_valid(time)) return std::nullopt;
  return time;
}

}  // namespace retort
