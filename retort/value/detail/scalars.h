// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The value types of base that are one Value each, and not a dict of their members: what
// to_value, from_value, Value::view and the JSON writer make of them. Only declared here: who
// has such a member has read its header.

#include <string>
#include <vector>

namespace retort {

class Bytes;
class Decimal;
class Uuid;
class Value;
struct Date;
struct DateTime;
struct FieldError;
struct FieldPath;
struct Time;
struct TimeDelta;

namespace detail {

template <class T>
inline constexpr bool kIsScalarType = false;
template <>
inline constexpr bool kIsScalarType<Bytes> = true;
template <>
inline constexpr bool kIsScalarType<Date> = true;
template <>
inline constexpr bool kIsScalarType<DateTime> = true;
template <>
inline constexpr bool kIsScalarType<Decimal> = true;
template <>
inline constexpr bool kIsScalarType<Time> = true;
template <>
inline constexpr bool kIsScalarType<TimeDelta> = true;
template <>
inline constexpr bool kIsScalarType<Uuid> = true;

Value scalar_value(const Bytes& from);
Value scalar_value(const Date& from);
Value scalar_value(const DateTime& from);
Value scalar_value(const Decimal& from);
Value scalar_value(const Time& from);
Value scalar_value(const TimeDelta& from);
Value scalar_value(const Uuid& from);

// Each takes such a value, or text: ISO 8601, of dates and times HTTP's as well; Decimal
// integers, too, TimeDelta seconds, and Bytes bytes alone.
bool read_scalar(const Value& from, Bytes& out, std::vector<FieldError>& errors, const FieldPath* path);
bool read_scalar(const Value& from, Date& out, std::vector<FieldError>& errors, const FieldPath* path);
bool read_scalar(const Value& from, DateTime& out, std::vector<FieldError>& errors, const FieldPath* path);
bool read_scalar(const Value& from, Decimal& out, std::vector<FieldError>& errors, const FieldPath* path);
bool read_scalar(const Value& from, Time& out, std::vector<FieldError>& errors, const FieldPath* path);
bool read_scalar(const Value& from, TimeDelta& out, std::vector<FieldError>& errors, const FieldPath* path);
bool read_scalar(const Value& from, Uuid& out, std::vector<FieldError>& errors, const FieldPath* path);

}  // namespace detail
}  // namespace retort
