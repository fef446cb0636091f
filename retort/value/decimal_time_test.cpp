// SPDX-License-Identifier: BSD-3-Clause
// Expected texts are Python 3.11's.
#include "retort/value/decimal_time.h"

#include <gtest/gtest.h>

#include "retort/base/bytes.h"
#include "retort/value/convert.h"
#include "retort/value/object.h"
#include "retort/value/uuid_time.h"
#include "retort/value/view.h"

namespace retort {
namespace {

struct Stamped {
  Uuid id;
  Date day{2024, 5, 6};
  DateTime at{2024, 5, 6, 7, 8, 9, 10, {}};
  Time time{7, 8, 9, 0};
  TimeDelta span{90'061'500'000};
  Decimal price{"12.340"};
  Bytes data{"\xff"};
  std::optional<Date> none;
};

TEST(DecimalValue, ComparesAndHashesAsPython) {
  const Value value = decimal_value(Decimal("12.340"));
  ASSERT_TRUE(as_decimal(value));
  EXPECT_EQ(value.str(), "12.340");
  EXPECT_EQ(value.repr(), "Decimal('12.340')");
  EXPECT_EQ(value.type_name(), "Decimal");
  EXPECT_TRUE(value == decimal_value(Decimal("12.34")));
  EXPECT_FALSE(value == Value(12));
  EXPECT_FALSE(value == Value(12.34));  // no double is 12.34
  EXPECT_FALSE(decimal_value(0).truthy());
  EXPECT_EQ(value.as_object().to_json(), Value("12.340"));
  EXPECT_TRUE(decimal_value(Decimal("7.00")) == Value(7));
  EXPECT_EQ(decimal_value(Decimal("7.00")).hash(), Value(7).hash());
  EXPECT_TRUE(decimal_value(Decimal("0.50")) == Value(0.5));
  EXPECT_EQ(decimal_value(Decimal("0.50")).hash(), Value(0.5).hash());
  EXPECT_EQ(value.hash(), decimal_value(Decimal("12.34")).hash());
  EXPECT_FALSE(as_decimal(Value("12.340")));
}

TEST(TimeValues, PrintAsPython) {
  const struct {
    Value value;
    const char* str;
    const char* repr;
  } cases[] = {
      {time_value({7, 8, 0, 0}), "07:08:00", "datetime.time(7, 8)"},
      {time_value({7, 8, 9, 10}), "07:08:09.000010", "datetime.time(7, 8, 9, 10)"},
      {timedelta_value({0}), "0:00:00", "datetime.timedelta(0)"},
      {timedelta_value({-1}), "-1 day, 23:59:59.999999",
       "datetime.timedelta(days=-1, seconds=86399, microseconds=999999)"},
      {timedelta_value({90'000'000'000}), "1 day, 1:00:00", "datetime.timedelta(days=1, seconds=3600)"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(c.value.str(), c.str);
    EXPECT_EQ(c.value.repr(), c.repr);
  }
  EXPECT_EQ(timedelta_value({-1}).as_object().attribute("days"), Value(-1));
  EXPECT_FALSE(timedelta_value({0}).truthy());
  EXPECT_EQ(as_time(time_value({1, 2, 3, 4}))->minute, 2);
  EXPECT_EQ(as_timedelta(timedelta_value({5}))->microseconds, 5);
}

TEST(Convert, KeepsTheTypesOfDatesDecimalsUuidsAndBytes) {
  const Stamped from;
  for (const Value& value : {to_value(from), Value::view(from).deep_copy()}) {
    EXPECT_EQ(value["day"].repr(), "datetime.date(2024, 5, 6)");
    EXPECT_EQ(value["at"].repr(), "datetime.datetime(2024, 5, 6, 7, 8, 9, 10)");
    EXPECT_EQ(value["time"].repr(), "datetime.time(7, 8, 9)");
    EXPECT_EQ(value["span"].str(), "1 day, 1:01:01.500000");
    EXPECT_EQ(value["price"].repr(), "Decimal('12.340')");
    EXPECT_EQ(value["data"].repr(), "b'\\xff'");
    EXPECT_TRUE(as_uuid(value["id"]));
    EXPECT_TRUE(value["none"].is_none());
    const Result<Stamped> again = from_value<Stamped>(value);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->at, from.at);
    EXPECT_EQ(again->price.str(), "12.340");
    EXPECT_EQ(again->data, from.data);
  }
}

template <class T>
std::string read(const Value& from) {
  const Result<T> out = from_value<T>(from);
  return out ? to_value(*out).str() : out.error().message;
}

TEST(Convert, ReadsDatesDecimalsAndSpansFromText) {
  EXPECT_EQ(read<Date>("2024-05-06"), "2024-05-06");
  EXPECT_EQ(read<Date>("Mon, 06 May 2024 00:00:00 GMT"), "2024-05-06");
  EXPECT_EQ(read<Date>("Mon, 06 May 2024 00:00:01 GMT"), "Not a valid date.");
  EXPECT_EQ(read<DateTime>("2024-05-06T07:08:09Z"), "2024-05-06 07:08:09+00:00");
  EXPECT_EQ(read<DateTime>("Mon, 06 May 2024 07:08:09 GMT"), "2024-05-06 07:08:09");
  EXPECT_EQ(read<DateTime>("Tue, 31 Dec 2024 23:59:59 GMT"), "2024-12-31 23:59:59");
  EXPECT_EQ(read<DateTime>("Tue, 06 May 2024 07:08:09 GMT"), "Not a valid datetime.");
  EXPECT_EQ(read<DateTime>("Mon, 06 anF 2024 07:08:09 GMT"), "Not a valid datetime.");
  EXPECT_EQ(read<DateTime>(nullptr), "Field may not be null.");
  EXPECT_EQ(read<Time>("07:08"), "07:08:00");
  EXPECT_EQ(read<Time>(7), "Not a valid time.");
  EXPECT_EQ(read<TimeDelta>(90), "0:01:30");
  EXPECT_EQ(read<TimeDelta>(1.5), "0:00:01.500000");
  EXPECT_EQ(read<TimeDelta>("PT2H"), "2:00:00");
  EXPECT_EQ(read<TimeDelta>(INT64_MAX), "Not a valid period of time.");
  EXPECT_EQ(read<Decimal>("1.50"), "1.50");
  EXPECT_EQ(read<Decimal>(0.1), "0.1");
  EXPECT_EQ(read<Decimal>(7), "7");
  EXPECT_EQ(read<Decimal>("seven"), "Not a valid number.");
  EXPECT_EQ(read<Decimal>(true), "Not a valid number.");
  EXPECT_EQ(read<Bytes>("text"), "Not a valid bytes object.");
}

}  // namespace
}  // namespace retort
