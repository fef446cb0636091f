// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/convert.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <variant>

#include <gtest/gtest.h>

#include "retort/value/error.h"

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

struct Wide {
  std::uint8_t small = 0;
  float ratio = 0;
  std::set<std::string> tags;
  std::vector<bool> flags;
  std::pair<int, std::string> pair;
  int grid[2] = {0, 0};
  std::shared_ptr<Address> home;
  std::optional<int> page = 1;
  Uuid id;
  Value anything;
};

TEST(Convert, TakesTheTypesThatProgramsHold) {
  const Value value = Value::dict({{"small", 255},
                                   {"ratio", 1},
                                   {"tags", Value::list({"b", "a", "b"})},
                                   {"flags", Value::list({true, false})},
                                   {"pair", Value::tuple({1, "x"})},
                                   {"grid", Value::list({3, 4})},
                                   {"home", Value::dict({{"city", "Rome"}})},
                                   {"id", "A8098C1A-F86E-11DA-BD1A-00112444BE1E"},
                                   {"anything", Value::list({nullptr})}});
  Wide wide;
  FieldErrors errors;
  ASSERT_TRUE(from_value(value, wide, errors)) << errors[0].path << errors[0].message;
  EXPECT_EQ(wide.page, 1) << "an absent optional keeps its default";
  EXPECT_EQ(to_value(wide).repr(),
            "{'small': 255, 'ratio': 1.0, 'tags': ['a', 'b'], 'flags': [True, False], 'pair': [1, 'x'], "
            "'grid': [3, 4], 'home': {'city': 'Rome', 'zip': None}, 'page': 1, "
            "'id': UUID('a8098c1a-f86e-11da-bd1a-00112444be1e'), 'anything': [None]}");
}

TEST(Convert, TakesVariantsAndReferencesByWhatTheyHold) {
  const Address rome{"Rome", 1};
  const std::string text = "a text of more than fourteen bytes";
  using Any = std::variant<std::monostate, bool, int, std::string, Address>;
  const std::vector<Any> values{{}, true, 7, "x", rome};
  EXPECT_EQ(to_value(values).repr(), "[None, True, 7, 'x', {'city': 'Rome', 'zip': 1}]");
  EXPECT_EQ(to_value(std::cref(rome)).repr(), "{'city': 'Rome', 'zip': 1}");
  EXPECT_EQ(to_value(std::vector{std::cref(text)}), Value::list({text}));
  EXPECT_EQ(to_value(std::string_view(text)), Value(text));
}

TEST(Convert, ChecksRangesAndLengths) {
  const auto message = [](auto type, const Value& value) {
    return from_value<decltype(type)>(value).error().message;
  };
  EXPECT_EQ(message(std::int8_t{}, 128), "Must be between -128 and 127.");
  EXPECT_EQ(message(std::int8_t{}, -129), "Must be between -128 and 127.");
  EXPECT_EQ(message(unsigned{}, -1), "Must be between 0 and 4294967295.");
  EXPECT_EQ(message(int{}, 1.0), "Not a valid integer.");
  EXPECT_EQ(message(int{}, true), "Not a valid integer.");
  EXPECT_EQ(message(int{}, nullptr), "Field may not be null.");
  EXPECT_EQ(message(bool{}, 1), "Not a valid boolean.");
  EXPECT_EQ(message(float{}, 1e300), "Number too large.");
  EXPECT_EQ(message(Uuid{}, "x"), "Not a valid UUID.");
  EXPECT_EQ(message(std::array<int, 2>{}, Value::list({1})), "Length must be 2.");
  EXPECT_EQ(message(std::vector<int>{}, Value::list({1, "x"})), "[1]: Not a valid integer.");
  EXPECT_EQ(*from_value<std::int8_t>(Value(-128)), -128);
  EXPECT_EQ(*from_value<std::int64_t>(Value(INT64_MIN)), INT64_MIN);
  EXPECT_EQ(*from_value<std::uint64_t>(Value(INT64_MAX)), static_cast<std::uint64_t>(INT64_MAX));
}

TEST(Convert, RecordsABoundedNumberOfMistakes) {
  Value list = Value::list();
  for (int i = 0; i < 10000; ++i) list.push_back("x");
  std::vector<int> out;
  FieldErrors errors;
  EXPECT_FALSE(from_value(list, out, errors));
  EXPECT_EQ(errors.size(), kMaxFieldErrors);
}

TEST(Convert, AnEnumeratorWithoutANameIsItsNumber) {
  EXPECT_EQ(to_value(static_cast<Color>(9)), Value(9));
  EXPECT_FALSE(from_value<Color>(Value(9)));
}

struct Linked {
  int n = 0;
  std::shared_ptr<Linked> next;
};

TEST(Convert, PointersInACircleAreARecursionError) {
  const auto knot = std::make_shared<Linked>();
  knot->next = knot;
  EXPECT_THROW(to_value(knot), RecursionError);
  EXPECT_THROW(to_value(std::vector{knot}), RecursionError);
  knot->next = nullptr;
}

}  // namespace
}  // namespace retort
