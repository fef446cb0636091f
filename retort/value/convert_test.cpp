// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/convert.h"

#include <map>

#include <gtest/gtest.h>

namespace retort {
namespace {

enum class Color { red, green };
struct Address {
  std::string city;
  std::optional<int> zip;
};
struct Person {
  std::string name;
  std::uint8_t age = 0;
  std::vector<Address> addresses;
  std::map<std::string, double> scores;
  Color color = Color::red;
};

TEST(Convert, AggregatesGoBothWays) {
  const Person person{"Ada", 36, {{"London", 7}, {"Paris", std::nullopt}}, {{"x", 1.5}}, Color::green};
  const Value value = to_value(person);
  EXPECT_EQ(value.repr(),
            "{'name': 'Ada', 'age': 36, 'addresses': [{'city': 'London', 'zip': 7}, {'city': 'Paris', 'zip': "
            "None}], "
            "'scores': {'x': 1.5}, 'color': 'green'}");
  Person back;
  FieldErrors errors;
  ASSERT_TRUE(from_value(value, back, errors));
  EXPECT_EQ(to_value(back), value);
}

TEST(Convert, EveryMistakeIsNamedWithItsPath) {
  const Value value = Value::dict({{"name", 1},
                                   {"age", 300},
                                   {"addresses", Value::list({Value::dict({{"zip", "x"}})})},
                                   {"scores", Value::list()},
                                   {"color", "blue"},
                                   {"unknown", true}});
  Person out;
  FieldErrors errors;
  EXPECT_FALSE(from_value(value, out, errors));
  const FieldErrors expected = {{"name", "Not a valid string."},
                                {"age", "Must be between 0 and 255."},
                                {"addresses[0].city", "Missing data for required field."},
                                {"addresses[0].zip", "Not a valid integer."},
                                {"scores", "Invalid input type."},
                                {"color", "Must be one of: red, green."}};
  EXPECT_EQ(errors, expected);
}

}  // namespace
}  // namespace retort
