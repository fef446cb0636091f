// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "retort/base/civil_time.h"
#include "retort/base/decimal.h"
#include "retort/db/detail/sqlite.h"
#include "retort/db/error.h"

namespace retort::db::detail {
namespace {

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
  if (!Decimal::parse(text, number)) refuse(text + " is no decimal");
  const double real = number.to_double();
  if (number.normalize().digits() > 15 && !survives(number, real))
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
  const DateTime moment = datetime_of_unix(seconds, static_cast<int>(rest));
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}", moment.year, moment.month, moment.day,
                     moment.hour, moment.minute, moment.second, moment.microsecond);
}

}  // namespace

Datum stored_by_sqlite(const Datum& value) {
  switch (value.kind) {
    case Datum::Kind::boolean:
      return Datum::of_integer(value.integer);
    case Datum::Kind::decimal:
      return decimal(value.text);
    case Datum::Kind::interval:
      return Datum::of_text(moment_after_epoch(value.integer));
    case Datum::Kind::datetime_tz:  // UTC, without saying so
      return Datum::of_text(value.text.substr(0, value.text.find_first_of("+-Z", 19)));
    case Datum::Kind::uuid: {
      Datum out = Datum::of_text(value.text);
      std::erase(out.text, '-');
      return out;
    }
    case Datum::Kind::array:
      refuse("SQLite has no arrays: use a db::Json column");
    case Datum::Kind::date:
    case Datum::Kind::time:
    case Datum::Kind::datetime:
    case Datum::Kind::json:
    case Datum::Kind::enumeration:
      return Datum::of_text(value.text);
    default:
      return value;
  }
}

}  // namespace retort::db::detail
