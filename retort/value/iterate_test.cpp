// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/iterate.h"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "retort/value/error.h"
#include "retort/value/methods.h"
#include "retort/value/operators.h"
#include "retort/value/undefined.h"

namespace retort {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Value list_of(const Value& value) {
  Evaluator evaluator;
  return to_list(value, evaluator);
}

template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const EvaluationError& error) {
    return std::string(error.name()) + ": " + error.what();
  }
  return "none";
}

Value sorted_list(const Value& value, bool reverse = false) {
  Evaluator evaluator;
  return sorted(value, nullptr, reverse, evaluator);
}

Value reversed_list(const Value& value) {
  Evaluator evaluator;
  return list_of(reversed(value, evaluator));
}

TEST(Iterate, WalksWhatPythonWalks) {
  const struct {
    Value value;
    const char* expected;
  } cases[] = {
      {Value::list({1, "b"}), "[1, 'b']"},
      {Value::tuple({1, "b"}), "[1, 'b']"},
      {Value::dict({{"a", 1}, {"b", 2}}), "['a', 'b']"},
      {"h\u00e9\u20ac\U0001F600", "['h', '\u00e9', '\u20ac', '\U0001F600']"},
      {Value::markup("<b>"), "['<', 'b', '>']"},
      {Value::bytes("a\xff"), "[97, 255]"},
      {"", "[]"},
      {Value(), "[]"},
      {make_range(0, 3, 1), "[0, 1, 2]"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(list_of(c.value).repr(), c.expected);
    EXPECT_TRUE(is_iterable(c.value)) << c.expected;
    Value out = Value::list(), item;
    for (const auto items = iterate(c.value); items->next(item);) out.push_back(item);
    EXPECT_EQ(out.repr(), c.expected);
  }
  EXPECT_FALSE(is_iterable(1));
  EXPECT_EQ(error_of([] { iterate(1); }), "TypeError: 'int' object is not iterable");
  EXPECT_EQ(error_of([] { list_of(nullptr); }), "TypeError: 'NoneType' object is not iterable");
}

TEST(Iterate, AListIsWalkedToItsNewEnd) {
  Value list = Value::list({1, 2});
  Evaluator evaluator;
  int turns = 0;
  for_each(list, evaluator, [&](const Value&) {
    if (++turns < 5) list.push_back(turns);
    return true;
  });
  EXPECT_EQ(turns, 6);
  const auto items = iterate(list);
  Value item;
  while (items->next(item)) {
  }
  list.push_back(9);
  EXPECT_FALSE(items->next(item)) << "past the end it stays there";
}

TEST(Iterate, ADictMayNotChangeItsSizeMeanwhile) {
  Value dict = Value::dict({{"a", 1}});
  Evaluator evaluator;
  const auto grow = [&](const Value&) {
    dict.set("b", 2);
    return true;
  };
  EXPECT_EQ(error_of([&] { for_each(dict, evaluator, grow); }),
            "RuntimeError: dictionary changed size during iteration");
  const auto items = iterate(dict);
  dict.erase("a");
  Value item;
  EXPECT_EQ(error_of([&] { items->next(item); }), "RuntimeError: dictionary changed size during iteration");
}

TEST(Iterate, TheIteratorHoldsTheValue) {
  auto items = iterate(Value::list({"a text of more than fourteen bytes"}));
  Value item;
  ASSERT_TRUE(items->next(item));
  EXPECT_EQ(item.as_string(), "a text of more than fourteen bytes");
  items = iterate(dict_keys(Value::dict({{"key", 1}})));
  ASSERT_TRUE(items->next(item));
  EXPECT_EQ(item, Value("key"));
}

TEST(Iterate, NewContainersArePaidInAdvance) {
  Evaluator evaluator;
  EXPECT_THROW(to_list(make_range(0, std::int64_t{1} << 40, 1), evaluator), LimitError);
  EXPECT_THROW(to_tuple(make_range(INT64_MIN, INT64_MAX, 1), evaluator), OverflowError);
  evaluator.set_limits(160, 1000);
  EXPECT_EQ(to_list(make_range(0, 10, 1), evaluator).size(), 10u);
  EXPECT_THROW(to_list(make_range(0, 1, 1), evaluator), LimitError);
  evaluator.set_limits(SIZE_MAX, 5);
  EXPECT_THROW(to_list(make_range(0, 6, 1), evaluator), LimitError);
}

TEST(Sorted, IsPythonsOrder) {
  EXPECT_EQ(sorted_list(Value::list({3, 1.5, true, 2})).repr(), "[True, 1.5, 2, 3]");
  EXPECT_EQ(sorted_list("bca").repr(), "['a', 'b', 'c']");
  EXPECT_EQ(sorted_list(Value::list()).repr(), "[]");
  EXPECT_EQ(sorted_list(Value::list({Value::tuple({2, "a"}), Value::tuple({1, "b"})})).repr(),
            "[(1, 'b'), (2, 'a')]");
  EXPECT_EQ(error_of([] {
              sorted_list(Value::list({1, "a"}));
            }),
            "TypeError: '<' not supported between instances of 'str' and 'int'");
  EXPECT_EQ(error_of([] {
              sorted_list(Value::list({Value::dict(), Value::dict()}));
            }),
            "TypeError: '<' not supported between instances of 'dict' and 'dict'");
}

TEST(Sorted, IsStableInBothDirections) {
  Value items = Value::list();
  for (int i = 0; i < 1000; ++i) items.push_back(Value::tuple({i * 7919 % 13, i}));
  Evaluator evaluator;
  const auto first = [](const Value& item) { return Value(item[0]); };
  for (const bool reverse : {false, true}) {
    const Value out = sorted(items, first, reverse, evaluator);
    ASSERT_EQ(out.size(), 1000u);
    for (int i = 1; i < 1000; ++i) {
      const Value& a = out[i - 1];
      const Value& b = out[i];
      ASSERT_TRUE(reverse ? a[0].as_int() >= b[0].as_int() : a[0].as_int() <= b[0].as_int());
      if (a[0] == b[0]) {
        ASSERT_LT(a[1].as_int(), b[1].as_int());
      }
    }
  }
}

TEST(Sorted, OrdersEveryShapeOfInput) {
  for (const int size : {1, 2, 3, 31, 32, 63, 64, 65, 127, 1000, 5000}) {
    for (int shape = 0; shape < 5; ++shape) {
      Value items = Value::list();
      for (int i = 0; i < size; ++i) {
        const int number[] = {i, size - i, i * 7919 % size, i % 7, i < size / 2 ? i : size - i};
        items.push_back(number[shape]);
      }
      const Value out = sorted_list(items);
      ASSERT_EQ(out.size(), items.size());
      for (int i = 1; i < size; ++i) ASSERT_LE(out[i - 1].as_int(), out[i].as_int()) << size << ' ' << shape;
    }
  }
}

TEST(Sorted, ContradictoryOrderEndsAsInPython) {
  const struct {
    Value items;
    const char* expected;
  } cases[] = {
      {Value::list({5, 4, kNan, 6, 3, 6, 1, 5, kNan}), "[1, 4, 5, nan, 3, 5, 6, 6, nan]"},
      {Value::list({1, kNan, 2, 3, 6, 1, 3, 4, kNan, 4, 1, kNan, 5, 1, 3, 2, 1, 6, 6, 3}),
       "[1, nan, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 6, nan, nan, 6, 6]"},
      {Value::list({1, 6, 6, kNan, 1, 4, 4, 3, 1, 1, kNan, 6,    kNan, 1, 6, 1, 1, 6,    1, 2,
                    2, 1, 4, 5,    5, 1, 1, 5, 1, 3, 2,    kNan, 2,    3, 1, 1, 2, kNan, 2, 2}),
       "[1, 6, 6, nan, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, nan, 4, 5, 6, "
       "nan, 1, 5, 5, 6, 6, nan, nan]"},
  };
  for (const auto& c : cases) EXPECT_EQ(sorted_list(c.items).repr(), c.expected);
  Value many = Value::list();
  for (int i = 0; i < 5000; ++i) many.push_back(i % 3 ? Value(i * 7919 % 101) : Value(kNan));
  EXPECT_EQ(sorted_list(many).size(), 5000u);
}

TEST(Range, WritesAndCountsAsPython) {
  const struct {
    Value range;
    const char* repr;
    const char* items;
  } cases[] = {
      {make_range(0, 3, 1), "range(0, 3)", "[0, 1, 2]"},
      {make_range(0, 10, 3), "range(0, 10, 3)", "[0, 3, 6, 9]"},
      {make_range(3, 0, -1), "range(3, 0, -1)", "[3, 2, 1]"},
      {make_range(3, 0, 1), "range(3, 0)", "[]"},
      {make_range(INT64_MAX - 1, INT64_MAX, 5), "range(9223372036854775806, 9223372036854775807, 5)",
       "[9223372036854775806]"},
      {make_range(INT64_MAX, INT64_MIN, INT64_MIN),
       "range(9223372036854775807, -9223372036854775808, -9223372036854775808)", "[9223372036854775807, -1]"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(c.range.repr(), c.repr);
    EXPECT_EQ(c.range.str(), c.repr);
    EXPECT_EQ(list_of(c.range).repr(), c.items);
    EXPECT_EQ(c.range.size(), list_of(c.range).size());
    EXPECT_EQ(c.range.truthy(), c.range.size() != 0);
    Value back = reversed_list(c.range);
    EXPECT_EQ(reversed_list(back), list_of(c.range)) << c.repr;
  }
}

TEST(Range, SlicesToARange) {
  const Value none = nullptr;
  const struct {
    Value range, start, stop, step;
    const char* expected;
  } cases[] = {
      {make_range(0, 5, 1), 10, none, none, "range(5, 5)"},
      {make_range(0, 10, 3), 1, 3, none, "range(3, 9, 3)"},
      {make_range(0, 10, 1), none, none, -1, "range(9, -1, -1)"},
      {make_range(0, 10, 1), -3, none, none, "range(7, 10)"},
      {make_range(10, 0, -3), none, none, 2, "range(10, -2, -6)"},
      {make_range(0, 10, 1), 5, 2, none, "range(5, 2)"},
      {make_range(0, 10, 2), none, none, -2, "range(8, -2, -4)"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(c.range.as_object().slice(c.start, c.stop, c.step).repr(), c.expected);
  const Value whole = make_range(INT64_MIN, INT64_MAX, 1);
  EXPECT_EQ(whole.as_object().slice(1, none, none).repr(),
            "range(-9223372036854775807, 9223372036854775807)");
  EXPECT_EQ(error_of([&] { whole.as_object().slice(none, none, 0); }),
            "ValueError: slice step cannot be zero");
  EXPECT_EQ(error_of([&] { whole.as_object().slice("a", none, none); }),
            "TypeError: slice indices must be integers or None or have an __index__ method");
  EXPECT_THROW(make_range(0, INT64_MAX, 2).as_object().slice(none, none, none), OverflowError);
}

TEST(Range, FindsItemsWithoutAWalk) {
  const Value range = make_range(INT64_MIN, INT64_MAX, 2);
  const auto has = [&](const Value& needle) {
    Evaluator evaluator;
    return ops::contains(range, needle, evaluator);
  };
  EXPECT_TRUE(has(0));
  EXPECT_TRUE(has(2.0));
  EXPECT_TRUE(has(INT64_MAX - 1));
  EXPECT_FALSE(has(1));
  EXPECT_FALSE(has(true));
  EXPECT_FALSE(has(0.5));
  EXPECT_FALSE(has(kNan));
  EXPECT_FALSE(has("0"));
  EXPECT_EQ(range.as_object().item(0).as_int(), INT64_MIN);
  EXPECT_EQ(range.as_object().item(-1).as_int(), INT64_MAX - 1);
  EXPECT_TRUE(make_range(0, 3, 1).as_object().item(3).is_undefined());
  EXPECT_TRUE(make_range(0, 3, 1).as_object().item(-4).is_undefined());
  EXPECT_TRUE(make_range(0, 3, 1).as_object().item(INT64_MIN).is_undefined());
}

TEST(Range, ComparesByItsItems) {
  EXPECT_EQ(make_range(0, 0, 1), make_range(2, 1, 1));
  EXPECT_EQ(make_range(0, 3, 2), make_range(0, 4, 2));
  EXPECT_EQ(make_range(0, 3, 2).hash(), make_range(0, 4, 2).hash());
  EXPECT_EQ(make_range(1, 2, 1), make_range(1, 3, 5));
  EXPECT_NE(make_range(0, 3, 1), make_range(0, 4, 1));
  EXPECT_NE(make_range(0, 3, 1), Value::list({0, 1, 2}));
}

TEST(Range, ChecksItsArguments) {
  const auto error = [](std::initializer_list<Value> arguments) {
    return error_of([&] { range_of({{arguments.begin(), arguments.size()}, {}, nullptr}); });
  };
  EXPECT_EQ(error({}), "TypeError: range expected at least 1 argument, got 0");
  EXPECT_EQ(error({1, 2, 3, 4}), "TypeError: range expected at most 3 arguments, got 4");
  EXPECT_EQ(error({1, 2, 0}), "ValueError: range() arg 3 must not be zero");
  EXPECT_EQ(error({"a"}), "TypeError: 'str' object cannot be interpreted as an integer");
  EXPECT_EQ(error({1.0}), "TypeError: 'float' object cannot be interpreted as an integer");
  EXPECT_EQ(error({1, nullptr}), "TypeError: 'NoneType' object cannot be interpreted as an integer");
  const Value one = true;
  EXPECT_EQ(range_of({{&one, 1}, {}, nullptr}).repr(), "range(0, 1)");
}

TEST(DictViews, AreLive) {
  Value dict = Value::dict({{"a", 1}});
  const Value keys = dict_keys(dict), values = dict_values(dict), items = dict_items(dict);
  dict.set("b", "x");
  EXPECT_EQ(keys.repr(), "dict_keys(['a', 'b'])");
  EXPECT_EQ(values.repr(), "dict_values([1, 'x'])");
  EXPECT_EQ(items.repr(), "dict_items([('a', 1), ('b', 'x')])");
  EXPECT_EQ(keys.size(), 2u);
  EXPECT_EQ(list_of(items).repr(), "[('a', 1), ('b', 'x')]");
  EXPECT_EQ(reversed_list(items).repr(), "[('b', 'x'), ('a', 1)]");
  dict.clear();
  EXPECT_FALSE(keys.truthy());
}

TEST(DictViews, AnswerMembershipAndEquality) {
  Evaluator evaluator;
  const Value dict = Value::dict({{"a", 1}, {"b", 2}});
  const Value turned = Value::dict({{"b", 2}, {"a", 1}});
  EXPECT_TRUE(ops::contains(dict_keys(dict), "a", evaluator));
  EXPECT_FALSE(ops::contains(dict_keys(dict), 1, evaluator));
  EXPECT_TRUE(ops::contains(dict_values(dict), 2.0, evaluator));
  EXPECT_TRUE(ops::contains(dict_items(dict), Value::tuple({"a", 1}), evaluator));
  EXPECT_FALSE(ops::contains(dict_items(dict), Value::tuple({"a", 2}), evaluator));
  EXPECT_FALSE(ops::contains(dict_items(dict), Value::list({"a", 1}), evaluator));
  EXPECT_EQ(dict_keys(dict), dict_keys(turned));
  EXPECT_EQ(dict_items(dict), dict_items(turned));
  EXPECT_NE(dict_values(dict), dict_values(dict));
  EXPECT_NE(dict_keys(dict), dict_keys(Value::dict({{"a", 1}})));
  EXPECT_EQ(error_of([&] { dict_keys(dict).hash(); }), "TypeError: unhashable type: 'dict_keys'");
}

TEST(DictViews, ThatHoldThemselvesAreRefused) {
  Value dict = Value::dict();
  dict.set("self", dict_values(dict));
  EXPECT_THROW(dict.repr(), RecursionError);
  Value other = Value::dict({{"self", nullptr}});
  other.set("self", dict_items(other));
  Value same = Value::dict({{"self", nullptr}});
  same.set("self", dict_items(same));
  EXPECT_THROW((void)(other == same), RecursionError);
  EXPECT_THROW(dict.freeze(), RecursionError);
  dict.clear();
  other.clear();
  same.clear();
}

TEST(DictViews, AChainOfThemIsFreedOneAfterAnother) {
  Value chain = Value::dict();
  for (int i = 0; i < 100000; ++i) chain = dict_values(Value::dict({{"next", chain}}));
  EXPECT_THROW(chain.repr(), RecursionError);
}

class Countdown final : public ValueIterator {
 public:
  explicit Countdown(int from) : left_(from) {}
  bool next(Value& out) override {
    if (left_ == 0) return false;
    out = left_--;
    return true;
  }

 private:
  int left_;
};

class Endless final : public ValueIterator {
 public:
  bool next(Value& out) override {
    out = 1;
    return true;
  }
};

class Through final : public ValueIterator {
 public:
  explicit Through(const Value& items) : items_(iterate(items)) {}
  bool next(Value& out) override { return items_->next(out); }

 private:
  Owned<ValueIterator> items_;
};

TEST(Generator, IsWalkedOnce) {
  const Value generator = make_generator("generator", std::make_unique<Countdown>(3));
  EXPECT_EQ(generator.repr(), "<generator object>");
  EXPECT_TRUE(generator.truthy());
  EXPECT_EQ(error_of([&] { (void)generator.size(); }), "TypeError: object of type 'generator' has no len()");
  Value item;
  ASSERT_TRUE(iterate(generator)->next(item));
  EXPECT_EQ(item, Value(3));
  EXPECT_EQ(list_of(generator).repr(), "[2, 1]");
  EXPECT_EQ(list_of(generator).repr(), "[]");
}

TEST(Generator, WithoutAnEndOrTooDeepIsRefused) {
  Evaluator evaluator;
  evaluator.set_limits(1 << 20, UINT64_MAX);
  EXPECT_THROW(to_list(make_generator("generator", std::make_unique<Endless>()), evaluator), LimitError);
  Value deep = make_generator("generator", std::make_unique<Countdown>(3));
  for (int i = 0; i < 100000; ++i) deep = make_generator("generator", std::make_unique<Through>(deep));
  EXPECT_THROW(list_of(deep), RecursionError);
}

TEST(Reversed, TurnsWhatPythonTurns) {
  const struct {
    Value value;
    const char* type;
    const char* expected;
  } cases[] = {
      {Value::list({1, 2}), "list_reverseiterator", "[2, 1]"},
      {Value::tuple({1, 2}), "reversed", "[2, 1]"},
      {"a\u20ac\U0001F600", "reversed", "['\U0001F600', '\u20ac', 'a']"},
      {Value::markup("<b"), "reversed", "[Markup('b'), Markup('<')]"},
      {Value::bytes("ab"), "reversed", "[98, 97]"},
      {Value::dict({{"a", 1}, {"b", 2}}), "dict_reversekeyiterator", "['b', 'a']"},
      {make_range(0, 10, 3), "range_iterator", "[9, 6, 3, 0]"},
      {dict_values(Value::dict({{"a", 1}, {"b", 2}})), "dict_reversevalueiterator", "[2, 1]"},
      {Value(), "reversed", "[]"},
  };
  Evaluator evaluator;
  for (const auto& c : cases) {
    EXPECT_EQ(reversed(c.value, evaluator).type_name(), c.type);
    EXPECT_EQ(reversed_list(c.value).repr(), c.expected);
  }
  EXPECT_EQ(error_of([&] { reversed(1, evaluator); }), "TypeError: 'int' object is not reversible");
  EXPECT_EQ(error_of([&] { reversed(reversed("a", evaluator), evaluator); }),
            "TypeError: 'reversed' object is not reversible");
}

}  // namespace
}  // namespace retort
