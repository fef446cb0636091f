// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/sqlite/values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "retort/base/civil_time.h"
#include "retort/base/decimal.h"
#include "retort/base/text.h"
#include "retort/db/detail/time_text.h"
#include "retort/db/error.h"

namespace retort::db::detail {
namespace {

constexpr int kDoubleDigits = 15;  // that any number may have and still come back from a double

[[noreturn]] void refuse(std::string message) {
  Failure failure;
  failure.message = std::move(message);
  throw DataError(std::move(failure));
}

// Whether the number is what a REAL gives back, read with as many places.
bool survives(const Decimal& number, double real) {
  const int places = std::max(0, -number.exponent());
  try {
    return Decimal::from_double(real, places) == number;
  } catch (const std::overflow_error&) {
    return false;
  }
}

// SQLite has no decimals: SQLAlchemy stores them as numbers, which are exact to 15 digits and
// often beyond.
Datum decimal(const std::string& text) {
  std::int64_t whole = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return Datum::of_integer(whole);
  Decimal number;
  if (!Decimal::parse(text, number)) refuse(text::repr(text) + " is no decimal number");
  const double real = number.to_double();
  if (number.normalize().digits() > kDoubleDigits && !survives(number, real))
    refuse("the decimal " + text + " has more digits than SQLite keeps: store it as text");
  return Datum::of_real(real);
}

// As SQLAlchemy's Interval: the moment that long after 1970.
std::string moment_after_epoch(std::int64_t microseconds) {
  std::int64_t seconds = microseconds / 1'000'000;
  std::int64_t rest = microseconds % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  constexpr std::int64_t kFirst = -62'135'596'800, kLast = 253'402'300'799;  // the years 1 to 9999
  if (seconds < kFirst || seconds > kLast)
    refuse("an interval is longer than SQLAlchemy's type stores on SQLite");
  return datetime_text(datetime_of_unix(seconds, static_cast<int>(rest)));
}

std::string uuid_digits(const std::string& text) {
  std::string digits = text::to_lower(text);
  std::erase(digits, '-');
  return digits;
}

}  // namespace

bool is_stored_as_it_is(const Datum& value) {
  switch (value.kind) {
    case Datum::Kind::real:
      return !std::isnan(value.real);
    case Datum::Kind::decimal:
    case Datum::Kind::datetime_tz:
    case Datum::Kind::interval:
    case Datum::Kind::uuid:
    case Datum::Kind::array:
      return false;
    default:
      return true;
  }
}

Datum stored_by_sqlite(const Datum& value) {
  switch (value.kind) {
    case Datum::Kind::null:
    case Datum::Kind::integer:
    case Datum::Kind::bytes:
      return value;
    case Datum::Kind::boolean:
      return Datum::of_integer(value.integer);
    case Datum::Kind::real:
      if (std::isnan(value.real)) refuse("SQLite has no NaN: it would store NULL");
      return value;
    case Datum::Kind::decimal:
      return decimal(value.text);
    case Datum::Kind::interval:
      return Datum::of_text(moment_after_epoch(value.integer));
    case Datum::Kind::datetime_tz:  // UTC, without saying so
      return Datum::of_text(value.text.substr(0, value.text.find_first_of("+-Z", 11)));
    case Datum::Kind::uuid:
      return Datum::of_text(uuid_digits(value.text));
    case Datum::Kind::array:
      refuse("SQLite has no arrays: use a db::Json column");
    case Datum::Kind::text:
    case Datum::Kind::date:
    case Datum::Kind::time:
    case Datum::Kind::datetime:
    case Datum::Kind::json:
    case Datum::Kind::enumeration:
      break;
  }
  return Datum::of_text(value.text);
}

}  // namespace retort::db::detail
