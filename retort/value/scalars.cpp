// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/detail/scalars.h"

#include <cmath>

#include "retort/base/bytes.h"
#include "retort/base/http_date.h"
#include "retort/base/text.h"
#include "retort/value/convert.h"
#include "retort/value/decimal_time.h"
#include "retort/value/uuid_time.h"

namespace retort::detail {
namespace {

bool refuse(const Value& from, std::string_view message, FieldErrors& errors, const FieldPath* path) {
  add_error(errors, path, from.is_none() ? "Field may not be null." : message);
  return false;
}

// What http_date() writes: "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<DateTime> parse_http_date(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
  const std::size_t month = kMonths.find(text.substr(8, 3));
  if (month == kMonths.npos || month % 3 != 0) return std::nullopt;
  std::string iso(text.substr(12, 4));
  iso.append(month < 27 ? "-0" : "-1").append(1, static_cast<char>('0' + (month / 3 + 1) % 10));
  iso.append("-").append(text.substr(5, 2)).append("T").append(text.substr(17, 8));
  auto time = parse_iso_datetime(iso);
  // Written again it must be the same: that checks the weekday and what lies between.
  if (!time || http_date(unix_seconds(*time)) != text) return std::nullopt;
  return time;
}

}  // namespace

Value scalar_value(const Bytes& from) { return Value::bytes(from.view()); }
Value scalar_value(const Date& from) { return date_value(from); }
Value scalar_value(const DateTime& from) { return datetime_value(from); }
Value scalar_value(const Decimal& from) { return decimal_value(from); }
Value scalar_value(const Time& from) { return time_value(from); }
Value scalar_value(const TimeDelta& from) { return timedelta_value(from); }
Value scalar_value(const Uuid& from) { return uuid_value(from); }

bool read_scalar(const Value& from, Bytes& out, FieldErrors& errors, const FieldPath* path) {
  if (!from.is_bytes()) return refuse(from, "Not a valid bytes object.", errors, path);
  out = Bytes(from.as_bytes());
  return true;
}

bool read_scalar(const Value& from, Date& out, FieldErrors& errors, const FieldPath* path) {
  if (const Date* held = as_date(from)) {
    out = *held;
    return true;
  }
  if (from.is_string()) {
    if (const auto date = parse_iso_date(from.as_string())) {
      out = *date;
      return true;
    }
    const auto time = parse_http_date(from.as_string());
    if (time && time->time() == Time{}) {
      out = time->date();
      return true;
    }
  }
  return refuse(from, "Not a valid date.", errors, path);
}

bool read_scalar(const Value& from, DateTime& out, FieldErrors& errors, const FieldPath* path) {
  if (const DateTime* held = as_datetime(from)) {
    out = *held;
    return true;
  }
  if (from.is_string()) {
    auto time = parse_iso_datetime(from.as_string());
    if (!time) time = parse_http_date(from.as_string());
    if (time) {
      out = *time;
      return true;
    }
  }
  return refuse(from, "Not a valid datetime.", errors, path);
}

bool read_scalar(const Value& from, Decimal& out, FieldErrors& errors, const FieldPath* path) {
  if (const Decimal* held = as_decimal(from)) {
    out = *held;
    return true;
  }
  if (from.is_int()) {
    out = from.as_int();
    return true;
  }
  // As marshmallow: by the shortest text that is this double.
  const std::string text = from.is_double()   ? from.str()
                           : from.is_string() ? std::string(from.as_string())
                                              : "";
  if (Decimal::parse(text, out)) return true;
  return refuse(from, "Not a valid number.", errors, path);
}

bool read_scalar(const Value& from, Time& out, FieldErrors& errors, const FieldPath* path) {
  if (const Time* held = as_time(from)) {
    out = *held;
    return true;
  }
  if (from.is_string()) {
    if (const auto time = parse_iso_time(from.as_string())) {
      out = *time;
      return true;
    }
  }
  return refuse(from, "Not a valid time.", errors, path);
}

bool read_scalar(const Value& from, TimeDelta& out, FieldErrors& errors, const FieldPath* path) {
  if (const TimeDelta* held = as_timedelta(from)) {
    out = *held;
    return true;
  }
  if (from.is_int() && !__builtin_mul_overflow(from.as_int(), TimeDelta::kSecond, &out.microseconds))
    return true;
  if (from.is_double() && std::fabs(from.as_double()) < 9e12) {
    out.microseconds = std::llrint(from.as_double() * static_cast<double>(TimeDelta::kSecond));
    return true;
  }
  if (from.is_string()) {
    if (const auto delta = parse_iso_duration(from.as_string())) {
      out = *delta;
      return true;
    }
  }
  return refuse(from, "Not a valid period of time.", errors, path);
}

bool read_scalar(const Value& from, Uuid& out, FieldErrors& errors, const FieldPath* path) {
  if (const Uuid* held = as_uuid(from)) {
    out = *held;
    return true;
  }
  if (from.is_string() && Uuid::parse(from.as_string(), out)) return true;
  return refuse(from, "Not a valid UUID.", errors, path);
}

}  // namespace retort::detail
