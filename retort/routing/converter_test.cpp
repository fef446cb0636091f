// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/converter.h"

#include <cmath>

#include <gtest/gtest.h>

#include "retort/routing/adapter.h"
#include "retort/routing/detail/python_text.h"

namespace retort::routing {
namespace {

TEST(ConverterArguments, AreReadAsPythonReadsThem) {
  const auto read = parse_converter_arguments("1, -, ");
  EXPECT_TRUE(read.ok());  // what cannot be read at the end is nothing, as in Werkzeug

  const auto some = parse_converter_arguments("1, 'x', \"a,b\", 1.5, True, None, key=False, min = 3,s='q'");
  ASSERT_TRUE(some.ok());
  const std::vector<Variable> expected = {1, "x", "a,b", 1.5, true, nullptr};
  EXPECT_EQ(some->positional, expected);
  EXPECT_EQ(some->named, (Variables{{"key", false}, {"min", 3}, {"s", "q"}}));
}

TEST(ConverterArguments, KeepWerkzeugsOddities) {
  // "." in its patterns is any character.
  EXPECT_EQ(parse_converter_arguments("1,2")->positional, (std::vector<Variable>{"1,2"}));
  EXPECT_EQ(parse_converter_arguments("5x")->positional, (std::vector<Variable>{"5x"}));
  EXPECT_EQ(parse_converter_arguments("10, 20")->positional, (std::vector<Variable>{10, 20}));
  EXPECT_EQ(parse_converter_arguments("a.b")->positional, (std::vector<Variable>{"a.b"}));
}

TEST(ConverterArguments, TellWhatCannotBeRead) {
  for (const char* text : {"signed=True,min=-5", "a,,b", "-5", "a b, c"}) {
    const auto read = parse_converter_arguments(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_NE(read.error().message.find("cannot parse"), std::string::npos);
  }
}

// What building "/<converter:v>" with a value gives.
std::string built(const std::string& converter, const Variable& value) {
  Map map;
  map.add("/<" + converter + ":v>", "e");
  map.compile();
  const auto url = map.bind({.server_name = "example.org"}).try_build("e", {{"v", value}});
  return url ? *url : "error: " + url.error().message;
}

TEST(Converters, WriteValuesAsWerkzeugDoes) {
  const struct {
    const char* converter;
    Variable value;
    const char* url;
  } cases[] = {
      {"int", 5, "/5"},
      {"int", true, "/1"},
      {"int", 1.9, "/1"},
      {"int", -1.9, "/-1"},
      {"int", " 12 ", "/12"},
      {"int(fixed_digits=4)", 5, "/0005"},
      {"int(fixed_digits=4)", -5, "/-005"},
      {"int", WideInteger{"99999999999999999999"}, "/99999999999999999999"},
      {"float", 1.5, "/1.5"},
      {"float", 1, "/1."},
      {"float", 1e20, "/100000000000000000000."},
      {"float", 1e-6, "/0.000001"},
      {"float", "2.5", "/2.5"},
      {"string", "a b/\xc3\xa4?", "/a%20b/%C3%A4%3F"},
      {"string", 1.0, "/1.0"},
      {"string", nullptr,
       "error: Could not build url for endpoint 'e'. Did you forget to specify values ['v']?"},
      {"path", "a/b c", "/a/b%20c"},
      {"any(a,b)", "a", "/a"},
      {"any(b,a)", "c", "error: Could not build url for endpoint 'e': 'c' is not one of 'a', 'b'"},
      {"int", "x", "error: Could not build url for endpoint 'e': 'x' is no integer"},
      {"uuid", "foo", "/foo"},
  };
  for (const auto& c : cases) EXPECT_EQ(built(c.converter, c.value), c.url) << c.converter;
}

TEST(PythonText, WritesFloatsAsReprDoes) {
  const struct {
    double value;
    const char* text;
  } cases[] = {{0.0, "0.0"},
               {-0.0, "-0.0"},
               {1.0, "1.0"},
               {0.1, "0.1"},
               {1e16, "1e+16"},
               {1e15, "1000000000000000.0"},
               {123456.789, "123456.789"},
               {1e-4, "0.0001"},
               {1e-5, "1e-05"},
               {1.5e-7, "1.5e-07"},
               {1e100, "1e+100"},
               {-2.5e22, "-2.5e+22"},
               {HUGE_VAL, "inf"}};
  for (const auto& c : cases) EXPECT_EQ(detail::float_repr(c.value), c.text);
}

TEST(PythonText, ReadsNumbersAsPythonDoes) {
  EXPECT_EQ(detail::python_int(" -1_000 "), "-1000");
  EXPECT_EQ(detail::python_int("007"), "7");
  for (const char* text : {"", "_1", "1_", "1__0", "1.0", "x", "+"})
    EXPECT_FALSE(detail::python_int(text)) << text;
  EXPECT_EQ(detail::python_float("1_0.5e1"), 105.0);
  EXPECT_EQ(detail::python_float("-Infinity"), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(*detail::python_float("nan")));
  for (const char* text : {"", "e5", "1_", "0x1p3", "--1"}) EXPECT_FALSE(detail::python_float(text)) << text;
}

TEST(PythonText, FindsSimilarityAsDifflibDoes) {
  EXPECT_DOUBLE_EQ(detail::similarity("", ""), 1.0);
  EXPECT_DOUBLE_EQ(detail::similarity("abcd", "bcde"), 0.75);
  EXPECT_DOUBLE_EQ(detail::similarity("blog.index", "blog.idnex"), 0.9);
  EXPECT_DOUBLE_EQ(detail::similarity("abc", "xyz"), 0.0);
}

TEST(Variable, ComparesAsPythonDoes) {
  EXPECT_EQ(Variable(1), Variable(1.0));
  EXPECT_EQ(Variable(true), Variable(1));
  EXPECT_FALSE(Variable("1") == Variable(1));
  EXPECT_EQ(Variable(std::uint64_t{1} << 63).kind(), Variable::Kind::wide_integer);
  EXPECT_EQ((Variable(std::vector<Variable>{1, "a'b", true, nullptr, 2.0})).str(),
            "[1, \"a'b\", True, None, 2.0]");
}

}  // namespace
}  // namespace retort::routing
