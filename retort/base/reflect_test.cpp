// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/reflect.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/base/reflect_many.h"

namespace retort::reflect {
namespace {

struct Empty {};
struct Address {
  std::string street, city;
};
struct Person {
  int id;
  std::string name;
  std::optional<int> age;
  std::vector<std::string> tags;
  Address address;
};
struct WithArrays {
  int first;
  int numbers[3];
  std::array<int, 2> pair;
  int grid[2][2];
  std::string last;
};
struct WithDefaults {
  int a = 1;
  std::string b = "x";
  bool c = false;
};
struct MoveOnly {
  std::unique_ptr<int> pointer;
  std::map<std::string, int> map;
};
struct ArrayOfAggregates {
  Address addresses[2];
  int n;
};
// clang-format off
struct SixtyFour {
  int a00, a01, a02, a03, a04, a05, a06, a07, a08, a09, a10, a11, a12, a13, a14, a15,
      a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31,
      a32, a33, a34, a35, a36, a37, a38, a39, a40, a41, a42, a43, a44, a45, a46, a47,
      a48, a49, a50, a51, a52, a53, a54, a55, a56, a57, a58, a59, a60, a61, a62, a63;
};
// clang-format on
template <class T>
struct Page {
  std::vector<T> items;
  int total;
};

enum class Shade { light, dark };  // nothing outside of this file can define a function of its
struct Shaded {
  std::optional<Shade> shade;
  int n = 0;
};
static_assert(member_count<Shaded> == 2);
static_assert(member_count<Empty> == 0);
static_assert(member_count<Address> == 2);
static_assert(member_count<const Person> == 5);
static_assert(member_count<WithArrays> == 5);
static_assert(member_count<WithDefaults> == 3);
static_assert(member_count<MoveOnly> == 2);
static_assert(member_count<ArrayOfAggregates> == 2);
static_assert(member_count<SixtyFour> == 64);
static_assert(member_count<Page<Person>> == 2);

static_assert(std::is_same_v<member_type<Person, 2>, std::optional<int>>);
static_assert(std::is_same_v<member_type<WithArrays, 1>, int[3]>);
static_assert(std::is_same_v<member_type<WithArrays, 3>, int[2][2]>);

static_assert(Aggregate<Person>);
static_assert(!Aggregate<std::string>);
static_assert(!Aggregate<int>);

template <class T>
std::vector<std::string> names() {
  std::vector<std::string> out;
  T object{};
  for_each_member(object, [&](std::string_view name, auto&) { out.emplace_back(name); });
  return out;
}

TEST(Reflect, NamesMembersAsWritten) {
  using testing::ElementsAre;
  EXPECT_THAT(names<Empty>(), ElementsAre());
  EXPECT_THAT(names<Address>(), ElementsAre("street", "city"));
  EXPECT_THAT(names<Person>(), ElementsAre("id", "name", "age", "tags", "address"));
  EXPECT_THAT(names<WithArrays>(), ElementsAre("first", "numbers", "pair", "grid", "last"));
  EXPECT_THAT(names<MoveOnly>(), ElementsAre("pointer", "map"));
  EXPECT_THAT(names<ArrayOfAggregates>(), ElementsAre("addresses", "n"));
  EXPECT_THAT(names<Page<Person>>(), ElementsAre("items", "total"));
  EXPECT_EQ(names<SixtyFour>().front(), "a00");
  EXPECT_EQ(names<SixtyFour>().back(), "a63");
}

TEST(Reflect, NamesAreConstants) {
  static_assert(member_name<Person, 0> == "id");
  static_assert(member_name<Person, 4> == "address");
  static_assert(member_name<const Person, 1> == "name");
}

TEST(Reflect, GivesReferencesToTheMembers) {
  Person person{7, "Ada", 36, {"x"}, {"Main St", "London"}};
  member<1>(person) = "Grace";
  EXPECT_EQ(person.name, "Grace");
  const Person& fixed = person;
  EXPECT_EQ(&member<4>(fixed), &person.address);
  std::string nested;
  for_each_member(member<4>(fixed), [&](std::string_view name, const std::string& value) {
    nested += std::string(name) + "=" + value + ";";
  });
  EXPECT_EQ(nested, "street=Main St;city=London;");
}

TEST(Reflect, VisitsALocalStruct) {
  struct Local {
    int x = 3;
    double y = 1.5;
  };
  EXPECT_THAT(names<Local>(), testing::ElementsAre("x", "y"));
}

TEST(Reflect, NamesTypes) {
  static_assert(type_name<int> == "int");
  static_assert(type_name<Page<int>>.ends_with("Page<int>"));
  EXPECT_NE(type_name<Person>.find("Person"), std::string_view::npos);
}

enum class Color { red, green = 5, blue };
enum Plain : int { kPlainOne = 1, kPlainTwo };
enum class Small : unsigned char { a, b };

TEST(Reflect, NamesEnumerators) {
  static_assert(enum_name(Color::green) == "green");
  static_assert(enum_count<Color> == 3);
  EXPECT_EQ(enum_name(Color::red), "red");
  EXPECT_EQ(enum_name(static_cast<Color>(4)), "");
  EXPECT_EQ(enum_name(kPlainTwo), "kPlainTwo");
  EXPECT_EQ(enum_name(Small::b), "b");
  EXPECT_THAT(enum_values<Color>(), testing::ElementsAre(Color::red, Color::green, Color::blue));
}

TEST(Reflect, FindsEnumeratorsByName) {
  Color color{};
  EXPECT_TRUE(enum_from_name("blue", color));
  EXPECT_EQ(color, Color::blue);
  EXPECT_FALSE(enum_from_name("", color));
  EXPECT_FALSE(enum_from_name("Blue", color));
  EXPECT_EQ(color, Color::blue);
}

}  // namespace
}  // namespace retort::reflect
