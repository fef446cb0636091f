// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/http_date.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "retort/base/civil_time.h"

namespace retort {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string http_date(std::int64_t unix_seconds) {
  const DateTime t = datetime_of_unix(unix_seconds);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[static_cast<std::size_t>(weekday(t.date()))], t.day,
                     kMonths[static_cast<std::size_t>(t.month - 1)], t.year, t.hour, t.minute, t.second);
}

}  // namespace retort
