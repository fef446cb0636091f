// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/date.h"

#include <array>
#include <charconv>
#include <stdexcept>
#include <vector>

#include "retort/base/text.h"

namespace retort::http {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 12> kLongMonths = {"january",   "february", "march",    "april",
                                                          "may",       "june",     "july",     "august",
                                                          "september", "october",  "november", "december"};

struct Zone {
  std::string_view name;
  int hours;
};
constexpr std::array<Zone, 14> kZones = {{{"UT", 0},
                                          {"UTC", 0},
                                          {"GMT", 0},
                                          {"Z", 0},
                                          {"AST", -4},
                                          {"ADT", -3},
                                          {"EST", -5},
                                          {"EDT", -4},
                                          {"CST", -6},
                                          {"CDT", -5},
                                          {"MST", -7},
                                          {"MDT", -6},
                                          {"PST", -8},
                                          {"PDT", -7}}};

constexpr std::size_t kMaxText = 128;  // of a date; anything longer is none

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  std::size_t at = 0;
  for (;;) {
    at = text.find_first_not_of(separators, at);
    if (at == std::string_view::npos) return parts;
    const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end;
  }
}

// The parts between each two colons, empty ones too.
std::vector<std::string_view> split_all(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool number(std::string_view text, int& out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

int month_of(std::string_view name) {
  const std::string lowered = text::to_lower(name);
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (lowered == text::to_lower(kMonths[i]) || lowered == kLongMonths[i]) return static_cast<int>(i) + 1;
  }
  return 0;
}

bool is_day_name(std::string_view name) {
  for (const std::string_view day : kDays) {
    if (text::to_lower(name) == text::to_lower(day)) return true;
  }
  return false;
}

// Seconds east of UTC; empty when the zone says nothing ("-0000" among them).
std::optional<int> zone_offset(std::string_view zone) {
  const std::string upper = text::to_upper(zone);
  for (const auto& [name, hours] : kZones) {
    if (upper == name) return hours * 3600;
  }
  int digits = 0;
  if (!number(zone, digits) || (digits == 0 && zone.starts_with('-'))) return std::nullopt;
  const int size = digits < 0 ? -digits : digits;
  const int seconds = size / 100 * 3600 + size % 100 * 60;
  return digits < 0 ? -seconds : seconds;
}

bool read_time(std::string_view text, DateTime& out) {
  if (text.ends_with(',')) text.remove_suffix(1);
  std::vector<std::string_view> parts = split_all(text, ':');
  if (parts.size() == 1) parts = split_all(text, '.');
  if (parts.size() != 2 && parts.size() != 3) return false;
  if (!number(parts[0], out.hour) || !number(parts[1], out.minute)) return false;
  return parts.size() == 2 || number(parts[2], out.second);
}

// Day, month, year, time, zone, each maybe in another's place (email._parseaddr).
std::optional<DateTime> read_fields(std::vector<std::string_view> fields) {
  std::string_view day = fields[0], month = fields[1], year = fields[2], time = fields[3], zone = fields[4];
  if (month_of(month) == 0) std::swap(day, month);
  DateTime out;
  out.month = month_of(month);
  if (out.month == 0) return std::nullopt;
  if (day.ends_with(',')) day.remove_suffix(1);
  if (const std::size_t colon = year.find(':'); colon != std::string_view::npos && colon > 0)
    std::swap(year, time);
  if (year.ends_with(',')) year.remove_suffix(1);
  if (year.empty()) return std::nullopt;
  if (!text::is_digit(year[0])) std::swap(year, zone);
  if (!read_time(time, out) || !number(year, out.year) || !number(day, out.day)) return std::nullopt;
  if (out.year >= 0 && out.year < 100) out.year += out.year > 68 ? 1900 : 2000;
  out.offset_seconds = zone_offset(zone).value_or(0);
  if (*out.offset_seconds <= -86400 || *out.offset_seconds >= 86400 || !is_valid(out)) return std::nullopt;
  return out;
}

}  // namespace

std::string http_date(const DateTime& time) { return retort::http_date(unix_seconds(time)); }

std::string checked_http_date(std::string_view what, std::int64_t unix_seconds) {
  if (unix_seconds >= kFirstSecond && unix_seconds <= kLastSecond) return http_date(unix_seconds);
  throw std::invalid_argument(std::string(what) + ": " + std::to_string(unix_seconds) +
                              " is no time of the years 1 to 9999");
}

std::optional<DateTime> parse_date(std::string_view text) {
  if (text.size() > kMaxText) return std::nullopt;
  std::vector<std::string_view> fields = split(text, " \t\n\r\v\f");
  if (fields.empty()) return std::nullopt;
  if (fields[0].ends_with(',') || is_day_name(fields[0])) {
    fields.erase(fields.begin());
  } else if (const std::size_t comma = fields[0].rfind(','); comma != std::string_view::npos) {
    fields[0].remove_prefix(comma + 1);
  }
  if (fields.size() == 3) {  // RFC 850: 06-Nov-94
    const auto date = split_all(fields[0], '-');
    if (date.size() == 3) fields = {date[0], date[1], date[2], fields[1], fields[2]};
  }
  if (fields.size() == 4) {  // the zone may stand right behind the time, or be missing
    const std::size_t sign = std::min(fields[3].find('+'), fields[3].find('-'));
    if (sign != std::string_view::npos && sign > 0) {
      fields = {fields[0], fields[1], fields[2], fields[3].substr(0, sign), fields[3].substr(sign)};
    } else {
      fields.emplace_back();
    }
  }
  if (fields.size() < 5 || fields[0].empty() || fields[1].empty() || fields[2].empty()) return std::nullopt;
  return read_fields(std::move(fields));
}

std::optional<std::int64_t> parse_age(std::string_view text) {
  text = text::trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr std::int64_t kMost = 86'399'999'999'999;  // 999,999,999 days, Python's timedelta.max
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds > kMost)
    return std::nullopt;
  return seconds;
}

}  // namespace retort::http
