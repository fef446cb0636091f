// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/time_delta.h"

#include <fmt/format.h>

#include "retort/base/text.h"

namespace retort {
namespace {

struct Unit {
  char letter;
  std::int64_t microseconds;
};
constexpr Unit kDateUnits[] = {{'Y', 365 * TimeDelta::kDay},
                               {'M', 30 * TimeDelta::kDay},
                               {'W', 7 * TimeDelta::kDay},
                               {'D', TimeDelta::kDay}};
constexpr Unit kTimeUnits[] = {
    {'H', TimeDelta::kHour}, {'M', 60 * TimeDelta::kSecond}, {'S', TimeDelta::kSecond}};

// A number with an optional sign and, of seconds, a fraction: "-3.5".
struct Number {
  bool negative = false;
  std::int64_t whole = 0;
  std::int64_t fraction = 0;  // in millionths
  bool has_fraction = false;
};

bool take_number(std::string_view& text, Number& out) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    out.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::size_t digits = 0;
  for (; !text.empty() && text::is_digit(text.front()); ++digits, text.remove_prefix(1)) {
    if (digits == 18) return false;
    out.whole = out.whole * 10 + (text.front() - '0');
  }
  if (digits == 0) return false;
  if (text.empty() || text.front() != '.') return true;
  text.remove_prefix(1);
  out.has_fraction = true;
  std::int64_t place = 100'000;
  std::size_t decimals = 0;
  for (; !text.empty() && text::is_digit(text.front()); ++decimals, text.remove_prefix(1)) {
    out.fraction += (text.front() - '0') * place;
    place /= 10;
  }
  return decimals > 0;
}

// One part, "3.5S"; `units` shrinks to those that may follow.
template <std::size_t n>
bool take_part(std::string_view& text, const Unit (&units)[n], std::size_t& from, bool negative,
               std::int64_t& total) {
  Number number;
  if (!take_number(text, number) || text.empty()) return false;
  while (from < n && units[from].letter != text.front()) ++from;
  if (from == n || (number.has_fraction && units[from].letter != 'S')) return false;
  const std::int64_t unit = units[from++].microseconds;
  text.remove_prefix(1);
  std::int64_t part = 0;
  if (__builtin_mul_overflow(number.whole, unit, &part) ||
      __builtin_add_overflow(part, number.fraction, &part))
    return false;
  return negative != number.negative ? !__builtin_sub_overflow(total, part, &total)
                                     : !__builtin_add_overflow(total, part, &total);
}

std::string seconds_text(std::int64_t microseconds) {
  std::string out = fmt::format("{}", microseconds / TimeDelta::kSecond);
  std::int64_t fraction = microseconds % TimeDelta::kSecond;
  if (fraction == 0) return out;
  out += fmt::format(".{:06}", fraction);
  while (out.back() == '0') out.pop_back();
  return out;
}

}  // namespace

std::string TimeDelta::str() const {
  const std::int64_t days = microseconds / kDay - (microseconds % kDay < 0 ? 1 : 0);
  // Unsigned: the first day of the range begins before the least integer.
  const auto rest = static_cast<std::int64_t>(static_cast<std::uint64_t>(microseconds) -
                                              static_cast<std::uint64_t>(days) * std::uint64_t{kDay});
  std::string out;
  if (days != 0) out = fmt::format("{} day{}, ", days, days == 1 || days == -1 ? "" : "s");
  const std::int64_t seconds = rest / kSecond;
  out += fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (rest % kSecond != 0) out += fmt::format(".{:06}", rest % kSecond);
  return out;
}

std::string TimeDelta::iso() const {
  if (microseconds == 0) return "PT0S";
  const char* const sign = microseconds < 0 ? "-" : "";
  const auto part = [](std::int64_t value) { return value < 0 ? -value : value; };
  const std::int64_t days = part(microseconds / kDay);
  const std::int64_t rest = part(microseconds % kDay);
  std::string out = "P";
  if (days != 0) out += fmt::format("{}{}D", sign, days);
  if (rest == 0) return out;
  out += 'T';
  const std::int64_t minute = 60 * kSecond;
  if (rest / kHour != 0) out += fmt::format("{}{}H", sign, rest / kHour);
  if (rest % kHour / minute != 0) out += fmt::format("{}{}M", sign, rest % kHour / minute);
  if (rest % minute != 0) out += sign + seconds_text(rest % minute) + "S";
  return out;
}

std::optional<TimeDelta> parse_iso_duration(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.size() < 3 || text.front() != 'P') return std::nullopt;
  text.remove_prefix(1);
  TimeDelta out;
  for (std::size_t from = 0; !text.empty() && text.front() != 'T';) {
    if (!take_part(text, kDateUnits, from, negative, out.microseconds)) return std::nullopt;
  }
  if (text.empty()) return out;
  text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  for (std::size_t from = 0; !text.empty();) {
    if (!take_part(text, kTimeUnits, from, negative, out.microseconds)) return std::nullopt;
  }
  return out;
}

}  // namespace retort
