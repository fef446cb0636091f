// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/time_format.h"

#include <array>
#include <cstddef>

#include "retort/base/civil_time.h"
#include "retort/base/text.h"

namespace retort::wtf::detail {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
// As weekday(): from Monday on.
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};
constexpr std::string_view kDirectives = "YymdjHIpMSfaAbBwuUWGVz%";
constexpr std::string_view kSpace = " \t\n\r\v\f";

bool is_space(char c) { return kSpace.find(c) != std::string_view::npos; }

/// What has been read; -1: not at all. What a format leaves out is Python's.
struct Parts {
  int year = 1900, month = 1, day = 1;
  int yearday = -1;
  int hour = 0, hour12 = -1, minute = 0, second = 0, microsecond = 0;
  int afternoon = -1;
  int weekday = -1;      // from Monday on
  int sunday_week = -1;  // %U
  int monday_week = -1;  // %W
  int iso_year = -1, iso_week = -1;
  std::optional<int> offset_seconds;
};

/// A directive that is a number.
struct Number {
  char directive;
  int Parts::*part;
  int least, most;
  std::size_t width;
  bool fixed;  // exactly so many digits
};
constexpr Number kNumbers[] = {
    {'Y', &Parts::year, 1, 9999, 4, true},       {'G', &Parts::iso_year, 1, 9999, 4, true},
    {'y', &Parts::year, 0, 99, 2, true},         {'m', &Parts::month, 1, 12, 2, false},
    {'d', &Parts::day, 1, 31, 2, false},         {'j', &Parts::yearday, 1, 366, 3, false},
    {'H', &Parts::hour, 0, 23, 2, false},        {'I', &Parts::hour12, 1, 12, 2, false},
    {'M', &Parts::minute, 0, 59, 2, false},      {'S', &Parts::second, 0, 61, 2, false},
    {'w', &Parts::weekday, 0, 6, 1, true},       {'u', &Parts::weekday, 1, 7, 1, true},
    {'U', &Parts::sunday_week, 0, 53, 2, false}, {'W', &Parts::monday_week, 0, 53, 2, false},
    {'V', &Parts::iso_week, 0, 53, 2, false},
};

int digits(std::string_view text) {
  int out = 0;
  for (const char c : text) {
    if (!text::is_digit(c)) return -1;
    out = out * 10 + (c - '0');
  }
  return text.empty() ? -1 : out;
}

/// Matches text against a format. Where a directive could take more or less, the more is tried first, as
/// by Python's regular expression; formats are short and the program's own.
class Reader {
 public:
  Reader(std::string_view text, std::string_view format) : text_(text), format_(format) {}
  bool read(Parts& parts) { return match(0, 0, parts); }

 private:
  bool match(std::size_t at, std::size_t in_format, Parts& parts) {
    if (in_format == format_.size()) return at == text_.size();
    const char c = format_[in_format];
    if (is_space(c)) return match_space(at, in_format, parts);
    if (c == '%' && in_format + 1 < format_.size()) {
      std::size_t next = in_format + 1;
      if (format_[next] == '-' && next + 1 < format_.size()) ++next;
      return match_directive(at, format_[next], next + 1, parts);
    }
    return at < text_.size() && text::lower(text_[at]) == text::lower(c) &&
           match(at + 1, in_format + 1, parts);
  }

  bool match_space(std::size_t at, std::size_t in_format, Parts& parts) {
    while (in_format < format_.size() && is_space(format_[in_format])) ++in_format;
    const std::size_t first = at;
    while (at < text_.size() && is_space(text_[at])) ++at;
    for (; at > first; --at) {
      if (match(at, in_format, parts)) return true;
    }
    return false;
  }

  bool match_directive(std::size_t at, char directive, std::size_t next, Parts& parts) {
    for (const Number& number : kNumbers) {
      if (number.directive == directive) return match_number(at, number, next, parts);
    }
    switch (directive) {
      case '%':
        return at < text_.size() && text_[at] == '%' && match(at + 1, next, parts);
      case 'f':
        return match_fraction(at, next, parts);
      case 'p':
        return match_name(at, std::array<std::string_view, 2>{"AM", "PM"}, 2, parts.afternoon, 0, next,
                          parts);
      case 'a':
        return match_name(at, kDays, 3, parts.weekday, 0, next, parts);
      case 'A':
        return match_name(at, kDays, 0, parts.weekday, 0, next, parts);
      case 'b':
        return match_name(at, kMonths, 3, parts.month, 1, next, parts);
      case 'B':
        return match_name(at, kMonths, 0, parts.month, 1, next, parts);
      case 'z':
        return match_offset(at, next, parts);
      default:
        return false;
    }
  }

  bool match_number(std::size_t at, const Number& number, std::size_t next, Parts& parts) {
    for (std::size_t width = number.width; width > 0; --width) {
      if (number.fixed && width != number.width) return false;
      if (at + width > text_.size()) continue;
      std::string_view found = text_.substr(at, width);
      if (number.directive == 'd' && width == 2 && found[0] == ' ') found.remove_prefix(1);
      const int value = digits(found);
      if (value < number.least || value > number.most) continue;
      const Parts before = parts;
      parts.*number.part = value;
      if (number.directive == 'y') parts.year = value <= 68 ? 2000 + value : 1900 + value;
      if (number.directive == 'w') parts.weekday = (value + 6) % 7;
      if (number.directive == 'u') parts.weekday = value - 1;
      if (match(at + width, next, parts)) return true;
      parts = before;
    }
    return false;
  }

  bool match_fraction(std::size_t at, std::size_t next, Parts& parts) {
    for (std::size_t width = 6; width > 0; --width) {
      if (at + width > text_.size()) continue;
      int value = digits(text_.substr(at, width));
      if (value < 0) continue;
      for (std::size_t i = width; i < 6; ++i) value *= 10;
      parts.microsecond = value;
      if (match(at + width, next, parts)) return true;
    }
    return false;
  }

  /// `shown`: how many letters of the name; 0: all.
  template <std::size_t n>
  bool match_name(std::size_t at, const std::array<std::string_view, n>& names, std::size_t shown, int& part,
                  int first, std::size_t next, Parts& parts) {
    for (std::size_t i = 0; i < n; ++i) {
      const std::string_view name = shown == 0 ? names[i] : names[i].substr(0, shown);
      if (text::to_lower(text_.substr(at < text_.size() ? at : text_.size(), name.size())) !=
          text::to_lower(name))
        continue;
      part = static_cast<int>(i) + first;
      if (match(at + name.size(), next, parts)) return true;
    }
    return false;
  }

  /// "+0200", "-02:00", "Z"
  bool match_offset(std::size_t at, std::size_t next, Parts& parts) {
    if (at >= text_.size()) return false;
    if (text_[at] == 'Z') {
      parts.offset_seconds = 0;
      return match(at + 1, next, parts);
    }
    if (text_[at] != '+' && text_[at] != '-') return false;
    const bool colon = at + 3 < text_.size() && text_[at + 3] == ':';
    const std::size_t minutes_at = at + (colon ? 4 : 3);
    if (minutes_at + 2 > text_.size()) return false;
    const int hours = digits(text_.substr(at + 1, 2));
    const int minutes = digits(text_.substr(minutes_at, 2));
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
    const int seconds = hours * 3600 + minutes * 60;
    parts.offset_seconds = text_[at] == '-' ? -seconds : seconds;
    return match(minutes_at + 2, next, parts);
  }

  std::string_view text_;
  std::string_view format_;
};

std::int64_t first_day(int year) { return days_since_epoch({year, 1, 1}); }

/// Monday of the first week of a year by ISO 8601: the week that has the 4th of January.
std::int64_t iso_start(int year) {
  const std::int64_t fourth = first_day(year) + 3;
  return fourth - weekday(date_of_days(fourth));
}

/// The number of a week day's day by %U or %W, in days since 1970.
std::int64_t day_of_week(int year, int week, int day, bool sunday_first) {
  const int first = (weekday({year, 1, 1}) + (sunday_first ? 1 : 0)) % 7;  // of January 1st, within its week
  const int within = (day + (sunday_first ? 1 : 0)) % 7;
  if (week == 0) return first_day(year) + within - first;
  return first_day(year) + (7 - first) % 7 + 7 * (week - 1) + within;
}

/// The day that is meant where it is not said as month and day; false when it is none.
bool settle_day(Parts& parts) {
  std::optional<std::int64_t> days;
  if (parts.iso_year != -1 || parts.iso_week != -1) {
    if (parts.iso_year < 1 || parts.iso_week < 1 || parts.weekday == -1 || parts.yearday != -1) return false;
    if (parts.iso_week == 53 && iso_start(parts.iso_year) + 7 * 52 >= iso_start(parts.iso_year + 1))
      return false;
    days = iso_start(parts.iso_year) + 7 * (parts.iso_week - 1) + parts.weekday;
  } else if (parts.yearday != -1) {
    days = first_day(parts.year) + parts.yearday - 1;
  } else if (parts.weekday != -1 && parts.sunday_week != -1) {
    days = day_of_week(parts.year, parts.sunday_week, parts.weekday, true);
  } else if (parts.weekday != -1 && parts.monday_week != -1) {
    days = day_of_week(parts.year, parts.monday_week, parts.weekday, false);
  }
  if (!days) return true;
  const Date date = date_of_days(*days);
  parts.year = date.year;
  parts.month = date.month;
  parts.day = date.day;
  return true;
}

void append_number(std::string& out, int value, std::size_t width, bool padded) {
  const std::string text = std::to_string(value);
  if (padded && text.size() < width) out.append(width - text.size(), '0');
  out += text;
}

int week_of_year(const DateTime& time, int first_weekday) {
  const auto yearday = static_cast<int>(days_since_epoch(time.date()) - first_day(time.year));
  const int within = (weekday(time.date()) - first_weekday + 7) % 7;
  return (yearday + 7 - within) / 7;
}

void append_iso(std::string& out, const DateTime& time, char directive, bool padded) {
  const std::int64_t day = days_since_epoch(time.date());
  int year = time.year;
  if (day < iso_start(year)) {
    --year;
  } else if (day >= iso_start(year + 1)) {
    ++year;
  }
  if (directive == 'G') return append_number(out, year, 4, true);
  append_number(out, static_cast<int>((day - iso_start(year)) / 7) + 1, 2, padded);
}

void append_offset(std::string& out, const DateTime& time) {
  if (!time.offset_seconds) return;
  const int seconds = *time.offset_seconds < 0 ? -*time.offset_seconds : *time.offset_seconds;
  out += *time.offset_seconds < 0 ? '-' : '+';
  append_number(out, seconds / 3600, 2, true);
  append_number(out, seconds / 60 % 60, 2, true);
}

void append_name(std::string& out, const DateTime& time, char directive) {
  if (directive == 'p') {
    out += time.hour < 12 ? "AM" : "PM";
  } else if (directive == 'b' || directive == 'B') {
    const std::string_view name = kMonths[static_cast<std::size_t>(time.month - 1)];
    out += directive == 'b' ? name.substr(0, 3) : name;
  } else {
    const std::string_view name = kDays[static_cast<std::size_t>(weekday(time.date()))];
    out += directive == 'a' ? name.substr(0, 3) : name;
  }
}

void append_directive(std::string& out, const DateTime& time, char directive, bool padded) {
  switch (directive) {
    case 'Y':
      return append_number(out, time.year, 4, true);
    case 'y':
      return append_number(out, time.year % 100, 2, padded);
    case 'm':
      return append_number(out, time.month, 2, padded);
    case 'd':
      return append_number(out, time.day, 2, padded);
    case 'j':
      return append_number(out, static_cast<int>(days_since_epoch(time.date()) - first_day(time.year)) + 1, 3,
                           padded);
    case 'H':
      return append_number(out, time.hour, 2, padded);
    case 'I':
      return append_number(out, (time.hour + 11) % 12 + 1, 2, padded);
    case 'M':
      return append_number(out, time.minute, 2, padded);
    case 'S':
      return append_number(out, time.second, 2, padded);
    case 'f':
      return append_number(out, time.microsecond, 6, true);
    case 'w':
      return append_number(out, (weekday(time.date()) + 1) % 7, 1, padded);
    case 'u':
      return append_number(out, weekday(time.date()) + 1, 1, padded);
    case 'U':
      return append_number(out, week_of_year(time, 6), 2, padded);
    case 'W':
      return append_number(out, week_of_year(time, 0), 2, padded);
    case 'G':
    case 'V':
      return append_iso(out, time, directive, padded);
    case 'z':
      return append_offset(out, time);
    case '%':
      out += '%';
      return;
    default:
      append_name(out, time, directive);
  }
}

}  // namespace

bool is_time_format(std::string_view format) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    if (++i < format.size() && format[i] == '-') ++i;
    if (i == format.size() || kDirectives.find(format[i]) == std::string_view::npos) return false;
  }
  return true;
}

std::optional<DateTime> read_time(std::string_view text, std::string_view format) {
  Parts parts;
  if (!Reader(text, format).read(parts) || !settle_day(parts)) return {};
  if (parts.hour12 != -1) parts.hour = parts.hour12 % 12 + (parts.afternoon == 1 ? 12 : 0);
  const DateTime out{parts.year,   parts.month,  parts.day,         parts.hour,
                     parts.minute, parts.second, parts.microsecond, parts.offset_seconds};
  if (!is_valid(out)) return {};
  return out;
}

std::string write_time(const DateTime& time, std::string_view format) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    const bool bare = format[i + 1] == '-' && i + 2 < format.size();
    i += bare ? 2 : 1;
    append_directive(out, time, format[i], !bare);
  }
  return out;
}

}  // namespace retort::wtf::detail
