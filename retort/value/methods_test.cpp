// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/methods.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "retort/value/error.h"
#include "retort/value/evaluator.h"
#include "retort/value/iterate.h"
#include "retort/value/view_type.h"

namespace retort {
namespace {

using Members = std::initializer_list<Value::Member>;

Value call(const Value& self, const char* name, std::initializer_list<Value> positional = {},
           Members named = {}) {
  Evaluator evaluator;
  return evaluator.call(get_attribute(self, name),
                        {{positional.begin(), positional.size()}, {named.begin(), named.size()}, nullptr});
}

std::string error(const Value& self, const char* name, std::initializer_list<Value> positional = {},
                  Members named = {}) {
  try {
    call(self, name, positional, named);
  } catch (const EvaluationError& e) {
    return std::string(e.name()) + ": " + e.what();
  }
  return "none";
}

TEST(Methods, TablesAreInTheOrderOfTheirNames) {
  using Kind = Value::Kind;
  for (const auto& methods :
       {detail::list_methods(), detail::tuple_methods(), detail::dict_methods(), detail::int_methods(),
        detail::float_methods(), detail::str_methods(), detail::markup_methods(), detail::bytes_methods()}) {
    for (std::size_t i = 1; i < methods.size(); ++i) EXPECT_LT(methods[i - 1].name, methods[i].name);
  }
  EXPECT_EQ(find_method(Kind::list, "nothing"), nullptr);
  EXPECT_EQ(find_method(Kind::none, "append"), nullptr);
  EXPECT_EQ(find_method(Kind::object, "append"), nullptr);
  EXPECT_NE(find_method(Kind::boolean, "bit_length"), nullptr);
  EXPECT_NE(find_method(Kind::markup, "upper"), nullptr);
}

TEST(Methods, ThoseThatMutateAreMarked) {
  const auto names = [](ValueSpan<Method> methods) {
    std::string out;
    for (const Method& method : methods) {
      if (method.mutates) out.append(method.name).append(" ");
    }
    return out;
  };
  EXPECT_EQ(names(detail::list_methods()), "append clear extend insert pop remove reverse sort ");
  EXPECT_EQ(names(detail::dict_methods()), "clear pop popitem setdefault update ");
}

TEST(Methods, ABoundOneIsAValue) {
  Value list = Value::list();
  const Value append = get_attribute(list, "append");
  EXPECT_EQ(append.repr(), "<built-in method append of list object>");
  EXPECT_EQ(append.type_name(), "builtin_function_or_method");
  EXPECT_TRUE(append.as_object().is_callable());
  Evaluator evaluator;
  const Value one = 1;
  EXPECT_TRUE(evaluator.call(append, {{&one, 1}, {}, nullptr}).is_none());
  EXPECT_EQ(list.repr(), "[1]");
  EXPECT_EQ(append, get_attribute(list, "append"));
  EXPECT_NE(append, get_attribute(Value::list({1}), "append"));
  EXPECT_NE(append, get_attribute(list, "clear"));
  EXPECT_EQ(get_attribute("x", "upper").repr(), "<built-in method upper of str object>");
  EXPECT_EQ(get_attribute(Value::markup("x"), "upper").repr(), "<bound method Markup.upper of Markup('x')>");
  EXPECT_TRUE(get_attribute(list, "nothing").is_undefined());
  EXPECT_TRUE(get_attribute(nullptr, "append").is_undefined());
  EXPECT_THROW(get_attribute(Value(), "append"), UndefinedError);
}

TEST(Methods, OfFrozenContainersDoNotChangeThem) {
  Value list = Value::list({1});
  list.freeze();
  EXPECT_EQ(error(list, "append", {2}), "TypeError: a frozen value cannot be changed");
  EXPECT_EQ(error(list, "sort"), "TypeError: a frozen value cannot be changed");
  Value dict = Value::dict({{"a", 1}});
  dict.freeze();
  for (const char* name : {"clear", "popitem"})
    EXPECT_EQ(error(dict, name), "TypeError: a frozen value cannot be changed");
}

TEST(ListMethods, AnswerAsPython) {
  Value list = Value::list({3, 1, 2});
  EXPECT_TRUE(call(list, "extend", {Value::tuple({5, 4})}).is_none());
  EXPECT_EQ(list.repr(), "[3, 1, 2, 5, 4]");
  call(list, "extend", {list});
  EXPECT_EQ(list.repr(), "[3, 1, 2, 5, 4, 3, 1, 2, 5, 4]");
  call(list, "extend", {"ab"});
  EXPECT_EQ(call(list, "pop").as_string(), "b");
  EXPECT_EQ(call(list, "pop", {0}).as_int(), 3);
  EXPECT_EQ(call(list, "pop", {-1}).as_string(), "a");
  EXPECT_EQ(list.repr(), "[1, 2, 5, 4, 3, 1, 2, 5, 4]");
  EXPECT_EQ(call(list, "count", {2.0}).as_int(), 2);
  EXPECT_EQ(call(list, "index", {2}).as_int(), 1);
  EXPECT_EQ(call(list, "index", {2, 2}).as_int(), 6);
  EXPECT_EQ(call(list, "index", {2, -3, 100}).as_int(), 6);
  call(list, "remove", {5});
  call(list, "insert", {0, "first"});
  call(list, "insert", {100, "last"});
  call(list, "insert", {-1, "before"});
  EXPECT_EQ(list.repr(), "['first', 1, 2, 4, 3, 1, 2, 5, 4, 'before', 'last']");
  call(list, "reverse");
  EXPECT_EQ(list.repr(), "['last', 'before', 4, 5, 2, 1, 3, 4, 2, 1, 'first']");
  const Value copy = call(list, "copy");
  call(list, "clear");
  EXPECT_EQ(list.repr(), "[]");
  EXPECT_EQ(copy.size(), 11u);
  call(list, "reverse");
}

TEST(ListMethods, SortByKeyAndInReverse) {
  Value list = Value::list({"bb", "a", "ccc", "dd"});
  call(list, "sort");
  EXPECT_EQ(list.repr(), "['a', 'bb', 'ccc', 'dd']");
  call(list, "sort", {}, {{"reverse", true}});
  EXPECT_EQ(list.repr(), "['dd', 'ccc', 'bb', 'a']");
  const Value rank = Value::dict({{"dd", 1}, {"ccc", 0}, {"bb", 1}, {"a", 0}});
  call(list, "sort", {}, {{"key", get_attribute(rank, "get")}});
  EXPECT_EQ(list.repr(), "['ccc', 'a', 'dd', 'bb']");
  call(list, "sort", {}, {{"key", get_attribute(rank, "get")}, {"reverse", 1}});
  EXPECT_EQ(list.repr(), "['dd', 'bb', 'ccc', 'a']");
  call(list, "sort", {}, {{"key", nullptr}});
  EXPECT_EQ(list.repr(), "['a', 'bb', 'ccc', 'dd']");
  list = Value::list({1});
  EXPECT_EQ(error(list, "sort", {}, {{"key", get_attribute(list, "append")}}),
            "ValueError: list modified during sort");
}

TEST(ListMethods, FailAsPython) {
  const Value list = Value::list({1, 2});
  const Value empty = Value::list();
  EXPECT_EQ(error(list, "append"), "TypeError: list.append() takes exactly one argument (0 given)");
  EXPECT_EQ(error(list, "append", {1, 2}), "TypeError: list.append() takes exactly one argument (2 given)");
  EXPECT_EQ(error(list, "append", {}, {{"x", 1}}), "TypeError: list.append() takes no keyword arguments");
  EXPECT_EQ(error(list, "clear", {1}), "TypeError: list.clear() takes no arguments (1 given)");
  EXPECT_EQ(error(list, "extend", {1}), "TypeError: 'int' object is not iterable");
  EXPECT_EQ(error(list, "index", {"a"}), "ValueError: 'a' is not in list");
  EXPECT_EQ(error(list, "index"), "TypeError: index expected at least 1 argument, got 0");
  EXPECT_EQ(error(list, "index", {1, "a"}),
            "TypeError: slice indices must be integers or have an __index__ method");
  EXPECT_EQ(error(list, "insert", {1}), "TypeError: insert expected 2 arguments, got 1");
  EXPECT_EQ(error(list, "insert", {"a", 1}), "TypeError: 'str' object cannot be interpreted as an integer");
  EXPECT_EQ(error(empty, "pop"), "IndexError: pop from empty list");
  EXPECT_EQ(error(list, "pop", {5}), "IndexError: pop index out of range");
  EXPECT_EQ(error(list, "pop", {std::numeric_limits<std::int64_t>::min()}),
            "IndexError: pop index out of range");
  EXPECT_EQ(error(list, "pop", {1, 2}), "TypeError: pop expected at most 1 argument, got 2");
  EXPECT_EQ(error(list, "remove", {3}), "ValueError: list.remove(x): x not in list");
  EXPECT_EQ(error(list, "sort", {1}), "TypeError: sort() takes no positional arguments");
  EXPECT_EQ(error(list, "sort", {}, {{"foo", 1}}),
            "TypeError: 'foo' is an invalid keyword argument for sort()");
  EXPECT_EQ(error(list, "sort", {}, {{"key", 3}}), "TypeError: 'int' object is not callable");
  EXPECT_EQ(error(list, "sort", {}, {{"reverse", "a"}}),
            "TypeError: 'str' object cannot be interpreted as an integer");
}

TEST(ListMethods, GrowthIsBounded) {
  Value list = Value::list({1});
  Evaluator evaluator;
  evaluator.set_limits(1000, 1000);
  const Value extend = get_attribute(list, "extend");
  EXPECT_THROW(for (int i = 0; i < 100; ++i) evaluator.call(extend, {{&list, 1}, {}, nullptr}), LimitError);
  EXPECT_LE(list.size(), 64u);
}

TEST(TupleMethods, AnswerAsPython) {
  const Value tuple = Value::tuple({1, 2, 1});
  EXPECT_EQ(call(tuple, "count", {1}).as_int(), 2);
  EXPECT_EQ(call(tuple, "index", {1, 1}).as_int(), 2);
  EXPECT_EQ(error(tuple, "index", {5}), "ValueError: tuple.index(x): x not in tuple");
  EXPECT_EQ(error(tuple, "count"), "TypeError: tuple.count() takes exactly one argument (0 given)");
}

TEST(DictMethods, AnswerAsPython) {
  Value dict = Value::dict({{"a", 1}});
  EXPECT_EQ(call(dict, "get", {"a"}).as_int(), 1);
  EXPECT_TRUE(call(dict, "get", {"b"}).is_none());
  EXPECT_EQ(call(dict, "get", {"b", 5}).as_int(), 5);
  EXPECT_EQ(call(dict, "setdefault", {"b", 2}).as_int(), 2);
  EXPECT_EQ(call(dict, "setdefault", {"b", 3}).as_int(), 2);
  EXPECT_TRUE(call(dict, "setdefault", {"c"}).is_none());
  EXPECT_EQ(call(dict, "items").repr(), "dict_items([('a', 1), ('b', 2), ('c', None)])");
  EXPECT_EQ(call(dict, "pop", {"a"}).as_int(), 1);
  EXPECT_EQ(call(dict, "pop", {"a", "gone"}).as_string(), "gone");
  EXPECT_EQ(call(dict, "popitem").repr(), "('c', None)");
  EXPECT_TRUE(call(dict, "update", {Value::dict({{"x", 1}})}, {{"y", 2}}).is_none());
  call(dict, "update", {Value::list({Value::tuple({"z", 3}), "kv"})});
  call(dict, "update", {dict});
  EXPECT_EQ(dict.repr(), "{'b': 2, 'x': 1, 'y': 2, 'z': 3, 'k': 'v'}");
  EXPECT_EQ(call(dict, "fromkeys", {"ab"}).repr(), "{'a': None, 'b': None}");
  EXPECT_EQ(call(dict, "fromkeys", {"ab", 1}).repr(), "{'a': 1, 'b': 1}");
  const Value copy = call(dict, "copy");
  call(dict, "clear");
  EXPECT_EQ(dict.repr(), "{}");
  EXPECT_EQ(copy.size(), 5u);
}

TEST(DictMethods, FailAsPython) {
  const Value dict = Value::dict();
  EXPECT_EQ(error(dict, "get"), "TypeError: get expected at least 1 argument, got 0");
  EXPECT_EQ(error(dict, "get", {Value::list()}), "TypeError: unhashable type: 'list'");
  EXPECT_EQ(error(dict, "get", {}, {{"key", 1}}), "TypeError: dict.get() takes no keyword arguments");
  EXPECT_EQ(error(dict, "pop", {1}), "KeyError: 1");
  EXPECT_EQ(error(dict, "pop", {"a"}), "KeyError: 'a'");
  EXPECT_EQ(error(dict, "popitem"), "KeyError: 'popitem(): dictionary is empty'");
  EXPECT_EQ(error(dict, "setdefault", {Value::list(), 1}), "TypeError: unhashable type: 'list'");
  EXPECT_EQ(error(dict, "update", {1}), "TypeError: 'int' object is not iterable");
  EXPECT_EQ(error(dict, "update", {Value::list({1})}),
            "TypeError: cannot convert dictionary update sequence element #0 to a sequence");
  EXPECT_EQ(error(dict, "update", {Value::list({"ab", "abc"})}),
            "ValueError: dictionary update sequence element #1 has length 3; 2 is required");
  EXPECT_EQ(error(dict, "update", {1, 2}), "TypeError: update expected at most 1 argument, got 2");
  EXPECT_EQ(error(dict, "keys", {1}), "TypeError: dict.keys() takes no arguments (1 given)");
  EXPECT_EQ(error(dict, "nothing"), "UndefinedError: the value is undefined");
}

TEST(DictMethods, PopItemKeepsTheIndexWhole) {
  Value dict = Value::dict();
  for (int i = 0; i < 500; ++i) dict.set(Value(i * 37), i);
  for (int i = 499; i >= 0; --i) {
    EXPECT_EQ(call(dict, "popitem")[1].as_int(), i);
    if (i % 7 == 0) {
      for (int k = 0; k < 500; ++k) ASSERT_EQ(dict.find(Value(k * 37)) != nullptr, k < i) << i << ' ' << k;
    }
  }
  for (int i = 0; i < 20; ++i) dict.set(Value(i), i);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(dict.get(Value(i)), Value(i));
}

TEST(RangeMethods, AnswerAsPython) {
  const Value range = make_range(0, 10, 2);
  EXPECT_EQ(get_attribute(range, "start"), Value(0));
  EXPECT_EQ(get_attribute(range, "stop"), Value(10));
  EXPECT_EQ(get_attribute(range, "step"), Value(2));
  EXPECT_EQ(call(range, "index", {4}).as_int(), 2);
  EXPECT_EQ(call(range, "count", {4}).as_int(), 1);
  EXPECT_EQ(call(range, "count", {"x"}).as_int(), 0);
  EXPECT_EQ(error(range, "index", {5}), "ValueError: 5 is not in range");
  EXPECT_EQ(error(range, "index", {"a"}), "ValueError: sequence.index(x): x not in sequence");
  EXPECT_EQ(error(range, "count"), "TypeError: range.count() takes exactly one argument (0 given)");
}

TEST(DictViewMethods, IsDisjoint) {
  const Value keys = dict_keys(Value::dict({{"a", 1}}));
  EXPECT_EQ(call(keys, "isdisjoint", {Value::list({"b"})}), Value(true));
  EXPECT_EQ(call(keys, "isdisjoint", {"xa"}), Value(false));
  EXPECT_EQ(error(keys, "isdisjoint"),
            "TypeError: dict_keys.isdisjoint() takes exactly one argument (0 given)");
}

// A program's list and dict of two items.
class TwoType final : public ViewType {
 public:
  explicit constexpr TwoType(Shape shape) : shape_(shape) {}
  Shape shape() const override { return shape_; }
  std::string_view type_name() const override { return "Two"; }
  Value copy(const void*) const override {
    return shape_ == Shape::sequence ? Value::list({1, 2}) : Value::dict({{"a", 1}, {"b", 2}});
  }
  Value attribute(const void*, std::string_view name) const override {
    return name == "own" ? Value("mine") : Value();
  }
  Value item(const void* target, const Value& key) const override { return copy(target).get(key); }

 private:
  Shape shape_;
};

TEST(ViewMethods, AreThoseOfAListOrDictThatDoNotMutate) {
  static constexpr TwoType kList(ViewType::Shape::sequence), kDict(ViewType::Shape::mapping),
      kRecord(ViewType::Shape::record);
  const Value list = Value::view(kList, nullptr), dict = Value::view(kDict, nullptr);
  EXPECT_EQ(get_attribute(list, "own"), Value("mine"));
  EXPECT_EQ(call(list, "index", {2}).as_int(), 1);
  EXPECT_EQ(call(dict, "items").repr(), "dict_items([('a', 1), ('b', 2)])");
  EXPECT_EQ(call(dict, "get", {"b"}).as_int(), 2);
  EXPECT_TRUE(get_attribute(list, "append").is_undefined());
  EXPECT_TRUE(get_attribute(dict, "update").is_undefined());
  EXPECT_TRUE(get_attribute(Value::view(kRecord, nullptr), "items").is_undefined());
  Value target = Value::dict();
  call(target, "update", {dict});
  EXPECT_EQ(target.repr(), "{'a': 1, 'b': 2}");
  Evaluator evaluator;
  EXPECT_EQ(to_list(reversed(list, evaluator), evaluator).repr(), "[2, 1]");
}

TEST(NumberMethods, AnswerAsPython) {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  const struct {
    Value self;
    const char* name;
    const char* expected;
  } cases[] = {
      {5, "bit_length", "3"},
      {kMin, "bit_length", "64"},
      {0, "bit_length", "0"},
      {-5, "bit_count", "2"},
      {kMin, "bit_count", "1"},
      {true, "conjugate", "1"},
      {5, "as_integer_ratio", "(5, 1)"},
      {5, "is_integer", "True"},
      {1.5, "as_integer_ratio", "(3, 2)"},
      {-0.75, "as_integer_ratio", "(-3, 4)"},
      {0.0, "as_integer_ratio", "(0, 1)"},
      {0.1, "as_integer_ratio", "(3602879701896397, 36028797018963968)"},
      {4611686018427387904.0, "as_integer_ratio", "(4611686018427387904, 1)"},
      {1.5, "conjugate", "1.5"},
      {1.5, "is_integer", "False"},
      {-2.0, "is_integer", "True"},
      {std::numeric_limits<double>::infinity(), "is_integer", "False"},
      {1.5, "hex", "'0x1.8000000000000p+0'"},
      {0.1, "hex", "'0x1.999999999999ap-4'"},
      {-0.0, "hex", "'-0x0.0p+0'"},
      {5e-324, "hex", "'0x0.0000000000001p-1022'"},
      {std::numeric_limits<double>::infinity(), "hex", "'inf'"},
  };
  for (const auto& c : cases) EXPECT_EQ(call(c.self, c.name).repr(), c.expected) << c.name;
  EXPECT_EQ(error(std::numeric_limits<double>::quiet_NaN(), "as_integer_ratio"),
            "ValueError: cannot convert NaN to integer ratio");
  EXPECT_EQ(error(-std::numeric_limits<double>::infinity(), "as_integer_ratio"),
            "OverflowError: cannot convert Infinity to integer ratio");
  EXPECT_EQ(error(5e-324, "as_integer_ratio"), "OverflowError: the ratio does not fit 64 bits");
  EXPECT_EQ(error(1e300, "as_integer_ratio"), "OverflowError: the ratio does not fit 64 bits");
  EXPECT_EQ(error(5, "bit_length", {1}), "TypeError: int.bit_length() takes no arguments (1 given)");
}

TEST(NumberMethods, NumbersHaveParts) {
  EXPECT_EQ(get_attribute(true, "real").repr(), "1");
  EXPECT_EQ(get_attribute(5, "imag").repr(), "0");
  EXPECT_EQ(get_attribute(5, "numerator").repr(), "5");
  EXPECT_EQ(get_attribute(5, "denominator").repr(), "1");
  EXPECT_EQ(get_attribute(1.5, "real").repr(), "1.5");
  EXPECT_EQ(get_attribute(1.5, "imag").repr(), "0.0");
  EXPECT_TRUE(get_attribute(1.5, "numerator").is_undefined());
}

std::uint64_t steps_of(const Value& self, const char* name, std::initializer_list<Value> arguments) {
  Evaluator evaluator;
  evaluator.set_limits(SIZE_MAX, 1'000'000);
  evaluator.call(get_attribute(self, name), {{arguments.begin(), arguments.size()}, {}, nullptr});
  std::uint64_t left = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 20; bit; bit /= 2) {
    try {
      evaluator.step(bit);
      left += bit;
    } catch (const LimitError&) {  // that many are not left
    }
  }
  return 1'000'000 - left;
}

TEST(Methods, WhatMovesOrComparesItemsTakesSteps) {
  Value list = Value::list();
  for (int i = 0; i < 1000; ++i) list.push_back(i);
  EXPECT_EQ(steps_of(list, "count", {3}), 1000u);
  EXPECT_EQ(steps_of(list, "index", {499}), 500u);
  EXPECT_EQ(steps_of(list, "insert", {0, 7}), 1000u);
  EXPECT_EQ(steps_of(list, "pop", {0}), 1001u);
  EXPECT_EQ(steps_of(list, "pop", {}), 1u);
  EXPECT_EQ(steps_of(list, "remove", {9}), 10u + 990u);
  EXPECT_EQ(steps_of(list, "reverse", {}), 998u);
  Value dict = Value::dict();
  for (int i = 0; i < 1000; ++i) dict.set(i, i);
  EXPECT_EQ(steps_of(dict, "pop", {0}), 999u);
  EXPECT_EQ(steps_of(dict, "pop", {999}), 0u);
  const Value nested = Value::list({list}), other = Value::list({list.copy()});
  EXPECT_GT(steps_of(nested, "count", {other[0]}), 998u);
}

}  // namespace
}  // namespace retort
