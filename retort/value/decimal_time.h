// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Decimal, Time and TimeDelta as Values that keep their type, as uuid_time.h has Uuid and
// DateTime. In JSON a Decimal is its text; times of day and spans have none, as in Flask. Pure
// functions.

#include "retort/base/civil_time.h"
#include "retort/base/decimal.h"
#include "retort/base/time_delta.h"
#include "retort/value/value.h"

namespace retort {

Value decimal_value(const Decimal& number);
/// Precondition: is_valid(time).
Value time_value(const Time& time);
Value timedelta_value(const TimeDelta& delta);

/// What such a value holds; null when `value` is something else. Lives as long as the value.
const Decimal* as_decimal(const Value& value);
const Time* as_time(const Value& value);
const TimeDelta* as_timedelta(const Value& value);

}  // namespace retort
