// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/detail/builtins.h"

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "retort/jinja/detail/builtin_cases.h"
#include "retort/value/error.h"
#include "retort/value/iterate.h"

namespace retort::jinja {
namespace {

TEST(Builtins, PoliciesChangeFilters) {
  Environment environment;
  environment.set_policy("truncate.leeway", 0);
  environment.set_policy("urlize.rel", nullptr);
  environment.set_policy("urlize.target", "_top");
  environment.set_policy("urlize.extra_schemes", Value::list({"tel:"}));
  environment.set_policy("json.dumps_kwargs",
                         Value::dict({{"ensure_ascii", false}, {"separators", Value::tuple({",", ":"})}}));
  EXPECT_EQ(rendered(environment, "{{ 'abcdef'|truncate(5) }}"), "ab...");
  EXPECT_EQ(rendered(environment, "{{ 'www.a.de tel:1'|urlize }}"),
            "<a href=\"https://www.a.de\" target=\"_top\">www.a.de</a> <a href=\"tel:1\" "
            "target=\"_top\">tel:1</a>");
  EXPECT_EQ(rendered(environment, "{{ {'b': 'ü<', 'a': [1, 2]}|tojson }}"),
            "{\"b\":\"ü\\u003c\",\"a\":[1,2]}");
  environment.set_policy("json.dumps_kwargs", Value::dict({{"nope", 1}}));
  EXPECT_EQ(rendered(environment, "{{ 1|tojson }}"),
            "TypeError: JSONEncoder.__init__() got an unexpected keyword argument 'nope'");
}

TEST(Builtins, NewlinesOfTheEnvironmentWrapWords) {
  Options options;
  options.syntax.newline_sequence = "\r\n";
  const Environment environment(std::move(options));
  EXPECT_EQ(rendered(environment, "{{ 'aa bb'|wordwrap(2) }}"), "aa\r\nbb");
}

TEST(Builtins, WhatFiltersMakeIsBounded) {
  Options options;
  options.limits.memory_bytes = 4'000'000;
  const Environment environment(std::move(options));
  for (const char* source : {
           "{{ 'a'|center(10**12) }}",
           "{{ 'a\nb'|indent(10**9) }}",
           "{{ ('a\n'*1000)|indent(10**6) }}",
           "{{ range(100000)|join('x'*100000) }}",
           "{{ [1]|batch(10**12, 0)|list }}",
           "{{ ('a '*10000)|wordwrap(1, wrapstring='x'*100000) }}",
           "{{ ('www.a.de '*1000)|urlize(rel='x'*10000) }}",
           "{{ ([1]*100000)|tojson('x'*10000) }}",
           "{{ [1]|tojson(10**9) }}",
           "{{ {'k'*10000: ['a'*60]*1000}|pprint }}",
           "{{ lipsum(10**9, min=10**9, max=10**9+1) }}",
           "{{ (['a'*10000]*1000)|map('upper')|join }}",
       })
    EXPECT_EQ(rendered(environment, source).substr(0, 11), "LimitError:") << source;
}

TEST(Builtins, LoopsInFiltersAreSteps) {
  Options options;
  options.limits.steps = 1000;
  const Environment environment(std::move(options));
  for (const char* source : {
           "{{ range(100000)|sum }}",
           "{{ range(100000)|max }}",
           "{{ range(100000)|join }}",
           "{{ range(100000)|list }}",
           "{{ range(100000)|sort }}",
           "{{ range(100000)|unique|list }}",
           "{{ range(100000)|select('none')|list }}",
           "{{ range(100000)|map('string')|first and range(100000)|map('string')|list }}",
           "{{ range(100000)|batch(100000)|list }}",
           "{{ [1]|slice(100000)|list }}",
           "{{ range(100000)|groupby(none)|length }}",
           "{{ ('a '*100000)|urlize }}",
           "{{ ('a '*100000)|wordwrap(1) }}",
           "{{ ([1]*100000)|tojson }}",
           "{{ lipsum(100000) }}",
       })
    EXPECT_EQ(rendered(environment, source).substr(0, 11), "LimitError:") << source;
}

TEST(Builtins, ChainsOfGeneratorsAndObjectsNeitherOverflowNorLeak) {
  const Environment environment;
  const char* chain =
      "{% set ns = namespace(g=[1]) %}{% for i in range(50000) %}{% set ns.g = ns.g|map('string') %}"
      "{% endfor %}{{ ns.g|list }}";
  EXPECT_EQ(rendered(environment, chain).substr(0, 15), "RecursionError:");
  EXPECT_EQ(rendered(environment,
                     "{% set ns = namespace(g=1) %}{% for i in range(50000) %}{% set ns.g = joiner(ns.g) %}"
                     "{% endfor %}{{ ns.g() }}x"),
            "x");
  EXPECT_EQ(rendered(environment,
                     "{% set ns = namespace(g=1) %}{% for i in range(50000) %}"
                     "{% set ns.g = [{'a': ns.g}]|groupby('a')|first %}{% endfor %}{{ ns.g }}")
                .substr(0, 15),
            "RecursionError:");
  EXPECT_EQ(rendered(environment,
                     "{% set ns = namespace(g=1) %}{% for i in range(50000) %}"
                     "{% set ns.g = namespace(g=ns.g) %}{% endfor %}{{ ns }}")
                .substr(0, 15),
            "RecursionError:");
}

TEST(Builtins, AGeneratorInsideOfItselfFails) {
  const Environment environment;
  EXPECT_EQ(rendered(environment,
                     "{% set l = [] %}{% set g = l|map('list') %}{% set _ = l.append(g) %}{{ g|list }}"),
            "ValueError: generator already executing");
}

TEST(Builtins, AGeneratorOutlivesItsRenderHarmlessly) {
  Value kept;
  Environment environment;
  environment.add_global("keep", NativeFunction::raw([&](Render&, const CallArguments& call) {
                           kept = call.positional[0];
                           return Value("");
                         }));
  environment.from_string("{{ keep([1, 2]|map('string')) }}").render();
  Value item;
  EXPECT_THROW(iterate(kept)->next(item), RuntimeError);
  kept = Value();
}

TEST(Builtins, ReprOfANamespaceInsideOfItselfEnds) {
  // A cycle of values is never freed, so this one is broken again.
  const Environment environment;
  EXPECT_EQ(
      rendered(environment, "{% set ns = namespace() %}{% set ns.me = ns %}{{ ns }}{% set ns.me = 1 %}"),
      "<Namespace {'me': <Namespace {...}>}>");
}

TEST(Builtins, TheSandboxGuardsAttributesByFilter) {
  Options options;
  options.sandbox = Sandbox::immutable;
  const Environment environment(std::move(options));
  for (const char* source : {"{{ []|attr('append')(1) }}", "{{ ([[]]|map(attribute='append')|first)(1) }}",
                             "{{ ([[]]|map('attr', 'append')|first)(1) }}"})
    EXPECT_EQ(rendered(environment, source).substr(0, 14), "SecurityError:") << source;
}

TEST(Builtins, GlobalsAreSharedAndFrozen) {
  const Value globals = detail::builtin_globals();
  for (const Value::Entry& entry : globals.entries()) EXPECT_TRUE(entry.value.is_frozen());
  EXPECT_EQ(detail::as_namespace(globals), nullptr);
  EXPECT_EQ(detail::as_namespace(globals["range"]), nullptr);
}

}  // namespace
}  // namespace retort::jinja
