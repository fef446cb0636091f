// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/function.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/value/view.h"

namespace retort::jinja {
namespace {

struct Point {
  int x = 0;
  std::optional<double> y;
};
enum class Color { red, green };

std::string plain(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

Value shout(Render& render, const Value& value, std::optional<std::string> mark) {
  return Value(value.str() + mark.value_or("!") + render.resolve("suffix").str());
}

class Functions : public ::testing::Test {
 protected:
  Functions() {
    environment_.add_filter("plain", NativeFunction(plain, {"text", "times"}));
    environment_.add_filter("shout", NativeFunction(shout, {"value", "mark"}));
    environment_.add_filter("half", [](double x) { return x / 2; });
    environment_.add_filter("moved", [](Point point) { return Point{point.x + 1, point.y}; });
    environment_.add_filter("total", [](const std::vector<std::int64_t>& items) {
      std::int64_t sum = 0;
      for (const std::int64_t item : items) sum += item;
      return sum;
    });
    environment_.add_filter("keys", [](const std::map<std::string, int>& map) {
      std::vector<std::string> out;
      for (const auto& [key, value] : map) out.push_back(key);
      return out;
    });
    environment_.add_filter("other",
                            [](Color color) { return color == Color::red ? Color::green : Color::red; });
    environment_.add_filter("byte", [](std::uint8_t byte) { return byte; });
    environment_.add_filter("not", [](bool flag) { return !flag; });
    environment_.add_filter(
        "pair", [](std::pair<int, std::string> pair) { return std::pair(pair.second, pair.first); });
    environment_.add_filter("safe_b", [](const std::string& text) { return Markup("<b>" + text + "</b>"); });
    environment_.add_test("longer", [](std::string_view text, std::optional<int> than) {
      return static_cast<int>(text.size()) > than.value_or(3);
    });
    environment_.add_global("nothing", [] {});
    environment_.add_global("maybe", [](bool yes) { return yes ? std::optional<int>(1) : std::nullopt; });
    environment_.add_global(
        "raw", NativeFunction::raw([](Render&, const CallArguments& arguments) {
          return Value(static_cast<std::int64_t>(10 * arguments.positional.size() + arguments.named.size()));
        }));
    environment_.add_global("escaped", [](Render& render) { return render.autoescape(); });
    environment_.add_global("where", [](Render& render) { return std::string(render.template_name()); });
    environment_.add_global("apply", [](Render& render, const Value& callable, const Value& argument) {
      return render.call(callable, {{&argument, 1}, {}, &render});
    });
  }
  std::string render(std::string_view source) {
    return environment_.from_string(source).render({{"suffix", "?"}});
  }
  std::string failure(std::string_view source) {
    try {
      return "no error: " + render(source);
    } catch (const TemplateError& error) {
      return std::string(error.name()) + ": " + error.message();
    }
  }
  Environment environment_;
};

TEST_F(Functions, ConvertParametersAndResults) {
  const std::pair<const char*, const char*> cases[] = {
      {"{{ 'ab'|plain(2) }}", "abab"},
      {"{{ 'ab'|plain(times=3) }}", "ababab"},
      {"{{ 1|shout }}", "1!?"},
      {"{{ 1|shout('#') }}", "1#?"},
      {"{{ 1|shout(mark='#') }}", "1#?"},
      {"{{ 1|shout(none) }}", "1!?"},
      {"{{ 3|half }} {{ 1.0|half }}", "1.5 0.5"},
      {"{{ {'x': 1, 'y': 2}|moved }}", "{'x': 2, 'y': 2.0}"},
      {"{{ {'x': 1}|moved }} {{ ({'x': 1}|moved).x }}", "{'x': 2, 'y': None} 2"},
      {"{{ [1, 2, 3]|total }} {{ (4, 5)|total }} {{ []|total }}", "6 9 0"},
      {"{{ range(4)|total }} {{ ['1', '2']|map('int')|total }} {{ {1: 2}.keys()|total }}", "6 3 1"},
      {"{{ {'b': 1, 'a': 2}|keys }}", "['a', 'b']"},
      {"{{ 'red'|other }}", "green"},
      {"{{ 255|byte }}", "255"},
      {"{{ true|not }}", "False"},
      {"{{ (1, 'a')|pair }}", "['a', 1]"},
      {"{{ 'abcd' is longer }} {{ 'abc' is longer }} {{ 'a' is longer(0) }}", "True False True"},
      {"{{ nothing() }}", "None"},
      {"{{ maybe(true) }} {{ maybe(false) }}", "1 None"},
      {"{{ raw(1, 2, a=3) }} {{ raw(*[1, 2, 3], **{'x': 1, 'y': 2}) }}", "21 32"},
      {"{{ escaped() }}{% autoescape true %}{{ escaped() }}{% endautoescape %}", "FalseTrue"},
      {"[{{ where() }}]", "[]"},
      {"{% macro m(x) %}<{{ x }}>{% endmacro %}{{ apply(m, 5) }}", "<5>"},
      {"{% autoescape true %}{{ 'x'|safe_b }}{{ '<'|plain(1) }}{% endautoescape %}", "<b>x</b>&lt;"},
      {"{{ ['a', 'b']|map('plain', 2)|join(',') }}", "aa,bb"},
      {"{{ ['abcd', 'a']|select('longer', 2)|list }}", "['abcd']"},
  };
  for (const auto& [source, expected] : cases)
    EXPECT_EQ(failure(source), std::string("no error: ") + expected) << source;
}

TEST_F(Functions, MistakesNameTheFunctionAndTheParameter) {
  const std::pair<const char*, const char*> cases[] = {
      {"{{ 'ab'|plain }}", "TypeError: plain() missing its argument 'times'"},
      {"{{ 'ab'|plain('x') }}", "TypeError: plain(): argument 'times': Not a valid integer."},
      {"{{ 1|plain(2) }}", "TypeError: plain(): argument 'text': Not a valid string."},
      {"{{ 'ab'|plain(1, 2) }}", "TypeError: plain() takes 2 arguments but 3 were given"},
      {"{{ 'ab'|plain(tims=1) }}", "TypeError: plain() got an unexpected keyword argument 'tims'"},
      {"{{ 'ab'|plain(1, times=1) }}", "TypeError: plain() got multiple values for argument 'times'"},
      {"{{ 'ab'|half }}", "TypeError: half(): argument 1: Not a valid number."},
      {"{{ {'y': 1}|moved }}", "TypeError: moved(): argument 1: x: Missing data for required field."},
      {"{{ 'blue'|other }}", "TypeError: other(): argument 1: Must be one of: red, green."},
      {"{{ 256|byte }}", nullptr},
      {"{{ -1|byte }}", nullptr},
      {"{{ 'x' is longer('y') }}", "TypeError: longer(): argument 2: Not a valid integer."},
      {"{{ missing|plain(2) }}", "UndefinedError: 'missing' is undefined"},
      {"{{ [1, 'x']|total }}", "TypeError: total(): argument 1: [1]: Not a valid integer."},
      {"{{ nothing(1) }}", "TypeError: nothing() takes 0 arguments but 1 were given"},
      {"{{ maybe() }}", "TypeError: maybe() missing its argument 1"},
      {"{{ apply(1, 2) }}", "TypeError: 'int' object is not callable"},
  };
  for (const auto& [source, expected] : cases) {
    const std::string got = failure(source);
    if (expected) {
      EXPECT_EQ(got, expected) << source;
    }
    EXPECT_FALSE(got.starts_with("no error")) << source << got;
  }
}

TEST_F(Functions, MistakesSuggestAParameter) {
  try {
    render("{{ 'ab'|plain(tims=1) }}");
    ADD_FAILURE();
  } catch (const TemplateError& error) {
    EXPECT_EQ(error.suggestion(), "times");
  }
}

TEST_F(Functions, ViewsAreConvertedToo) {
  const std::vector<std::int64_t> numbers = {1, 2, 3};
  const std::vector<Point> points = {{1, 2.0}, {3, std::nullopt}};
  environment_.add_filter("sum_x", [](const std::vector<Point>& all) {
    int sum = 0;
    for (const Point& point : all) sum += point.x;
    return sum;
  });
  const Template page = environment_.from_string(
      "{{ numbers|total }} {{ points|sum_x }} {{ points[1:]|sum_x }} {{ (points[0]|moved).x }}");
  EXPECT_EQ(page.render({{"numbers", Value::view(numbers)}, {"points", Value::view(points)}}), "6 4 3 2");
}

TEST_F(Functions, ValuesThatAreNoFunctionsAreGlobals) {
  environment_.add_global("text", "some text");
  environment_.add_global("number", 5);
  EXPECT_EQ(render("{{ text }} {{ number }}"), "some text 5");
}

TEST(FunctionsOfTemplates, KnowWhichTemplateCalls) {
  const std::string part = "a/part/with/a/name/that/is/long/enough.html";
  auto loader = std::make_unique<DictLoader>();
  loader->add("page.html", "{{ where() }} {% include part %} {{ where() }}");
  loader->add(part, "{{ where() }}");
  Options options;
  options.loader = std::move(loader);
  Environment environment(std::move(options));
  environment.add_global("where", [](Render& render) { return std::string(render.template_name()); });
  EXPECT_EQ(environment.get_template("page.html").render({{"part", part}}),
            "page.html " + part + " page.html");
}

TEST_F(Functions, WhatAFunctionThrowsGoesThroughUnchanged) {
  environment_.add_global("fail", [](Render&) -> int { throw std::logic_error("mine"); });
  environment_.add_global("deny", [](Render&) -> int { throw SecurityError("denied"); });
  EXPECT_THROW(render("{{ fail() }}"), std::logic_error);
  EXPECT_EQ(failure("{{ deny() }}"), "SecurityError: denied");
}

}  // namespace
}  // namespace retort::jinja
