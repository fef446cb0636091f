// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/operators.h"

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/value/error.h"
#include "retort/value/markup.h"
#include "retort/value/undefined.h"

namespace retort {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

class Named : public Undefined {
 public:
  std::string message() const override { return "'x' is undefined"; }
};

/// An object with HTML of its own, which knows its items and slices.
class Widget : public Object {
 public:
  std::string_view type_name() const override { return "Widget"; }
  bool append_html(std::string& out) const override {
    out += "<w>";
    return true;
  }
  bool contains(const Value& needle, bool& out) const override {
    out = needle == Value(7);
    return true;
  }
  Value item(const Value& key) const override { return Value::list({key}); }
  Value slice(const Value& start, const Value& stop, const Value&) const override {
    return Value::tuple({start, stop});
  }
};

class Plain : public Object {
 public:
  std::string_view type_name() const override { return "Plain"; }
};

Value undefined_value() { return Value::undefined(std::make_unique<Named>()); }
Value widget() { return Value::object(std::make_unique<Widget>()); }
Value plain() { return Value::object(std::make_unique<Plain>()); }
Value markup(std::string_view html) { return Value::markup(html); }

/// The repr of what `f` returns, or the error that it throws as Python prints it.
template <class F>
std::string result(F&& f) {
  try {
    return Value(f()).repr();
  } catch (const EvaluationError& error) {
    return std::string(error.name()) + ": " + error.what();
  }
}

using Binary = Value (*)(const Value&, const Value&, Evaluator&);
struct BinaryCase {
  Binary function;
  Value a, b;
  std::string_view expected;
};

void check(std::initializer_list<BinaryCase> cases) {
  Evaluator evaluator;
  for (const BinaryCase& c : cases) {
    EXPECT_EQ(result([&] { return c.function(c.a, c.b, evaluator); }), c.expected)
        << c.a.repr() << " and " << c.b.repr();
  }
}

TEST(Operators, AddsAndSubtracts) {
  check({{ops::add, 1, 2, "3"},
         {ops::add, true, true, "2"},
         {ops::add, 1, 2.5, "3.5"},
         {ops::add, INT64_MAX, 1, "OverflowError: the result of '+' does not fit in 64 bits"},
         {ops::subtract, INT64_MIN, 1, "OverflowError: the result of '-' does not fit in 64 bits"},
         {ops::subtract, 1, "a", "TypeError: unsupported operand type(s) for -: 'int' and 'str'"},
         {ops::add, "a", "b", "'ab'"},
         {ops::add, Value::list({1}), Value::list({2}), "[1, 2]"},
         {ops::add, Value::tuple({1}), Value::tuple({2}), "(1, 2)"},
         {ops::add, Value::bytes("a"), Value::bytes("b"), "b'ab'"},
         {ops::add, 1, "a", "TypeError: unsupported operand type(s) for +: 'int' and 'str'"},
         {ops::add, "a", 1, "TypeError: can only concatenate str (not \"int\") to str"},
         {ops::add, Value::list(), Value::tuple(),
          "TypeError: can only concatenate list (not \"tuple\") to list"},
         {ops::add, Value::bytes("a"), "a", "TypeError: can't concat str to bytes"},
         {ops::add, plain(), 1, "TypeError: unsupported operand type(s) for +: 'Plain' and 'int'"},
         {ops::add, "a", undefined_value(), "UndefinedError: 'x' is undefined"},
         {ops::subtract, undefined_value(), 1, "UndefinedError: 'x' is undefined"}});
}

TEST(Operators, TextThatMeetsMarkupIsEscaped) {
  check({{ops::add, markup("<b>"), "<i>", "Markup('<b>&lt;i&gt;')"},
         {ops::add, "<i>", markup("<b>"), "Markup('&lt;i&gt;<b>')"},
         {ops::add, markup("<b>"), markup("<i>"), "Markup('<b><i>')"},
         {ops::add, markup("<b>"), widget(), "Markup('<b><w>')"},
         {ops::add, widget(), markup("<b>"), "Markup('<w><b>')"},
         {ops::add, markup("a"), 1, "TypeError: unsupported operand type(s) for +: 'Markup' and 'int'"},
         {ops::add, Value::list(), markup("a"),
          "TypeError: can only concatenate list (not \"Markup\") to list"},
         {ops::add, "a", widget(), "TypeError: can only concatenate str (not \"Widget\") to str"},
         {ops::multiply, markup("<"), 2, "Markup('<<')"},
         {ops::multiply, 2, markup("<"), "Markup('<<')"},
         {ops::modulo, markup("%s %s"), Value::tuple({"<", widget()}), "Markup('&lt; <w>')"}});
}

TEST(Operators, Multiplies) {
  check({{ops::multiply, 3, 4, "12"},
         {ops::multiply, INT64_MAX, 2, "OverflowError: the result of '*' does not fit in 64 bits"},
         {ops::multiply, 1e300, 1e300, "inf"},
         {ops::multiply, "ab", 2, "'abab'"},
         {ops::multiply, 2, "ab", "'abab'"},
         {ops::multiply, "ab", true, "'ab'"},
         {ops::multiply, "ab", -1, "''"},
         {ops::multiply, Value::list({1, 2}), 2, "[1, 2, 1, 2]"},
         {ops::multiply, Value::list(), INT64_MAX, "[]"},
         {ops::multiply, "", INT64_MAX, "''"},
         {ops::multiply, 0, Value::tuple({1}), "()"},
         {ops::multiply, "a", "b", "TypeError: can't multiply sequence by non-int of type 'str'"},
         {ops::multiply, 1.5, "a", "TypeError: can't multiply sequence by non-int of type 'float'"},
         {ops::multiply, markup("a"), "b", "TypeError: 'str' object cannot be interpreted as an integer"},
         {ops::multiply, Value::dict(), 2, "TypeError: unsupported operand type(s) for *: 'dict' and 'int'"},
         {ops::multiply, "a", undefined_value(), "UndefinedError: 'x' is undefined"}});
}

TEST(Operators, WhatWouldBeTooLargeIsNotMade) {
  check({{ops::multiply, "ab", INT64_MAX, "LimitError: a result of 18446744073709551614 bytes is too large"},
         {ops::multiply, Value::list({1, 2}), INT64_MAX,
          "LimitError: a result of 18446744073709551615 bytes is too large"}});
  Evaluator evaluator;
  evaluator.set_limits(100, 10);
  EXPECT_THROW(ops::multiply("a", 101, evaluator), LimitError);
  EXPECT_EQ(ops::multiply("a", 60, evaluator).size(), 60u);
  const Value text(std::string(41, 'x'));
  EXPECT_THROW(ops::add(text, "", evaluator), LimitError);
  EXPECT_THROW(ops::slice(text, nullptr, nullptr, nullptr, evaluator), LimitError);
  const Value parts = Value::list({text});
  EXPECT_THROW(ops::concatenate(parts.items(), false, evaluator), LimitError);
  const Value many = ops::multiply(Value::list({1}), 11, *std::make_unique<Evaluator>());
  EXPECT_THROW(ops::contains(many, 2, evaluator), LimitError);
}

TEST(Operators, DividesTowardsMinusInfinity) {
  check(
      {{ops::divide, 7, 2, "3.5"},
       {ops::divide, 9007199254740993, 9007199254740992, "1.0"},
       {ops::divide, INT64_MIN, 3, "-3.0744573456182584e+18"},
       {ops::divide, 9223372036854775807, 9223372036854775806, "1.0"},
       {ops::divide, 0, INT64_MIN, "-0.0"},
       {ops::floor_divide, 7, -2, "-4"},
       {ops::floor_divide, -7, 2, "-4"},
       {ops::floor_divide, -7.5, 2, "-4.0"},
       {ops::floor_divide, -0.0, 1, "-0.0"},
       {ops::floor_divide, 1.0, kInf, "0.0"},
       {ops::floor_divide, -1.0, kInf, "-1.0"},
       {ops::floor_divide, kInf, 1, "nan"},
       {ops::floor_divide, INT64_MIN, -1, "OverflowError: the result of '//' does not fit in 64 bits"},
       {ops::modulo, 7, -3, "-2"},
       {ops::modulo, -7, 3, "2"},
       {ops::modulo, INT64_MIN, -1, "0"},
       {ops::modulo, -1.0, 3, "2.0"},
       {ops::modulo, 1e-300, -1.0, "-1.0"},
       {ops::modulo, -0.0, 3, "0.0"},
       {ops::modulo, -1.0, kInf, "inf"},
       {ops::divide, 1, 0, "ZeroDivisionError: division by zero"},
       {ops::divide, 1, 0.0, "ZeroDivisionError: float division by zero"},
       {ops::floor_divide, 1, false, "ZeroDivisionError: integer division or modulo by zero"},
       {ops::floor_divide, 1.0, 0, "ZeroDivisionError: float floor division by zero"},
       {ops::modulo, 1, 0, "ZeroDivisionError: integer modulo by zero"},
       {ops::modulo, 1.0, 0, "ZeroDivisionError: float modulo"},
       {ops::modulo, Value::list(), "a", "TypeError: unsupported operand type(s) for %: 'list' and 'str'"}});
}

TEST(Operators, RaisesToPowers) {
  check({{ops::power, 2, 62, "4611686018427387904"},
         {ops::power, -2, 63, "-9223372036854775808"},
         {ops::power, 2, 63, "OverflowError: the result of '**' does not fit in 64 bits"},
         {ops::power, 1, INT64_MAX, "1"},
         {ops::power, 0, 0, "1"},
         {ops::power, 2, -2, "0.25"},
         {ops::power, 2, 0.5, "1.4142135623730951"},
         {ops::power, 0, -1, "ZeroDivisionError: 0.0 cannot be raised to a negative power"},
         {ops::power, 0.0, -kInf, "inf"},
         {ops::power, 10.0, 400, "OverflowError: (34, 'Numerical result out of range')"},
         {ops::power, 2.0, -5000, "0.0"},
         {ops::power, 1, "a", "TypeError: unsupported operand type(s) for ** or pow(): 'int' and 'str'"}});
}

TEST(Operators, Signs) {
  EXPECT_EQ(ops::negative(true).repr(), "-1");
  EXPECT_EQ(ops::negative(0.0).repr(), "-0.0");
  EXPECT_EQ(ops::positive(true).repr(), "1");
  EXPECT_EQ(result([] { return ops::negative("a"); }), "TypeError: bad operand type for unary -: 'str'");
  EXPECT_EQ(result([] { return ops::positive(nullptr); }),
            "TypeError: bad operand type for unary +: 'NoneType'");
  EXPECT_EQ(result([] { return ops::negative(undefined_value()); }), "UndefinedError: 'x' is undefined");
  EXPECT_THROW(ops::negative(INT64_MIN), OverflowError);
}

TEST(Operators, OrdersAsPythonDoes) {
  EXPECT_TRUE(ops::less(1, 1.5));
  EXPECT_FALSE(ops::less(std::nan(""), 1));
  EXPECT_FALSE(ops::less_equal(std::nan(""), std::nan("")));
  EXPECT_TRUE(ops::less("a", markup("b")));
  EXPECT_TRUE(ops::less(Value::list({1, 2}), Value::list({1, 2, 0})));
  EXPECT_TRUE(ops::less_equal(Value::tuple({1, 2}), Value::tuple({1, 2})));
  const auto message = [](const Value& a, const Value& b, const char* sign) {
    return result([&] { return ops::less(a, b, sign); });
  };
  EXPECT_EQ(message(1, "a", "<"), "TypeError: '<' not supported between instances of 'int' and 'str'");
  EXPECT_EQ(message("a", 1, ">"), "TypeError: '>' not supported between instances of 'int' and 'str'");
  EXPECT_EQ(message(Value::list({1, 2}), Value::list({1, "a"}), "<="),
            "TypeError: '<=' not supported between instances of 'int' and 'str'");
  EXPECT_EQ(message(Value::dict(), Value::dict(), "<"),
            "TypeError: '<' not supported between instances of 'dict' and 'dict'");
  EXPECT_EQ(message(1, undefined_value(), "<"), "UndefinedError: 'x' is undefined");
  Value deep = Value::list(), other = Value::list();
  for (int i = 0; i < 1000; ++i) {
    deep = Value::list({deep});
    other = Value::list({other});
  }
  EXPECT_THROW(ops::less(deep, other), RecursionError);
}

TEST(Operators, Contains) {
  const struct {
    Value haystack, needle;
    std::string_view expected;
  } cases[] = {
      {"abc", "bc", "True"},
      {"abc", "", "True"},
      {"", "a", "False"},
      {markup("abc"), "a", "True"},
      {"abc", 1, "TypeError: 'in <string>' requires string as left operand, not int"},
      {Value::list({1, "a"}), 1.0, "True"},
      {Value::tuple({Value::list({1})}), Value::list({true}), "True"},
      {Value::dict({{"a", 1}}), "a", "True"},
      {Value::dict({{"a", 1}}), 1, "False"},
      {Value::dict(), Value::list(), "TypeError: unhashable type: 'list'"},
      {Value::bytes("abc"), 98, "True"},
      {Value::bytes("abc"), Value::bytes("bc"), "True"},
      {Value::bytes("abc"), 300, "ValueError: byte must be in range(0, 256)"},
      {Value::bytes("abc"), "a", "TypeError: a bytes-like object is required, not 'str'"},
      {widget(), 7, "True"},
      {widget(), 8, "False"},
      {1, 1, "TypeError: argument of type 'int' is not iterable"},
      {nullptr, 1, "TypeError: argument of type 'NoneType' is not iterable"},
      {Value::list({1}), undefined_value(), "False"},
  };
  Evaluator evaluator;
  for (const auto& c : cases) {
    EXPECT_EQ(result([&] { return ops::contains(c.haystack, c.needle, evaluator); }), c.expected)
        << c.needle.repr() << " in " << c.haystack.repr();
  }
}

TEST(Operators, ASearchInTextIsLinear) {
  Evaluator evaluator;
  const std::string half(500'000, 'a');
  EXPECT_FALSE(ops::contains(half + half, half + "b", evaluator));
}

TEST(Operators, Items) {
  Value large = Value::dict();
  for (int i = 0; i < 20; ++i) large.set(Value(i), i);
  const struct {
    Value object, key;
    std::string_view expected;
  } cases[] = {
      {"abc", 1, "'b'"},
      {"abc", -1, "'c'"},
      {"abc", true, "'b'"},
      {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 1, "'\xe2\x82\xac'"},
      {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", -1, "'\xf0\x9f\x98\x80'"},
      {"abc", 3, "Undefined"},
      {"abc", -4, "Undefined"},
      {"abc", INT64_MIN, "Undefined"},
      {"abc", "a", "Undefined"},
      {markup("<b>"), 0, "Markup('<')"},
      {Value::bytes("a\xff"), 1, "255"},
      {Value::list({1, 2}), -1, "2"},
      {Value::tuple({1, 2}), 2, "Undefined"},
      {Value::list({1, 2}), 1.0, "Undefined"},
      {Value::dict({{"a", 1}}), "a", "1"},
      {Value::dict({{"a", 1}}), Value::list(), "Undefined"},
      {large, Value::list(), "Undefined"},
      {large, 3.0, "3"},
      {widget(), "k", "['k']"},
      {1, 0, "Undefined"},
      {undefined_value(), 0, "UndefinedError: 'x' is undefined"},
      {Value(), 0, "UndefinedError: the value is undefined"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(result([&] { return ops::item(c.object, c.key); }), c.expected)
        << c.object.repr() << "[" << c.key.repr() << "]";
  }
}

TEST(Operators, Slices) {
  const Value none = nullptr;
  const Value text = "h\xc3\xa4llo";
  const Value list = Value::list({0, 1, 2, 3, 4});
  const struct {
    Value object, start, stop, step;
    std::string_view expected;
  } cases[] = {
      {"hello", 1, 3, none, "'el'"},
      {"hello", -3, none, none, "'llo'"},
      {"hello", none, none, -1, "'olleh'"},
      {"hello", none, none, 2, "'hlo'"},
      {text, 1, 3, none, "'\xc3\xa4l'"},
      {text, none, none, -1, "'oll\xc3\xa4h'"},
      {text, none, none, 2, "'hlo'"},
      {text, 3, 0, -2, "'l\xc3\xa4'"},
      {text, 10, none, none, "''"},
      {"hello", INT64_MIN, INT64_MAX, INT64_MAX, "'h'"},
      {"hello", INT64_MAX, INT64_MIN, INT64_MIN, "'o'"},
      {"abc", true, none, none, "'bc'"},
      {markup("<b>"), 1, none, none, "Markup('b>')"},
      {Value::bytes("abc"), 1, none, none, "b'bc'"},
      {list, 1, -1, none, "[1, 2, 3]"},
      {list, none, none, -2, "[4, 2, 0]"},
      {list, 3, 1, none, "[]"},
      {Value::tuple({1, 2, 3}), none, 2, none, "(1, 2)"},
      {widget(), 1, 2, none, "(1, 2)"},
      {list, none, none, 0, "ValueError: slice step cannot be zero"},
      {list, "a", none, none,
       "TypeError: slice indices must be integers or None or have an __index__ method"},
      {Value::dict(), 1, 2, none, "TypeError: unhashable type: 'slice'"},
      {1, 1, 2, none, "TypeError: 'int' object is not subscriptable"},
      {plain(), 1, 2, none, "TypeError: 'Plain' object is not subscriptable"},
      {undefined_value(), 1, 2, none, "UndefinedError: 'x' is undefined"},
  };
  Evaluator evaluator;
  for (const auto& c : cases) {
    EXPECT_EQ(result([&] { return ops::slice(c.object, c.start, c.stop, c.step, evaluator); }), c.expected)
        << c.object.repr() << "[" << c.start.repr() << ":" << c.stop.repr() << ":" << c.step.repr() << "]";
  }
}

TEST(Operators, ConcatenatesAsJinjaDoes) {
  Evaluator evaluator;
  const Value with = Value::list({"<", 1, markup("<b>"), nullptr, undefined_value()});
  const Value without = Value::list({"<", 1.5});
  EXPECT_EQ(ops::concatenate(with.items(), true, evaluator).repr(), "Markup('&lt;1<b>None')");
  EXPECT_EQ(ops::concatenate(with.items(), false, evaluator).repr(), "'<1<b>None'");
  EXPECT_EQ(ops::concatenate(without.items(), true, evaluator).repr(), "'<1.5'");
}

TEST(Operators, ConvertsToIntegers) {
  const struct {
    Value value;
    int base;
    std::string_view expected;
  } cases[] = {
      {"12", 10, "12"},
      {" -1_0\n", 10, "-10"},
      {"\xd9\xa1\xd9\xa2", 10, "12"},  // Arabic digits
      {"\xc2\xa0"
       "7\xe2\x80\x83",
       10, "7"},  // spaces of other scripts
      {"0x1f", 16, "31"},
      {"0x_1f", 0, "31"},
      {"0b1", 16, "177"},
      {"0o17", 0, "15"},
      {"00", 0, "0"},
      {"z", 36, "35"},
      {Value::bytes("12"), 10, "12"},
      {1.9, 10, "1"},
      {-1.9, 10, "-1"},
      {true, 10, "1"},
      {"9223372036854775807", 10, "9223372036854775807"},
      {"-9223372036854775808", 10, "-9223372036854775808"},
      {"9223372036854775808", 10, "OverflowError: an integer beyond 64 bits does not fit a Value"},
      {"010", 0, "ValueError: invalid literal for int() with base 0: '010'"},
      {"1__0", 10, "ValueError: invalid literal for int() with base 10: '1__0'"},
      {"_1", 10, "ValueError: invalid literal for int() with base 10: '_1'"},
      {"1_", 10, "ValueError: invalid literal for int() with base 10: '1_'"},
      {"", 10, "ValueError: invalid literal for int() with base 10: ''"},
      {"+-1", 10, "ValueError: invalid literal for int() with base 10: '+-1'"},
      {"1.5", 10, "ValueError: invalid literal for int() with base 10: '1.5'"},
      {"12", 1, "ValueError: int() base must be >= 2 and <= 36, or 0"},
      {1.5, 16, "TypeError: int() can't convert non-string with explicit base"},
      {kInf, 10, "OverflowError: cannot convert float infinity to integer"},
      {std::nan(""), 10, "ValueError: cannot convert float NaN to integer"},
      {1e300, 10, "OverflowError: an integer beyond 64 bits does not fit a Value"},
      {nullptr, 10,
       "TypeError: int() argument must be a string, a bytes-like object or a real number, not 'NoneType'"},
      {undefined_value(), 10, "UndefinedError: 'x' is undefined"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(result([&] { return ops::to_integer(c.value, c.base); }), c.expected) << c.value.repr();
  }
}

TEST(Operators, ConvertsToReals) {
  const std::pair<Value, std::string_view> cases[] = {
      {"1.5", "1.5"},
      {" 1_0.5_0 ", "10.5"},
      {"\xd9\xa1.\xd9\xa2", "1.2"},
      {"Infinity", "inf"},
      {"-INF", "-inf"},
      {"+nan", "nan"},
      {".5", "0.5"},
      {"5.", "5.0"},
      {"1e5_0", "1e+50"},
      {"1e400", "inf"},
      {"-1e400", "-inf"},
      {"1e-400", "0.0"},
      {"-1e-400", "-0.0"},
      {"0e99999999999999999999", "0.0"},
      {"1e99999999999999999999", "inf"},
      {"5e-324", "5e-324"},
      {Value::bytes("1.5"), "1.5"},
      {true, "1.0"},
      {7, "7.0"},
      {"1e", "ValueError: could not convert string to float: '1e'"},
      {".", "ValueError: could not convert string to float: '.'"},
      {"1_.5", "ValueError: could not convert string to float: '1_.5'"},
      {"0x1p3", "ValueError: could not convert string to float: '0x1p3'"},
      {"nan(1)", "ValueError: could not convert string to float: 'nan(1)'"},
      {"", "ValueError: could not convert string to float: ''"},
      {Value::list(), "TypeError: float() argument must be a string or a real number, not 'list'"},
      {undefined_value(), "UndefinedError: 'x' is undefined"},
  };
  for (const auto& [value, expected] : cases) {
    EXPECT_EQ(result([&] { return ops::to_double(value); }), expected) << value.repr();
  }
}

TEST(Operators, RoundsTheExactValueHalfToEven) {
  const struct {
    double number;
    int digits;
    std::string_view expected;
  } cases[] = {{2.675, 2, "2.67"},
               {2.5, 0, "2.0"},
               {3.5, 0, "4.0"},
               {-0.4, 0, "-0.0"},
               {0.125, 2, "0.12"},
               {1e22, 5, "1e+22"},
               {15, -1, "20.0"},
               {25, -1, "20.0"},
               {5, -1, "0.0"},
               {5.1, -1, "10.0"},
               {-5.1, -1, "-10.0"},
               {999, -1, "1000.0"},
               {1e-10, -1, "0.0"},
               {1.5e300, -300, "2e+300"},
               {1.5e300, -400, "0.0"},
               {5e-324, 324, "5e-324"},
               {kInf, 2, "inf"},
               {std::nan(""), 2, "nan"},
               {1.7e308, -308, "OverflowError: rounded value too large to represent"}};
  for (const auto& c : cases) {
    EXPECT_EQ(result([&] { return ops::round_half_even(c.number, c.digits); }), c.expected)
        << c.number << ", " << c.digits;
  }
}

TEST(Operators, TextIsChargedAsItIsWhenEscaped) {
  const std::string special(50, '<');
  const Value parts[] = {Value::markup(""), special};
  for (const std::size_t bytes : {199u, 200u}) {
    Evaluator evaluator;
    const auto join = [&] {
      evaluator.set_limits(bytes, SIZE_MAX);
      return ops::concatenate({parts, 2}, true, evaluator);
    };
    const auto add = [&] {
      evaluator.set_limits(bytes, SIZE_MAX);
      return ops::add(parts[0], parts[1], evaluator);
    };
    if (bytes < 200) {
      EXPECT_THROW(join(), LimitError);
      EXPECT_THROW(add(), LimitError);
    } else {
      EXPECT_EQ(join(), add());
    }
  }
  EXPECT_EQ(escaped_size("a&b<c>d\"e'"), Markup::escape("a&b<c>d\"e'").view().size());
}

}  // namespace
}  // namespace retort
