// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/value.h"

#include <cmath>
#include <limits>
#include <thread>

#include <gtest/gtest.h>

namespace retort {
namespace {

TEST(Value, TellsWhatItIs) {
  EXPECT_TRUE(Value().is_undefined());
  EXPECT_TRUE(Value(nullptr).is_none());
  EXPECT_EQ(Value(true).type_name(), "bool");
  EXPECT_EQ(Value(7).as_int(), 7);
  EXPECT_EQ(Value(1.5).as_double(), 1.5);
  EXPECT_EQ(Value("short").as_string(), "short");
  EXPECT_EQ(Value(std::string(100, 'x')).as_string(), std::string(100, 'x'));
  EXPECT_TRUE(Value(Markup("<b>")).is_markup());
  EXPECT_THROW(Value("x").as_int(), TypeError);
  EXPECT_THROW(Value(1).as_string(), TypeError);
  EXPECT_THROW(Value(std::numeric_limits<std::uint64_t>::max()), ValueError);
}

TEST(Value, InlineTextIsExactAtEveryLength) {
  for (std::size_t n = 0; n < 40; ++n) {
    const std::string text(n, static_cast<char>('a' + n % 26));
    Value value(text);
    Value copy = value;
    Value moved = std::move(value);
    EXPECT_EQ(copy.as_string(), text);
    EXPECT_EQ(moved.as_string(), text);
  }
}

TEST(Value, ContainersAreSharedAndCopyIsNot) {
  Value list = Value::list({1, "two"});
  Value same = list;
  same.push_back(3);
  EXPECT_EQ(list.size(), 3u);
  Value shallow = list.copy();
  shallow.push_back(4);
  EXPECT_EQ(list.size(), 3u);
  Value nested = Value::dict({{"a", list}});
  Value deep = nested.deep_copy();
  list.push_back("later");
  EXPECT_EQ(nested["a"].size(), 4u);
  EXPECT_EQ(deep["a"].size(), 3u);
}

TEST(Value, DictsKeepOrderAndFindEqualKeys) {
  Value dict = Value::dict({{"b", 1}, {"a", 2}, {"b", 3}});
  EXPECT_EQ(dict.repr(), "{'b': 3, 'a': 2}");
  dict.set(Value(1), "int");
  EXPECT_EQ(dict.get(Value(1.0)), Value("int"));
  EXPECT_EQ(dict.get(Value(true)), Value("int"));
  for (int i = 0; i < 1000; ++i) dict.set(std::to_string(i), i);
  EXPECT_EQ(dict["777"].as_int(), 777);
  EXPECT_TRUE(dict.erase("777"));
  EXPECT_FALSE(dict.erase("777"));
  EXPECT_TRUE(dict["777"].is_undefined());
  EXPECT_EQ(dict["778"].as_int(), 778);
  EXPECT_THROW(dict.set(Value::list(), 1), TypeError);
}

TEST(Value, ComparesAsPythonDoes) {
  EXPECT_EQ(Value(1), Value(1.0));
  EXPECT_EQ(Value(1), Value(true));
  EXPECT_FALSE(Value(9007199254740993) == Value(9007199254740992.0));
  EXPECT_FALSE(Value("1") == Value(1));
  EXPECT_FALSE(Value::list({1}) == Value::tuple({1}));
  EXPECT_EQ(Value::dict({{"a", 1}, {"b", 2}}), Value::dict({{"b", 2}, {"a", 1}}));
  EXPECT_FALSE(Value(std::nan("")) == Value(std::nan("")));
  EXPECT_TRUE(Value::compare(Value(2), Value(2.5)) < 0);
  EXPECT_TRUE(Value::compare(Value(3), Value(2.5)) > 0);
  EXPECT_TRUE(Value::compare(Value::list({1, 2}), Value::list({1, 3})) < 0);
  EXPECT_THROW((void)Value::compare(Value(1), Value("a")), TypeError);
}

TEST(Value, PrintsAsPythonDoes) {
  const struct {
    Value value;
    std::string_view repr;
  } cases[] = {{nullptr, "None"},
               {true, "True"},
               {-5, "-5"},
               {1.0, "1.0"},
               {0.1, "0.1"},
               {1e16, "1e+16"},
               {123456789012345680.0, "1.2345678901234568e+17"},
               {9999999999999998.0, "9999999999999998.0"},
               {1e-5, "1e-05"},
               {0.0001, "0.0001"},
               {-0.0, "-0.0"},
               {std::numeric_limits<double>::infinity(), "inf"},
               {"it's", "\"it's\""},
               {"a'b\"c", "'a\\'b\"c'"},
               {"\n\t\x01\\", "'\\n\\t\\x01\\\\'"},
               {"\xc3\xa4", "'\xc3\xa4'"},
               {Value::bytes("a\xff"), "b'a\\xff'"},
               {Value::list({"a", 1}), "['a', 1]"},
               {Value::dict({{"a", Value::tuple({1})}}), "{'a': (1,)}"},
               {Value::tuple(), "()"}};
  for (const auto& c : cases) EXPECT_EQ(c.value.repr(), c.repr);
  EXPECT_EQ(Value("x'y").str(), "x'y");
  EXPECT_EQ(Value().str(), "");
}

TEST(Value, TruthIsPythons) {
  for (const Value& value :
       {Value(), Value(nullptr), Value(false), Value(0), Value(0.0), Value(""), Value::list()})
    EXPECT_FALSE(value.truthy()) << value.repr();
  for (const Value& value : {Value(true), Value(-1), Value("0"), Value::list({0})})
    EXPECT_TRUE(value.truthy());
}

TEST(Value, AMillionNestedListsAreFreedWithoutRecursion) {
  Value outer = Value::list();
  for (int i = 0; i < 1'000'000; ++i) outer = Value::list({outer});
  EXPECT_THROW((void)outer.repr(), RecursionError);
  outer = nullptr;
  EXPECT_TRUE(outer.is_none());
}

TEST(Value, FrozenValuesMayBeSharedByThreads) {
  Value dict = Value::dict({{"list", Value::list({std::string(50, 'x')})}});
  dict.freeze();
  EXPECT_THROW(dict.set("a", 1), TypeError);
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) {
      const Value copy = dict["list"];
      ASSERT_EQ(copy.size(), 1u);
    }
  });
  for (int i = 0; i < 1000; ++i) {
    const Value copy = dict["list"];
    ASSERT_EQ(copy[0].size(), 50u);
  }
  other.join();
}

TEST(Value, DestroysAnythingNestedWithoutRecursion) {
  Value outer = Value::dict();
  for (int i = 0; i < 300'000; ++i) {
    Value dict = Value::dict({{"list", Value::tuple({outer, std::string(40, 'x')})}});
    outer = std::move(dict);
  }
  outer = 1;
  EXPECT_EQ(outer, Value(1));
}

TEST(Value, DeepValuesAreAnErrorAndNotACrash) {
  Value a = Value::tuple(), b = Value::tuple();
  for (int i = 0; i < 100'000; ++i) {
    a = Value::tuple({a});
    b = Value::tuple({b});
  }
  EXPECT_THROW((void)(a == b), RecursionError);
  EXPECT_THROW((void)Value::compare(a, b), RecursionError);
  EXPECT_THROW((void)a.hash(), RecursionError);
  EXPECT_THROW((void)a.deep_copy(), RecursionError);
  EXPECT_THROW(a.freeze(), RecursionError);
}

TEST(Value, EqualValuesHashAlike) {
  const std::pair<Value, Value> cases[] = {
      {1, 1.0},
      {1, true},
      {0, -0.0},
      {"a long string beyond fourteen bytes", Value::markup("a long string beyond fourteen bytes")},
      {Value::tuple({1, "x"}), Value::tuple({1.0, Value::markup("x")})},
      {INT64_MIN, -9223372036854775808.0}};
  for (const auto& [a, b] : cases) {
    ASSERT_EQ(a, b) << a.repr();
    EXPECT_EQ(a.hash(), b.hash()) << a.repr();
  }
  EXPECT_NE(Value("ab").hash(), Value("ba").hash());
}

TEST(Value, DictsOfManyKindsOfKeysAgreeWithALinearSearch) {
  Value dict = Value::dict();
  std::vector<Value> keys;
  for (int i = 0; i < 200; ++i) {
    keys.push_back(i);
    keys.push_back(i + 0.5);
    keys.push_back(std::to_string(i));
    keys.push_back(Value::bytes(std::to_string(i)));
    keys.push_back(Value::tuple({i, "x"}));
  }
  for (std::size_t i = 0; i < keys.size(); ++i) dict.set(keys[i], i);
  for (std::size_t i = 0; i < keys.size(); i += 3) EXPECT_TRUE(dict.erase(keys[i]));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Value* found = dict.find(keys[i]);
    ASSERT_EQ(found == nullptr, i % 3 == 0) << keys[i].repr();
    if (found) {
      EXPECT_EQ(*found, Value(i));
    }
  }
  std::size_t previous = 0;
  for (const Value::Entry& entry : dict.entries()) {
    EXPECT_GE(entry.value.as_int(), static_cast<std::int64_t>(previous)) << "the order of insertion";
    previous = static_cast<std::size_t>(entry.value.as_int());
  }
}

TEST(Value, FreezeIsDeepAndKeepsWhatItFroze) {
  Value inner = Value::list({1});
  Value outer = Value::dict({{"inner", inner}});
  outer.freeze();
  EXPECT_TRUE(inner.is_frozen()) << "shared with what was frozen";
  EXPECT_THROW(inner.push_back(2), TypeError);
  Value mutable_copy = outer.deep_copy();
  EXPECT_FALSE(mutable_copy.is_frozen());
  mutable_copy.set("x", 1);
  EXPECT_EQ(outer.size(), 1u);
}

TEST(Value, NumbersPrintAsPythonPrintsThem) {
  const std::pair<double, std::string_view> cases[] = {{0.0, "0.0"},
                                                       {100.0, "100.0"},
                                                       {123.456, "123.456"},
                                                       {1e15, "1000000000000000.0"},
                                                       {1e22, "1e+22"},
                                                       {1.5e300, "1.5e+300"},
                                                       {0.00012, "0.00012"},
                                                       {0.000012, "1.2e-05"},
                                                       {5e-324, "5e-324"},
                                                       {-1234.5, "-1234.5"},
                                                       {0.1 + 0.2, "0.30000000000000004"},
                                                       {1.7976931348623157e308, "1.7976931348623157e+308"}};
  for (const auto& [number, text] : cases) EXPECT_EQ(Value(number).repr(), text);
}

#ifndef NDEBUG
TEST(ValueDeathTest, AnotherThreadsValueIsAMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        const Value list = Value::list({1});
        std::thread([&] { const Value copy = list; }).join();
      },
      "used by another thread than its own");
}
#endif

TEST(Markup, EscapesTheFiveCharacters) {
  EXPECT_EQ(Markup::escape("<a & 'b' \"c\">").str(), "&lt;a &amp; &#39;b&#39; &#34;c&#34;&gt;");
}

TEST(Value, ADictFindsItsEntriesWhicheverAreErased) {
  for (const int size : {8, 9, 10, 33, 500}) {
    std::vector<int> there;
    Value dict = Value::dict();
    for (int i = 0; i < size; ++i) {
      dict.set(i * 64, i);
      there.push_back(i);
    }
    unsigned random = 7;
    while (!there.empty()) {
      random = random * 1103515245u + 12345u;
      const std::size_t at = random / 65536 % there.size();
      ASSERT_TRUE(dict.erase(there[at] * 64));
      ASSERT_FALSE(dict.erase(there[at] * 64));
      there.erase(there.begin() + static_cast<std::ptrdiff_t>(at));
      ASSERT_EQ(dict.size(), there.size());
      for (std::size_t i = 0; i < there.size(); ++i) {
        ASSERT_EQ(dict.entries()[i].value, there[i]);
        const Value* found = dict.find(Value(there[i] * 64));
        ASSERT_TRUE(found && *found == Value(there[i])) << size;
      }
      if (there.size() == 5 || there.size() == 20) {  // grows again
        dict.set(-1, -1);
        ASSERT_EQ(dict.get(Value(-1)), -1);
        ASSERT_TRUE(dict.erase(-1));
      }
    }
  }
}

}  // namespace
}  // namespace retort
