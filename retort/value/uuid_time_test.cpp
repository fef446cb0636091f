// SPDX-License-Identifier: BSD-3-Clause
// Expected texts are Python 3.11's.
#include "retort/value/uuid_time.h"

#include <gtest/gtest.h>

#include "retort/value/object.h"

namespace retort {
namespace {

Uuid uuid_of(const char* text) {
  Uuid uuid;
  EXPECT_TRUE(Uuid::parse(text, uuid));
  return uuid;
}

TEST(UuidValue, KeepsItsTypeAndPrintsAsText) {
  const Uuid uuid = uuid_of("a8098c1a-f86e-11da-bd1a-00112444be1e");
  const Value value = uuid_value(uuid);
  ASSERT_TRUE(as_uuid(value));
  EXPECT_EQ(*as_uuid(value), uuid);
  EXPECT_EQ(value.str(), "a8098c1a-f86e-11da-bd1a-00112444be1e");
  EXPECT_EQ(value.repr(), "UUID('a8098c1a-f86e-11da-bd1a-00112444be1e')");
  EXPECT_EQ(value.as_object().to_json(), Value("a8098c1a-f86e-11da-bd1a-00112444be1e"));
  EXPECT_EQ(value.as_object().attribute("hex"), Value("a8098c1af86e11dabd1a00112444be1e"));
  EXPECT_EQ(value, uuid_value(uuid));
  EXPECT_EQ(value.hash(), uuid_value(uuid).hash());
  EXPECT_FALSE(value == uuid_value(Uuid()));
  EXPECT_FALSE(as_uuid(Value("a8098c1a-f86e-11da-bd1a-00112444be1e")));
  EXPECT_FALSE(as_datetime(value));
}

TEST(DateTimeValue, PrintsAsPythonDoes) {
  const struct {
    DateTime time;
    const char* str;
    const char* repr;
  } cases[] = {
      {{2024, 5, 6, 7, 8, 0, 0, {}}, "2024-05-06 07:08:00", "datetime.datetime(2024, 5, 6, 7, 8)"},
      {{2024, 5, 6, 7, 8, 0, 5, {}},
       "2024-05-06 07:08:00.000005",
       "datetime.datetime(2024, 5, 6, 7, 8, 0, 5)"},
      {{2024, 5, 6, 7, 8, 9, 0, 0},
       "2024-05-06 07:08:09+00:00",
       "datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=datetime.timezone.utc)"},
      {{2024, 5, 6, 7, 8, 0, 0, -10800},
       "2024-05-06 07:08:00-03:00",
       "datetime.datetime(2024, 5, 6, 7, 8, "
       "tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=75600)))"},
  };
  for (const auto& c : cases) {
    const Value value = datetime_value(c.time);
    EXPECT_EQ(value.str(), c.str);
    EXPECT_EQ(value.repr(), c.repr);
    ASSERT_TRUE(as_datetime(value));
    EXPECT_EQ(*as_datetime(value), c.time);
  }
}

TEST(DateTimeValue, ComparesInstantsAndIsAnHttpDateInJson) {
  const Value utc = datetime_value({2024, 5, 6, 5, 8, 9, 0, 0});
  const Value east = datetime_value({2024, 5, 6, 7, 8, 9, 0, 7200});
  const Value naive = datetime_value({2024, 5, 6, 5, 8, 9, 0, {}});
  EXPECT_EQ(utc, east);
  EXPECT_EQ(utc.hash(), east.hash());
  EXPECT_FALSE(utc == naive);
  EXPECT_EQ(east.as_object().to_json(), Value("Mon, 06 May 2024 05:08:09 GMT"));
  EXPECT_EQ(utc.as_object().attribute("year"), Value(2024));
  EXPECT_TRUE(utc.as_object().attribute("century").is_undefined());
}

TEST(DateValue, IsNoDateTime) {
  const Value value = date_value({2024, 5, 6});
  EXPECT_EQ(value.str(), "2024-05-06");
  EXPECT_EQ(value.repr(), "datetime.date(2024, 5, 6)");
  EXPECT_EQ(value.as_object().to_json(), Value("Mon, 06 May 2024 00:00:00 GMT"));
  EXPECT_EQ(value, date_value({2024, 5, 6}));
  EXPECT_FALSE(value == datetime_value({2024, 5, 6, 0, 0, 0, 0, {}}));
  EXPECT_FALSE(as_datetime(value));
  EXPECT_TRUE(as_date(value));
}

}  // namespace
}  // namespace retort
