// SPDX-License-Identifier: BSD-3-Clause
#include "retort/json/json.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace retort {
namespace {

enum class Level { low, high };
struct Inner {
  int n = 0;
  std::optional<std::string> note;
};
struct Outer {
  std::string title;
  double ratio = 0;
  bool done = false;
  std::vector<Inner> items;
  Level level = Level::low;
  std::map<std::string, int> counts;
};

const Outer kOuter{"a\"b\n\xc3\xa4",    1.0, true, {{1, "x"}, {2, std::nullopt}}, Level::high,
                   {{"z", 1}, {"a", 2}}};

TEST(Json, WritesAggregatesInTheOrderOfTheirMembersOrSorted) {
  EXPECT_EQ(json::dump(kOuter),
            "{\"title\":\"a\\\"b\\n\xc3\xa4\",\"ratio\":1.0,\"done\":true,\"items\":[{\"n\":1,\"note\":\"x\"}"
            ",{\"n\":2,"
            "\"note\":null}],\"level\":\"high\",\"counts\":{\"a\":2,\"z\":1}}");
  JsonOptions flask;
  flask.sort_keys = flask.ensure_ascii = true;
  EXPECT_EQ(json::dump(kOuter, flask),
            "{\"counts\":{\"a\":2,\"z\":1},\"done\":true,\"items\":[{\"n\":1,\"note\":\"x\"},{\"n\":2,"
            "\"note\":null}],"
            "\"level\":\"high\",\"ratio\":1.0,\"title\":\"a\\\"b\\n\\u00e4\"}");
  EXPECT_EQ(json::dump(kOuter, flask), json::dump(to_value(kOuter), flask));
}

TEST(Json, DocumentsAreMadeInPlace) {
  const json document({{"message", "Hello, World!"}, {"list", Value::list({1, 2.5, nullptr})}});
  EXPECT_EQ(json::dump(document), "{\"message\":\"Hello, World!\",\"list\":[1,2.5,null]}");
  EXPECT_EQ(json::dump(json(std::vector<int>{1, 2})), "[1,2]");
}

TEST(Json, IndentsAsPython) {
  JsonOptions options;
  options.indent = 2;
  EXPECT_EQ(json::dump(Value::dict({{"a", Value::list({1, 2})}, {"b", Value::dict()}}), options),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

TEST(Json, EscapesWhatHasToBe) {
  JsonOptions ascii;
  ascii.ensure_ascii = true;
  EXPECT_EQ(json::dump(Value("\x01\x1f\b\f\x7f\xf0\x9f\x98\x80"), ascii),
            "\"\\u0001\\u001f\\b\\f\x7f\\ud83d\\ude00\"");
  EXPECT_THROW(json::dump(Value(std::nan(""))), ValueError);
  EXPECT_THROW(json::dump(Value::bytes("x")), TypeError);
}

TEST(Json, ReadsWhatItWrites) {
  const Value value = *json::parse(json::dump(kOuter));
  EXPECT_EQ(value, to_value(kOuter));
  EXPECT_TRUE(json::parse("1")->is_int());
  EXPECT_TRUE(json::parse("1.0")->is_double());
  EXPECT_TRUE(json::parse(" null ")->is_none());
  EXPECT_EQ(json::parse("{\"a\":1,\"a\":2}")->get("a"), Value(2));
  EXPECT_EQ(json::parse("\"\\ud83d\\ude00\"")->as_string(), "\xf0\x9f\x98\x80");
}

TEST(Json, RefusesWhatIsNone) {
  for (const std::string_view bad :
       {"", "{", "[1,]", "nul", "01", "\"\\ud800\"", "\"\xff\"", "1 2", "{\"a\" 1}", "9223372036854775808",
        "99999999999999999999999", "'a'", "NaN"})
    EXPECT_FALSE(json::parse(bad)) << bad;
  EXPECT_FALSE(json::parse(std::string(200, '[') + std::string(200, ']')));
  EXPECT_TRUE(json::parse(std::string(90, '[') + std::string(90, ']')));
}

}  // namespace
}  // namespace retort
