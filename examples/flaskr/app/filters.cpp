// SPDX-License-Identifier: BSD-3-Clause
#include "app/filters.h"

#include <string>

#include <retort/app/app.h>
#include <retort/value/uuid_time.h>

namespace flaskr {

using namespace retort;

namespace {

// "21 November 2026"
std::string day(const Value& value) {
  static constexpr const char* kMonths[] = {"January",   "February", "March",    "April",
                                            "May",       "June",     "July",     "August",
                                            "September", "October",  "November", "December"};
  const DateTime* const time = as_datetime(value);
  if (!time) return "";
  return std::to_string(time->day) + " " + kMonths[time->month - 1] + " " + std::to_string(time->year);
}

// What is in the database is UTC.
std::string isoformat(const Value& value) {
  const DateTime* const time = as_datetime(value);
  return time ? iso_format(*time) + "Z" : "";
}

}  // namespace

void add_filters(App& app) {
  app.template_filter("day", &day);
  app.template_filter("isoformat", &isoformat);
}

}  // namespace flaskr
