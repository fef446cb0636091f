// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/postgresql/parameters.h"

#include <bit>
#include <cstdint>
#include <limits>
#include <utility>

#include "retort/db/detail/postgresql/interval.h"
#include "retort/db/detail/postgresql/oids.h"
#include "retort/db/error.h"

namespace retort::db::detail {
namespace {

constexpr std::size_t kMaxParameters = 65'535;
constexpr std::size_t kSlot = 16;              // an interval's bytes
constexpr std::size_t kMaxBytes = 0x3fffffff;  // of one value

[[noreturn]] void throw_data_error(const std::string& message, const char* code,
                                   const std::string& statement) {
  Failure failure;
  failure.message = message;
  failure.code = code;
  failure.statement = statement;
  throw DataError(std::move(failure));
}

}  // namespace

void EncodedParameters::check(const Parameters& parameters, const std::string& statement) {
  if (parameters.size() > kMaxParameters) {
    throw_data_error(std::to_string(parameters.size()) + " values are bound; PostgreSQL takes 65,535",
                     "54023", statement);
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Datum& datum = parameters[i];
    if (datum.text.size() > kMaxBytes) {
      throw_data_error("parameter " + std::to_string(i + 1) + " has " + std::to_string(datum.text.size()) +
                           " bytes; PostgreSQL takes 1,073,741,823",
                       "54000", statement);
    }
    if (datum.kind != Datum::Kind::bytes && datum.text.find('\0') != datum.text.npos) {
      throw_data_error(
          "parameter " + std::to_string(i + 1) + " holds a NUL, which PostgreSQL has not in text", "22021",
          statement);
    }
  }
}

void EncodedParameters::encode(const Parameters& parameters) {
  const std::size_t count = parameters.size();
  types_.resize(count);
  values_.resize(count);
  lengths_.resize(count);
  formats_.resize(count);
  numbers_.resize(count * kSlot);
  for (std::size_t i = 0; i < count; ++i) encode_one(i, parameters[i]);
}

void EncodedParameters::binary(std::size_t at, Oid type, std::size_t size) {
  types_[at] = type;
  values_[at] = &numbers_[at * kSlot];
  lengths_[at] = static_cast<int>(size);
  formats_[at] = 1;
}

// Big-endian, into the value's slot.
void EncodedParameters::put(std::size_t at, std::size_t offset, std::size_t size, std::uint64_t bits) {
  for (std::size_t i = size; i-- > 0; bits >>= 8) numbers_[at * kSlot + offset + i] = static_cast<char>(bits);
}

void EncodedParameters::text(std::size_t at, Oid type, const Datum& datum) {
  types_[at] = type;
  values_[at] = datum.text.c_str();
  lengths_[at] = 0;
  formats_[at] = 0;
}

void EncodedParameters::encode_one(std::size_t at, const Datum& datum) {
  using Kind = Datum::Kind;
  switch (datum.kind) {
    case Kind::null:
      types_[at] = oid::kUnknown;
      values_[at] = nullptr;
      lengths_[at] = formats_[at] = 0;
      return;
    case Kind::boolean:
      put(at, 0, 1, datum.integer != 0);
      return binary(at, oid::kBool, 1);
    case Kind::integer: {
      const bool fits = datum.integer >= std::numeric_limits<std::int32_t>::min() &&
                        datum.integer <= std::numeric_limits<std::int32_t>::max();
      put(at, 0, fits ? 4 : 8, static_cast<std::uint64_t>(datum.integer));
      return binary(at, fits ? oid::kInt4 : oid::kInt8, fits ? 4 : 8);
    }
    case Kind::real:
      put(at, 0, 8, std::bit_cast<std::uint64_t>(datum.real));
      return binary(at, oid::kFloat8, 8);
    case Kind::interval: {
      const IntervalParts parts = interval_parts(datum.integer);
      put(at, 0, 8, static_cast<std::uint64_t>(parts.microseconds));
      put(at, 8, 4, static_cast<std::uint64_t>(parts.days));
      put(at, 12, 4, 0);
      return binary(at, oid::kInterval, 16);
    }
    case Kind::bytes:
      types_[at] = oid::kBytea;
      values_[at] = datum.text.data();
      lengths_[at] = static_cast<int>(datum.text.size());
      formats_[at] = 1;
      return;
    case Kind::decimal:
      return text(at, oid::kNumeric, datum);
    case Kind::date:
      return text(at, oid::kDate, datum);
    case Kind::time:
      return text(at, oid::kTime, datum);
    case Kind::datetime:
      return text(at, oid::kTimestamp, datum);
    case Kind::datetime_tz:
      return text(at, oid::kTimestampTz, datum);
    case Kind::uuid:
      return text(at, oid::kUuid, datum);
    case Kind::text:
    case Kind::json:
    case Kind::enumeration:
    case Kind::array:
      return text(at, oid::kUnknown, datum);
  }
}

}  // namespace retort::db::detail
