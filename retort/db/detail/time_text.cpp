// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/time_text.h"

#include <fmt/format.h>

#include "retort/base/text.h"

namespace retort::db::detail {
namespace {

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// One to `most` digits.
bool take_number(std::string_view& text, std::size_t most, int& out) {
  std::size_t n = 0;
  out = 0;
  for (; n < most && !text.empty() && text::is_digit(text.front()); ++n, text.remove_prefix(1))
    out = out * 10 + (text.front() - '0');
  return n > 0;
}

// The digits behind a point, cut to millionths.
bool take_fraction(std::string_view& text, int& microsecond) {
  microsecond = 0;
  int place = 100'000;
  bool any = false;
  for (; !text.empty() && text::is_digit(text.front()); any = true, text.remove_prefix(1)) {
    microsecond += (text.front() - '0') * place;
    place /= 10;
  }
  return any;
}

bool take_date(std::string_view& text, Date& out) {
  return take_number(text, 4, out.year) && take(text, '-') && take_number(text, 2, out.month) &&
         take(text, '-') && take_number(text, 2, out.day) && is_valid(out);
}

bool take_time(std::string_view& text, Time& out) {
  if (!take_number(text, 2, out.hour) || !take(text, ':') || !take_number(text, 2, out.minute)) return false;
  if (take(text, ':')) {
    if (!take_number(text, 2, out.second)) return false;
    if (take(text, '.') && !take_fraction(text, out.microsecond)) return false;
  }
  return is_valid(out);
}

bool take_two(std::string_view& text, int& out) {
  if (text.size() < 2 || !text::is_digit(text[0]) || !text::is_digit(text[1])) return false;
  out = (text[0] - '0') * 10 + (text[1] - '0');
  text.remove_prefix(2);
  return true;
}

// An offset to the end of the text, or none.
bool take_offset(std::string_view text, std::optional<int>& out) {
  if (text.empty()) return true;
  if (text == "Z") {
    out = 0;
    return true;
  }
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') return false;
  text.remove_prefix(1);
  int parts[3] = {0, 0, 0};
  for (std::size_t i = 0; i < 3 && (i == 0 || !text.empty()); ++i) {
    if (i > 0) take(text, ':');
    if (!take_two(text, parts[i])) return false;
  }
  if (!text.empty() || parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return false;
  const int total = (parts[0] * 60 + parts[1]) * 60 + parts[2];
  out = west ? -total : total;
  return true;
}

// PostgreSQL's style "postgres": numbers with a unit, then a time with a sign.
std::optional<TimeDelta> read_verbose_interval(std::string_view text) {
  struct {
    std::string_view name;
    std::int64_t days;
  } constexpr kUnits[] = {{"year", 365}, {"mon", 30}, {"day", 1}};
  TimeDelta out;
  std::size_t from = 0;
  while (!text.empty()) {
    const bool negative = take(text, '-');
    if (!negative) take(text, '+');
    int number = 0;
    if (!take_number(text, 9, number)) return std::nullopt;
    std::int64_t part = 0;
    if (take(text, ' ')) {
      while (from < std::size(kUnits) && !text.starts_with(kUnits[from].name)) ++from;
      if (from == std::size(kUnits)) return std::nullopt;
      text.remove_prefix(kUnits[from].name.size());
      take(text, 's');
      if (__builtin_mul_overflow(number * kUnits[from++].days, TimeDelta::kDay, &part)) return std::nullopt;
      if (!text.empty() && (!take(text, ' ') || text.empty())) return std::nullopt;
    } else {
      int minute = 0, second = 0, microsecond = 0;
      if (!take(text, ':') || !take_two(text, minute) || !take(text, ':') || !take_two(text, second) ||
          minute > 59 || second > 59 || (take(text, '.') && !take_fraction(text, microsecond)) ||
          !text.empty() || __builtin_mul_overflow(std::int64_t{number}, TimeDelta::kHour, &part) ||
          __builtin_add_overflow(part, (minute * 60 + second) * TimeDelta::kSecond + microsecond, &part))
        return std::nullopt;
    }
    if (__builtin_add_overflow(out.microseconds, negative ? -part : part, &out.microseconds))
      return std::nullopt;
  }
  return out;
}

}  // namespace

std::optional<Date> read_date(std::string_view text) {
  Date date;
  std::string_view rest = text;
  if (!take_date(rest, date)) return std::nullopt;
  if (!rest.empty() && !read_datetime(text)) return std::nullopt;
  return date;
}

std::optional<Time> read_time(std::string_view text) {
  Time time;
  if (!take_time(text, time) || !text.empty()) return std::nullopt;
  return time;
}

std::optional<DateTime> read_datetime(std::string_view text) {
  Date date;
  Time time;
  if (!take_date(text, date)) return std::nullopt;
  if (!text.empty() && ((!take(text, ' ') && !take(text, 'T')) || !take_time(text, time)))
    return std::nullopt;
  DateTime out{date.year, date.month, date.day, time.hour, time.minute, time.second, time.microsecond, {}};
  if (!take_offset(text, out.offset_seconds)) return std::nullopt;
  return out;
}

std::optional<TimeDelta> read_interval(std::string_view text) {
  if (text.starts_with('P') || text.starts_with("-P")) return parse_iso_duration(text);
  if (const auto time = read_datetime(text))
    return TimeDelta{unix_seconds(*time) * TimeDelta::kSecond + time->microsecond};
  if (text.empty()) return std::nullopt;
  return read_verbose_interval(text);
}

std::string time_text(const Time& time) {
  return fmt::format("{:02}:{:02}:{:02}.{:06}", time.hour, time.minute, time.second, time.microsecond);
}

std::string datetime_text(const DateTime& time) {
  return fmt::format("{} {}", iso_format(time.date()), time_text(time.time()));
}

}  // namespace retort::db::detail
