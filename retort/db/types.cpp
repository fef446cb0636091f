// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/types.h"

#include <cfloat>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "retort/base/text.h"
#include "retort/db/detail/time_text.h"
#include "retort/json/json.h"
#include "retort/value/error.h"

namespace retort::db {
namespace {

// So much of a value is shown: it may be long, and the reader of a log need not see all.
constexpr std::size_t kShown = 60;

std::string shown(std::string_view text) {
  std::string out = "'";
  text::append_escaped(out, text.substr(0, kShown), '\'', true);
  return out + (text.size() > kShown ? "...'" : "'");
}

std::string shown(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::null:
      return "NULL";
    case Cell::Kind::integer:
      return fmt::format("{}", cell.integer);
    case Cell::Kind::real:
      return fmt::format("{}", cell.real);
    case Cell::Kind::text:
      return shown(cell.text);
    case Cell::Kind::bytes:
      return "b" + shown(cell.text);
  }
  return {};
}

[[noreturn]] void fail(std::string message) {
  Failure failure;
  failure.message = std::move(message);
  throw DataError(std::move(failure));
}

template <class T>
void require_valid(const T& time) {
  if (!is_valid(time)) fail("a date or time that no calendar has");
}

}  // namespace

DataError in_column(const DataError& error, std::string_view table, std::string_view column) {
  Failure failure = error.failure();
  failure.table = table;
  failure.column = column;
  failure.message = fmt::format("{}{}{}: {}", table, table.empty() ? "" : ".", column, failure.message);
  return DataError(std::move(failure));
}

namespace detail {

ColumnType column_of(ColumnType::Kind kind) {
  ColumnType out;
  out.kind = kind;
  return out;
}

void refuse(const Cell& cell, std::string_view wanted) {
  if (cell.is_null())
    fail(fmt::format("NULL where there must be {}: what may be NULL is a std::optional", wanted));
  fail(fmt::format("{} is not {}", shown(cell), wanted));
}

void refuse_integer(std::int64_t number, std::int64_t least, std::uint64_t greatest) {
  fail(fmt::format("{} is not an integer from {} to {}", number, least, greatest));
}

void refuse_unsigned(std::uint64_t number) {
  fail(fmt::format("{} is beyond BIGINT, which ends at {}", number, INT64_MAX));
}

void refuse_label(std::string_view text, const std::string_view* names, std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list.append(i ? ", " : "").append(names[i]);
  fail(fmt::format("{} is none of the enumerators {}", shown(text), list));
}

void refuse_enumerator(std::int64_t number, std::string_view type) {
  fail(fmt::format("{} has no enumerator of the value {}", type, number));
}

bool bool_of(const Cell& cell) {
  if (cell.kind == Cell::Kind::text) {
    if (cell.text == "t" || cell.text == "true" || cell.text == "1") return true;
    if (cell.text == "f" || cell.text == "false" || cell.text == "0") return false;
  }
  refuse(cell, "a boolean");
}

std::int64_t integer_of(const Cell& cell) {
  Decimal number;
  std::int64_t out = 0;
  // SQLite's sums and NUMERIC columns give whole numbers as REAL, PostgreSQL's as numeric.
  if (cell.kind == Cell::Kind::real && std::fabs(cell.real) < 0x1p63 && std::trunc(cell.real) == cell.real)
    return static_cast<std::int64_t>(cell.real);
  if (cell.kind == Cell::Kind::text && Decimal::parse(cell.text, number) && number.to_integer(out))
    return out;
  refuse(cell, "an integer");
}

double real_of(const Cell& cell) {
  if (cell.kind == Cell::Kind::integer) return static_cast<double>(cell.integer);
  if (cell.kind == Cell::Kind::text) {
    double out = 0;
    const char* const end = cell.text.data() + cell.text.size();
    const auto [at, error] = std::from_chars(cell.text.data(), end, out);
    if (error == std::errc() && at == end) return out;
  }
  refuse(cell, "a number");
}

double float_of(double number) {
  if (std::isfinite(number) && std::fabs(number) > static_cast<double>(FLT_MAX))
    fail(fmt::format("{} is beyond float", number));
  return number;
}

std::string text_of(const Cell& cell) {
  if (cell.kind == Cell::Kind::integer) return fmt::format("{}", cell.integer);
  if (cell.kind == Cell::Kind::real) return Value(cell.real).str();
  refuse(cell, "text");
}

std::string enum_type_name(std::string_view type) {
  const std::size_t colon = type.rfind(':');
  return text::to_lower(colon == type.npos ? type : type.substr(colon + 1));
}

ColumnType enum_column(std::string_view type, const std::string_view* names, std::size_t count) {
  ColumnType out = column_of(ColumnType::Kind::enumeration);
  out.name = enum_type_name(type);
  for (std::size_t i = 0; i < count; ++i) {
    out.labels.emplace_back(names[i]);
    if (static_cast<int>(names[i].size()) > out.length) out.length = static_cast<int>(names[i].size());
  }
  return out;
}

Value read_json(const Cell& cell) {
  // SQLite's JSON columns have the affinity NUMERIC: a document that is a number became one.
  if (cell.kind == Cell::Kind::integer) return Value(cell.integer);
  if (cell.kind == Cell::Kind::real) return Value(cell.real);
  if (cell.kind != Cell::Kind::text) refuse(cell, "JSON");
  Result<Value> value = json::parse(cell.text);
  if (!value) fail(fmt::format("{} is not JSON: {}", shown(cell.text), value.error().message));
  return std::move(*value);
}

Datum json_datum(const Value& value) {
  JsonOptions options = JsonOptions::python();
  options.allow_nan = false;
  try {
    return Datum::of_text(json::dump(value, options), Datum::Kind::json);
  } catch (const EvaluationError& error) {
    fail(fmt::format("not JSON: {}", error.what()));
  }
}

void refuse_document(std::string_view message) { fail(fmt::format("the JSON does not fit: {}", message)); }

}  // namespace detail

Datum Type<Decimal>::to_datum(const Decimal& value) {
  return Datum::of_text(value.str(), Datum::Kind::decimal);
}

Decimal Type<Decimal>::from_cell(const Cell& cell, int places) {
  Decimal out;
  try {
    if (cell.kind == Cell::Kind::integer) return Decimal(cell.integer).round(places);
    if (cell.kind == Cell::Kind::real) {
      // A number too large for all its places has none behind the point.
      const double room = std::pow(10.0, Decimal::kMaxDigits - places);
      return Decimal::from_double(cell.real, std::fabs(cell.real) < room ? places : 0);
    }
  } catch (const std::overflow_error&) {
    detail::refuse(cell, "a decimal of at most 38 digits");
  }
  if (cell.kind == Cell::Kind::text && Decimal::parse(cell.text, out)) return out;
  detail::refuse(cell, "a decimal of at most 38 digits");
}

Bytes Type<Bytes>::from_cell(const Cell& cell) {
  if (cell.kind != Cell::Kind::bytes && cell.kind != Cell::Kind::text) detail::refuse(cell, "bytes");
  return Bytes(cell.text);
}

Datum Type<Date>::to_datum(const Date& value) {
  require_valid(value);
  return Datum::of_text(iso_format(value), Datum::Kind::date);
}

Date Type<Date>::from_cell(const Cell& cell) {
  if (cell.kind == Cell::Kind::text) {
    if (const auto date = detail::read_date(cell.text)) return *date;
  }
  detail::refuse(cell, "a date");
}

Datum Type<Time>::to_datum(const Time& value) {
  require_valid(value);
  return Datum::of_text(detail::time_text(value), Datum::Kind::time);
}

Time Type<Time>::from_cell(const Cell& cell) {
  if (cell.kind == Cell::Kind::text) {
    if (const auto time = detail::read_time(cell.text)) return *time;
  }
  detail::refuse(cell, "a time of day");
}

Datum Type<DateTime>::to_datum(const DateTime& value, bool with_timezone) {
  require_valid(value);
  const DateTime utc = naive_utc(value);
  require_valid(utc);
  std::string text = detail::datetime_text(utc);
  if (!with_timezone) return Datum::of_text(std::move(text), Datum::Kind::datetime);
  return Datum::of_text(text + "+00:00", Datum::Kind::datetime_tz);
}

DateTime Type<DateTime>::from_cell(const Cell& cell) {
  if (cell.kind == Cell::Kind::text) {
    if (const auto time = detail::read_datetime(cell.text)) {
      if (!time->offset_seconds) return *time;
      DateTime utc = naive_utc(*time);
      utc.offset_seconds = 0;
      if (is_valid(utc)) return utc;
    }
  }
  detail::refuse(cell, "a date and time");
}

DateTime Type<DateTime>::from_cell(const Cell& cell, const ColumnType& column) {
  DateTime out = from_cell(cell);
  if (column.with_timezone) {
    out.offset_seconds = 0;
  } else {
    out.offset_seconds.reset();
  }
  return out;
}

TimeDelta Type<TimeDelta>::from_cell(const Cell& cell) {
  if (cell.kind == Cell::Kind::text) {
    if (const auto delta = detail::read_interval(cell.text)) return *delta;
  }
  detail::refuse(cell, "an interval");
}

Uuid Type<Uuid>::from_cell(const Cell& cell) {
  Uuid out;
  if (cell.kind == Cell::Kind::text) {
    std::string text(cell.text.substr(0, Uuid::kTextSize + 1));
    if (text.size() == 32) {
      for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
    }
    if (Uuid::parse(text, out)) return out;
  }
  detail::refuse(cell, "a UUID");
}

Datum Type<Value>::to_datum(const Value& value) {
  return value.is_undefined() ? Datum::null() : detail::json_datum(value);
}

Value Type<Value>::from_cell(const Cell& cell) {
  return cell.is_null() ? Value(nullptr) : detail::read_json(cell);
}

}  // namespace retort::db
