// SPDX-License-Identifier: BSD-3-Clause
// Expected texts are Flask 3.1's.
#include "retort/app/json_tag.h"

#include <memory>

#include <gtest/gtest.h>

#include "retort/value/object.h"
#include "retort/value/uuid_time.h"

namespace retort {
namespace {

Value uuid() {
  Uuid out;
  EXPECT_TRUE(Uuid::parse("a8098c1a-f86e-11da-bd1a-00112444be1e", out));
  return uuid_value(out);
}

TEST(TaggedJSONSerializer, WritesAndReadsWhatFlaskDoes) {
  const struct {
    Value value;
    const char* text;
  } cases[] = {
      {Value::tuple({1, 2}), "{\" t\":[1,2]}"},
      {Value::dict({{" t", Value::tuple({1})}}), "{\" di\":{\" t__\":{\" t\":[1]}}}"},
      {Value::dict({{" x", 1}}), "{\" x\":1}"},
      {Value::bytes(std::string_view("\0\xff", 2)), "{\" b\":\"AP8=\"}"},
      {Value::markup("<b>"), "{\" m\":\"<b>\"}"},
      {uuid(), "{\" u\":\"a8098c1af86e11dabd1a00112444be1e\"}"},
      {datetime_value({2024, 5, 6, 5, 8, 9, 0, 0}), "{\" d\":\"Mon, 06 May 2024 05:08:09 GMT\"}"},
      {Value::dict(
           {{"b", 1}, {"a", Value::list({Value::tuple({Value::bytes("x")}), Value::dict({{" di", 1}})})}}),
       "{\"a\":[{\" t\":[{\" b\":\"eA==\"}]},{\" di\":{\" di__\":1}}],\"b\":1}"},
      {Value::dict({{" di__", 1}}), "{\" di__\":1}"},
      {"\xc3\xbc", "\"\\u00fc\""},
  };
  const TaggedJSONSerializer serializer;
  for (const auto& c : cases) {
    EXPECT_EQ(serializer.dumps(c.value), c.text);
    const Result<Value> read = serializer.loads(c.text);
    ASSERT_TRUE(read) << c.text;
    EXPECT_EQ(*read, c.value) << c.text;
    EXPECT_EQ(read->kind(), c.value.kind()) << c.text;
  }
}

TEST(TaggedJSONSerializer, ATaggedTextOfTheWrongKindIsAnError) {
  const TaggedJSONSerializer serializer;
  for (const char* text : {"{\" t\":1}", "{\" b\":7}", "{\" b\":\"A\"}", "{\" u\":\"a8\"}", "{\" u\":[]}",
                           "{\" di\":1}", "[{\" u\":\"zz098c1af86e11dabd1a00112444be1e\"}]"})
    EXPECT_FALSE(serializer.loads(text)) << text;
  EXPECT_TRUE(serializer.loads("{\" d\":\"no date\"}")->is_none());
}

TEST(TaggedJSONSerializer, RefusesWhatIsNestedTooDeeply) {
  const TaggedJSONSerializer serializer;
  for (const bool in_tuples : {true, false}) {
    Value value = 1;
    for (int i = 0; i < 1000; ++i) value = in_tuples ? Value::tuple({value}) : Value::dict({{" t", value}});
    EXPECT_THROW(serializer.dumps(value), RecursionError);
  }
}

class Point : public Object {
 public:
  Point(int x_of, int y_of) : x(x_of), y(y_of) {}
  std::string_view type_name() const override { return "Point"; }
  bool equals(const Object& other) const override {
    const auto* o = dynamic_cast<const Point*>(&other);
    return o && o->x == x && o->y == y;
  }
  int x, y;
};

class TagPoint : public JSONTag {
 public:
  std::string_view key() const override { return " p"; }
  bool check(const Value& value) const override {
    return value.is_object() && dynamic_cast<const Point*>(&value.as_object());
  }
  Value to_json(const Value& value, const TaggedJSONSerializer&) const override {
    const auto& point = static_cast<const Point&>(value.as_object());
    return Value::list({point.x, point.y});
  }
  Value to_value(const Value& json) const override {
    return Value::object(
        std::make_unique<Point>(static_cast<int>(json[0].as_int()), static_cast<int>(json[1].as_int())));
  }
};

TEST(TaggedJSONSerializer, TakesTagsOfAProgramsOwn) {
  TaggedJSONSerializer serializer;
  const Value point = Value::object(std::make_unique<Point>(3, 4));
  EXPECT_THROW(serializer.dumps(point), TypeError);
  serializer.register_(std::make_unique<TagPoint>());
  EXPECT_EQ(serializer.dumps(Value::list({point})), "[{\" p\":[3,4]}]");
  EXPECT_EQ(*serializer.loads("[{\" p\":[3,4]}]"), Value::list({point}));
  EXPECT_THROW(serializer.register_(std::make_unique<TagPoint>()), KeyError);
  serializer.register_(std::make_unique<TagPoint>(), {.force = true, .index = 0});
  EXPECT_EQ(serializer.dumps(point), "{\" p\":[3,4]}");
}

}  // namespace
}  // namespace retort
