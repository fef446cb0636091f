// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Uuid, DateTime and Date as Values that keep their type: what sessions, the JSON provider
// and templates hand on without turning it into text. In JSON a Uuid is its text, a time is
// an HTTP date, as Flask writes them. Pure functions.

#include "retort/base/civil_time.h"
#include "retort/base/uuid.h"
#include "retort/value/value.h"

namespace retort {

Value uuid_value(const Uuid& uuid);
/// Precondition for both: is_valid(time).
Value datetime_value(const DateTime& time);
Value date_value(const Date& date);

/// What such a value holds; null when `value` is something else. Lives as long as the value.
const Uuid* as_uuid(const Value& value);
const DateTime* as_datetime(const Value& value);
const Date* as_date(const Value& value);

}  // namespace retort
