// SPDX-License-Identifier: BSD-3-Clause
#include "microblog.h"
#include <retort/value/uuid_time.h>

namespace microblog {
namespace {

// "now", "5 min", "3 h", "2 d", or the day.
std::string ago(const Value& value) {
  const DateTime* const time = as_datetime(value);
  if (!time) return "";
  const std::int64_t seconds = unix_seconds(utcnow()) - unix_seconds(*time);
  if (seconds < 60) return "now";
  if (seconds < 3600) return std::to_string(seconds / 60) + " min";
  if (seconds < 86400) return std::to_string(seconds / 3600) + " h";
  if (seconds < 7 * 86400) return std::to_string(seconds / 86400) + " d";
  return iso_format(time->date());
}

std::string isoformat(const Value& value) {
  const DateTime* const time = as_datetime(value);
  return time ? iso_format(*time) + "Z" : "";
}

// One of the style sheet's twelve colours, the same for the same name.
int hue(std::string_view name) {
  unsigned sum = 0;
  for (const char c : name) sum = sum * 31 + static_cast<unsigned char>(c);
  return static_cast<int>(sum % 12);
}

}  // namespace

void add_filters(App& app) {
  app.template_filter("ago", &ago);
  app.template_filter("isoformat", &isoformat);
  app.template_filter("hue", &hue);
}

}  // namespace microblog
