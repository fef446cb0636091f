// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/template.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"

namespace retort::jinja {
namespace {

using Sources = std::initializer_list<std::pair<std::string, std::string>>;
using Pieces = std::vector<std::string>;

Options with_templates(Sources templates) {
  Options out;
  out.loader = std::make_unique<DictLoader>(templates);
  return out;
}

TEST(Template, KnowsItsName) {
  const Environment environment(with_templates({{"a.html", "x"}}));
  const Template loaded = environment.get_template("a.html");
  EXPECT_EQ(loaded.name(), "a.html");
  EXPECT_EQ(loaded.filename(), "");
  EXPECT_EQ(&loaded.environment(), &environment);
  EXPECT_TRUE(loaded.is_up_to_date());
  const Template copy = loaded;
  EXPECT_EQ(copy.render(), "x");
  EXPECT_EQ(environment.from_string("y").name(), "");
  EXPECT_TRUE(environment.from_string("y").is_up_to_date());
}

TEST(Template, RenderToAppendsAndLeavesNothingOfAFailure) {
  const Environment environment;
  std::string out = "before ";
  environment.from_string("{{ x }}").render_to(out, Value::dict({{"x", 1}}));
  EXPECT_EQ(out, "before 1");
  EXPECT_THROW(environment.from_string("text {{ x.y.z }}").render_to(out, Value::dict()), UndefinedError);
  EXPECT_EQ(out, "before 1");
}

TEST(Template, TheContextIsNotChanged) {
  const Environment environment;
  const Value context = Value::dict({{"x", 1}});
  EXPECT_EQ(environment.from_string("{% set x = 2 %}{% set y = 3 %}{{ x }}{{ y }}").render(context), "23");
  EXPECT_EQ(context, Value::dict({{"x", 1}}));
}

TEST(Template, AsAValue) {
  const Environment environment(
      with_templates({{"page", "{% extends layout %}{% block a %}1{% endblock %}"}}));
  const Template layout = environment.from_string("<{% block a %}{% endblock %}>");
  EXPECT_EQ(environment.get_template("page").render({{"layout", layout.as_value()}}), "<1>");
  EXPECT_EQ(environment.from_string("{% include part %}").render({{"part", layout.as_value()}}), "<>");
  EXPECT_EQ(Template::from_value(Value("page")), nullptr);
}

// Streams.

Pieces generate(const Template& from, const Value& context, std::size_t piece_bytes) {
  Pieces out;
  from.generate(
      context, [&](std::string_view piece) { out.emplace_back(piece); }, piece_bytes);
  return out;
}

std::string join(const Pieces& pieces) {
  std::string out;
  for (const std::string& piece : pieces) out += piece;
  return out;
}

TEST(Generate, HandsOutPiecesAsTheyFill) {
  const Environment environment;
  const Template rows = environment.from_string("{% for i in range(10) %}row {{ i }}\n{% endfor %}end");
  const Pieces pieces = generate(rows, Value::dict(), 12);
  EXPECT_EQ(join(pieces), rows.render());
  ASSERT_GT(pieces.size(), 4u);
  EXPECT_EQ(pieces[0], "row 0\nrow 1\n");
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) EXPECT_GE(pieces[i].size(), 12u);
  EXPECT_EQ(generate(rows, Value::dict(), 1000).size(), 1u);
  EXPECT_TRUE(generate(environment.from_string(""), Value::dict(), 12).empty());
}

TEST(Generate, ThroughBlocksIncludesAndMacros) {
  const Environment environment(with_templates(
      {{"page",
        "{% extends 'layout' %}{% macro m(n) %}[{{ n }}{{ caller() }}]{% endmacro %}{% block body %}"
        "{% include 'part' %}{% call m(1) %}called{% endcall %}{{ super() }}"
        "{% filter upper %}filtered {% include 'part' %}{% endfilter %}{% set x %}captured{% endset %}{{ x }}"
        "{% for i in [1, [2]] recursive %}{{ loop(i) if i is iterable else i }}{% endfor %}{% endblock %}"},
       {"layout", "head {% block body %}inherited{% endblock %} foot"},
       {"part", "a part with a text that is longer than a piece"}}));
  const Template page = environment.get_template("page");
  const std::string whole = page.render();
  for (std::size_t size : {1u, 2u, 7u, 16u, 100u, 100'000u}) {
    const Pieces pieces = generate(page, Value::dict(), size);
    EXPECT_EQ(join(pieces), whole) << size;
    if (size < 8) {
      EXPECT_GT(pieces.size(), 5u) << size;
    }
  }
}

TEST(Generate, WhatWasHandedOutBeforeAnErrorStaysOut) {
  const Environment environment;
  Pieces out;
  const Template failing = environment.from_string("first{{ 'second' }}{{ x.y.z }}");
  EXPECT_THROW(failing.generate(
                   Value::dict(), [&](std::string_view piece) { out.emplace_back(piece); }, 1),
               UndefinedError);
  EXPECT_EQ(join(out), "firstsecond");
}

TEST(Generate, ASinkThatFailsEndsIt) {
  struct Gone {};
  const Environment environment;
  const Template rows = environment.from_string("{% for i in range(1000) %}row {{ i }}\n{% endfor %}");
  int calls = 0;
  const auto sink = [&](std::string_view) {
    if (++calls == 3) throw Gone{};
  };
  EXPECT_THROW(rows.generate(Value::dict(), sink, 10), Gone);
  EXPECT_EQ(calls, 3);
}

TEST(Generate, TheOutputLimitCountsAllPieces) {
  Options options;
  options.limits.output_bytes = 100;
  const Environment environment(std::move(options));
  const Template rows = environment.from_string("{% for i in range(n) %}0123456789{% endfor %}");
  for (const std::size_t piece : {1u, 10u, 15u, 1000u}) {
    EXPECT_EQ(join(generate(rows, Value::dict({{"n", 10}}), piece)).size(), 100u) << piece;
    std::size_t size = 0;
    try {
      rows.generate(
          Value::dict({{"n", 1000}}), [&](std::string_view text) { size += text.size(); }, piece);
      ADD_FAILURE() << piece;
    } catch (const TemplateRuntimeError& error) {
      EXPECT_STREQ(error.name(), "LimitError");
    }
    EXPECT_LE(size, 110u) << piece;
  }
  EXPECT_EQ(rows.render({{"n", 10}}).size(), 100u);
  EXPECT_THROW(rows.render({{"n", 11}}), TemplateRuntimeError);
}

// Modules.

TEST(Module, HasExportedVariablesAndMacros) {
  const Environment environment;
  const TemplateModule module =
      environment
          .from_string(
              "a{% macro f(x, y=2) %}<{{ x }}{{ y }}{{ z }}>{% endmacro %}{% set v = [1, 'longer than inline "
              "text'] %}"
              "{% set _p = 1 %}{{ v[0] }}{% for i in v %}{% set inner = 1 %}{% endfor %}")
          .make_module(Value::dict({{"z", "!"}}));
  EXPECT_EQ(module.names(), (std::vector<std::string>{"f", "v"}));
  EXPECT_EQ(module.text(), "a1");
  EXPECT_EQ(module.get("v"), Value::list({1, "longer than inline text"}));
  EXPECT_TRUE(module.get("_p").is_undefined());
  EXPECT_TRUE(module.get("nothing").is_undefined());
  EXPECT_EQ(module.call("f", {1}), Value("<12!>"));
  EXPECT_EQ(module.call("f", {1}, {{"y", 3}}), Value("<13!>"));
}

TEST(Module, CallsFailAsInTemplates) {
  const Environment environment;
  const TemplateModule module =
      environment.from_string("{% macro f(x) %}\n{{ x.y.z }}{% endmacro %}{% set v = 1 %}").make_module();
  const auto failure = [&](std::string_view name, std::initializer_list<Value> arguments) -> std::string {
    try {
      module.call(name, arguments);
    } catch (const TemplateError& error) {
      return std::string(error.name()) + ": " + error.message();
    }
    return "no error";
  };
  EXPECT_EQ(failure("f", {Value::dict()}), "UndefinedError: 'dict object' has no attribute 'y'");
  EXPECT_EQ(failure("f", {1, 2}), "TypeError: macro 'f' takes not more than 1 argument(s)");
  EXPECT_EQ(failure("g", {}), "UndefinedError: the template does not export 'g'");
  EXPECT_EQ(failure("v", {}), "TypeError: 'int' object is not callable");
}

TEST(Module, MacrosEscapeAsTheirTemplateDoes) {
  Options options = with_templates({{"m.html", "{% macro f(x) %}<b>{{ x }}</b>{% endmacro %}"}});
  options.autoescape = select_autoescape();
  const Environment environment(std::move(options));
  const TemplateModule module = environment.get_template("m.html").make_module();
  const Value html = module.call("f", {"<"});
  EXPECT_TRUE(html.is_markup());
  EXPECT_EQ(html.str(), "<b>&lt;</b>");
}

TEST(Module, MovesAndOutlivesItsTemplate) {
  const Environment environment;
  std::vector<TemplateModule> modules;
  for (int i = 0; i < 3; ++i) {
    const std::string n = std::to_string(i);
    modules.push_back(
        environment
            .from_string("{% macro f() %}" + n + "{{ g() }}{% endmacro %}{% macro g() %}g{% endmacro %}")
            .make_module());
  }
  std::string text;
  for (const TemplateModule& module : modules) text += module.call("f", {}).str();
  EXPECT_EQ(text, "0g1g2g");
}

// Native values.

TEST(Native, ValuesInsteadOfText) {
  Environment environment;
  const Value context = Value::dict({{"n", 1},
                                     {"s", "7"},
                                     {"x", "abc"},
                                     {"l", Value::list({1, 2})},
                                     {"none", nullptr},
                                     {"f", 1.5},
                                     {"b", true},
                                     {"d", Value::dict({{"a", 1}})},
                                     {"t", Value::tuple({1, "a"})},
                                     {"q", "it's"}});
  // The repr of what Jinja's NativeEnvironment gives.
  const std::pair<const char*, const char*> cases[] = {
      {"", "None"},
      {"{{ n }}", "1"},
      {"{{ s }}", "7"},
      {"{{ x }}", "'abc'"},
      {"{{ l }}", "[1, 2]"},
      {"{{ n }}{{ n }}", "11"},
      {"{{ n }}{{ s }}", "17"},
      {"a{{ n }}", "'a1'"},
      {"{{ l }} ", "[1, 2]"},
      {" {{ n }}", "' 1'"},
      {"{{ n }} ", "1"},
      {"{{ none }}", "None"},
      {"[{{ n }}, {{ f }}]", "[1, 1.5]"},
      {"{{ d }}", "{'a': 1}"},
      {"{{ t }}", "(1, 'a')"},
      {"({{ n }})", "1"},
      {"{{ n }},{{ n }}", "(1, 1)"},
      {"-{{ n }}", "-1"},
      {"--{{ n }}", "'--1'"},
      {"+{{ n }}", "1"},
      {"+{{ b }}", "'+True'"},
      {"{{ b }}", "True"},
      {"true", "'true'"},
      {"True", "True"},
      {"{{ \"None\" }}", "None"},
      {"none", "'none'"},
      {"'{{ x }}'", "'abc'"},
      {"'a' 'b'", "'ab'"},
      {"\"\\n\"", "'\\n'"},
      {"{'k': [1, 2]}", "{'k': [1, 2]}"},
      {"{}", "{}"},
      {"()", "()"},
      {"[]", "[]"},
      {"[1,]", "[1]"},
      {"1_000", "1000"},
      {"0x1f", "31"},
      {"0o17", "15"},
      {"0b11", "3"},
      {"017", "'017'"},
      {"1.", "1.0"},
      {".5", "0.5"},
      {"1e3", "1000.0"},
      {"1E-2", "0.01"},
      {"1+2", "'1+2'"},
      {"1 # comment", "1"},
      {"# comment", "'# comment'"},
      {"1\n2", "'1\\n2'"},
      {"b'x'", "b'x'"},
      {"r'\\n'", "'\\\\n'"},
      {"u'x'", "'x'"},
      {"f'x'", "\"f'x'\""},
      {"\"unclosed", "'\"unclosed'"},
      {"[1, 2", "'[1, 2'"},
      {"x", "'x'"},
      {"{{ x }} {{ x }}", "'abc abc'"},
      {"{% for i in l %}{{ i }}{% endfor %}", "12"},
      {"{% for i in l %}{{ i }},{% endfor %}", "(1, 2)"},
      {"{% if n %}{{ l }}{% endif %}", "[1, 2]"},
      {"{% set y = 3 %}{{ y }}", "3"},
      {"{{ q }}", "\"it's\""},
      {"{{ \"'a'\" }}", "'a'"},
      {"{{ [n, s] }}", "[1, '7']"},
      {"{{ n }}{# c #}", "1"},
      {"{{ \"1\" ~ \"2\" }}", "12"},
      {"{{ x|upper }}", "'ABC'"},
      {"{{ l|map(\"string\")|list }}", "['1', '2']"},
      {"{% macro f() %}5{% endmacro %}{{ f() }}", "5"},
      {"{% macro f() %}{{ l }}{% endmacro %}{{ f() }}", "[1, 2]"},
      {"{% block a %}{{ l }}{% endblock %}", "[1, 2]"},
      {"{% set z %}4{% endset %}{{ z }}", "4"},
      {"{% filter upper %}a{% endfilter %}", "'A'"},
      {"[1] [2]", "'[1] [2]'"},
      {"{\"a\": 1}[\"a\"]", "'{\"a\": 1}[\"a\"]'"},
      {"not 1", "'not 1'"},
      {"inf", "'inf'"},
      {"nan", "'nan'"},
      {"1 if 1 else 2", "'1 if 1 else 2'"},
      {"'a' * 3", "\"'a' * 3\""},
      {"\"\\x41\\u00e4\"", "'Aä'"},
      {"'''a'''", "'a'"},
      {"[True, None]", "[True, None]"},
      {"{{ f }}{{ f }}", "'1.51.5'"},
      {"1__0", "'1__0'"},
      {"{\"a\": 1, \"a\": 2}", "{'a': 2}"},
      {"\t1", "'\\t1'"},
      {"1\t", "1"},
      {"(1,)", "(1,)"},
      {"\"a\"\n\"b\"", "'\"a\"\\n\"b\"'"},
      {"(\"a\"\n\"b\")", "'ab'"},
      {"-\"a\"", "'-\"a\"'"},
      {"-[1]", "'-[1]'"},
      {"- 1", "-1"},
      {"-\n1", "'-\\n1'"},
      {"[-1, +2.5]", "[-1, 2.5]"},
      {"0", "0"},
      {"00", "0"},
      {"0_0", "0"},
      {"1_", "'1_'"},
      {"True1", "'True1'"},
      {"None,", "(None,)"},
      {"\"a\" \"b\" 1", "'\"a\" \"b\" 1'"},
      {"1;", "'1;'"},
      {"[1,\n 2]", "[1, 2]"},
      {"[1, # one\n 2]", "[1, 2]"},
      {"{% macro f() %}5{% endmacro %}{{ f() + 1 }}", "6"},
      {"{% set z %}4{% endset %}{{ z + 1 }}", "5"},
      {"{% macro f() %}{{ l }}{% endmacro %}{{ f()[1] }}", "2"},
      {"{% macro f() %}{{ caller() + 1 }}{% endmacro %}{% call f() %}{{ n }}{% endcall %}", "2"},
      {"{% block a %}{{ n }}{% endblock %}{{ self.a() + 1 }}", "12"},
      {"99999999999999999999", "'99999999999999999999'"},
      {"'\\q'", "'\\\\q'"},
      {"\"\\101\"", "'A'"},
      {"'a\nb'", "\"'a\\nb'\""},
      {"'''a\nb'''", "'a\\nb'"},
      {"rb'x'", "b'x'"},
      {"b'\\xff'", "b'\\xff'"},
      {"[b'a', 'b']", "[b'a', 'b']"},
      {"'a' b'b'", "\"'a' b'b'\""},
      {"(((1)))", "1"},
      {"((1,), [2, {3: 4}])", "((1,), [2, {3: 4}])"},
      {"{1: 2}", "{1: 2}"},
      {"{1: 2,}", "{1: 2}"},
      {"{,}", "'{,}'"},
      {"(,)", "'(,)'"},
      {"[,]", "'[,]'"},
      {"1 ,", "(1,)"},
      {"-0", "0"},
      {"0.0", "0.0"},
      {"-0.0", "-0.0"},
      {"00.5", "0.5"},
      {"0e0", "0.0"},
      {"1e", "'1e'"},
      {"1.e2", "100.0"},
      {"0x", "'0x'"},
      {"0b2", "'0b2'"},
      {"0xG", "'0xG'"},
      {"1a", "'1a'"},
      {"a1", "'a1'"},
  };
  for (const auto& [source, expected] : cases)
    EXPECT_EQ(environment.from_string(source).render_native(context).repr(), expected) << source;
}

TEST(Template, BracesAreMembersWhereverAContextIsTaken) {
  const Environment environment;
  const Template page = environment.from_string("{{ n }}{% set v = n %}");
  EXPECT_EQ(page.render({{"n", 1}}), "1");
  EXPECT_EQ(page.render_native({{"n", 1}}), Value(1));
  EXPECT_EQ(page.make_module({{"n", 1}}).get("v"), Value(1));
  std::string out;
  page.generate({{"n", 1}}, [&](std::string_view piece) { out += piece; });
  EXPECT_EQ(out, "1");
  EXPECT_EQ(environment.compile_expression("n + 1")({{"n", 1}}), Value(2));
}

TEST(Native, TheResultOutlivesTheRender) {
  const Environment environment;
  Value result;
  {
    const Value context = Value::dict({{"l", Value::list({"a text that is longer than a value"})}});
    result = environment.from_string("{{ l }}").render_native(context);
  }
  EXPECT_EQ(result, Value::list({"a text that is longer than a value"}));
}

TEST(Template, OutputIsBoundedWithoutWhatWasThereBefore) {
  Options options;
  options.limits.output_bytes = 100;
  const Environment environment(std::move(options));
  const std::string before(1000, 'b');
  std::string out = before;
  const std::string source = "{% for i in range(n) %}x{{ 1 }}{% endfor %}";
  environment.from_string(source).render_to(out, Value::dict({{"n", 50}}));
  EXPECT_EQ(out.size(), 1100u);
  out = before;
  EXPECT_THROW(environment.from_string(source).render_to(out, Value::dict({{"n", 51}})),
               TemplateRuntimeError);
  EXPECT_EQ(out, before);
}

}  // namespace
}  // namespace retort::jinja
