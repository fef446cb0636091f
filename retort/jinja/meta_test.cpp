// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/meta.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"

namespace retort::jinja {
namespace {

// As jinja2.meta answers.

TEST(Meta, FindsUndeclaredVariables) {
  const Environment environment;
  const struct {
    const char* source;
    std::vector<std::string> names;
  } cases[] = {
      {"{{ a }}", {"a"}},
      {"{% set foo = 42 %}{{ bar + foo }}", {"bar"}},
      {"{{ range(3) }}{{ x|upper }}", {"x"}},
      {"{% for i in items %}{{ i }}{{ loop.index }}{% endfor %}{{ i }}", {"i", "items"}},
      {"{% macro f(a, b=c) %}{{ a }}{{ b }}{{ d }}{{ caller() }}{{ varargs }}{% endmacro %}", {"c", "d"}},
      {"{% if a %}{% set b = 1 %}{% endif %}{{ b }}", {"a", "b"}},
      {"{% if a %}{% set b = 1 %}{% else %}{% set b = 2 %}{% endif %}{{ b }}", {"a", "b"}},
      {"{% block x %}{{ y }}{{ self.x() }}{{ super() }}{% endblock %}", {"y"}},
      {"{% with a = b %}{{ a }}{{ c }}{% endwith %}", {"b", "c"}},
      {"{% import 'm' as m %}{{ m.f(z) }}", {"z"}},
      {"{% from 'm' import f as g, h %}{{ g(h, k) }}", {"k"}},
      {"{% include t %}", {"t"}},
      {"{% extends base %}{{ never }}{% block b %}{{ seen }}{% endblock %}", {"base", "never", "seen"}},
      {"{% call(u) f(v) %}{{ u }}{{ w }}{% endcall %}", {"f", "v", "w"}},
      {"{% filter indent(n) %}{{ t }}{% endfilter %}", {"n", "t"}},
      {"{% set ns.x = 1 %}", {"ns"}},
      {"{% set x %}{{ y }}{% endset %}{{ x }}", {"y"}},
      {"{{ x }}{% set x = 1 %}{{ x }}", {"x"}},
      {"{{ a.b.c[d] }}", {"a", "d"}},
      {"{% for x in x %}{{ x }}{% endfor %}", {"x"}},
      {"{% for a, (b, c) in d if a > e %}{% else %}{{ b }}{% endfor %}", {"b", "d", "e"}},
      {"{% for x in y recursive %}{{ loop(x.z) }}{% endfor %}", {"y"}},
      {"{{ true and none }}", {}},
      {"{{ _('a') }}{{ namespace() }}", {"_"}},
      {"{% autoescape q %}{{ r }}{% endautoescape %}", {"q", "r"}},
      {"{% for i in a %}{% set b = i %}{% endfor %}{{ b }}", {"a", "b"}},
      {"{{ a is divisibleby b }}", {"a", "b"}},
      {"{% macro m() %}{{ outer }}{% endmacro %}{% set outer = 1 %}", {}},
      {"{% set outer = 1 %}{% macro m() %}{{ outer }}{% endmacro %}", {}},
      {"plain", {}},
  };
  for (const auto& [source, names] : cases)
    EXPECT_EQ(find_undeclared_variables(environment, source), names) << source;
}

TEST(Meta, GlobalsAreDeclared) {
  Environment environment;
  environment.add_global("site", "Retort");
  EXPECT_EQ(find_undeclared_variables(environment, "{{ site }}{{ page }}"), std::vector<std::string>{"page"});
  EXPECT_EQ(find_undeclared_variables(*environment.overlay({}), "{{ site }}{{ page }}"),
            std::vector<std::string>{"page"});
}

TEST(Meta, FindsReferencedTemplates) {
  const Environment environment;
  const struct {
    const char* source;
    std::vector<std::optional<std::string>> names;
  } cases[] = {
      {"{% extends 'layout.html' %}{% include helper %}", {"layout.html", std::nullopt}},
      {"{% include ['a', 'b'] %}", {"a", "b"}},
      {"{% include ('a', b, 3) %}{% include ['c', d ~ 'e'] %}", {"a", std::nullopt, "c", std::nullopt}},
      {"{% import 'm' as m %}{% from 'n' import x with context %}", {"m", "n"}},
      {"{% if a %}{% include 'x' %}{% else %}{% block b %}{% include 'y' ignore missing %}{% endblock %}{% "
       "endif %}",
       {"x", "y"}},
      {"{% macro f() %}{% import 'z' as z %}{% include 'z' %}{% endmacro %}", {"z", "z"}},
      {"{% extends 'a' if b else 'c' %}", {std::nullopt}},
      {"{% include 3 %}", {std::nullopt}},
      {"{% from x.y import z %}", {std::nullopt}},
      {"{% include 'a' 'b' %}", {"ab"}},
      {"none", {}},
      {"{% for x in y %}{% include 'in' %}{% else %}{% include 'else' %}{% endfor %}{% call f() %}{% include "
       "'call' %}{% endcall %}",
       {"in", "else", "call"}},
  };
  for (const auto& [source, names] : cases)
    EXPECT_EQ(find_referenced_templates(environment, source), names) << source;
}

TEST(Meta, FaultsAreErrors) {
  const Environment environment;
  EXPECT_THROW(find_undeclared_variables(environment, "{{ a|nofilter }}"), TemplateAssertionError);
  EXPECT_THROW(find_undeclared_variables(environment, "{% if %}"), TemplateSyntaxError);
  EXPECT_THROW(find_referenced_templates(environment, "{% include %}"), TemplateSyntaxError);
  EXPECT_NO_THROW(find_referenced_templates(environment, "{{ a|nofilter }}"));
}

TEST(Meta, FindsReferencesWithTheirLines) {
  const Environment environment;
  const std::vector<TemplateReference> found = find_references(
      environment, "{% extends 'base' %}\n{% include ['a', b] ignore missing %}\n\n{% import m as n %}");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].names, (std::vector<std::optional<std::string>>{"base"}));
  EXPECT_EQ(found[0].line, 1);
  EXPECT_FALSE(found[0].ignore_missing);
  EXPECT_EQ(found[1].names, (std::vector<std::optional<std::string>>{"a", std::nullopt}));
  EXPECT_EQ(found[1].line, 2);
  EXPECT_TRUE(found[1].ignore_missing);
  EXPECT_EQ(found[2].names, (std::vector<std::optional<std::string>>{std::nullopt}));
  EXPECT_EQ(found[2].line, 4);
}

TEST(Meta, FindsCallsWithTheirLiterals) {
  const Environment environment;
  std::vector<FunctionCall> found;
  {
    const std::string source =
        "{% for p in posts %}\n{{ url_for('post', id=p.id, page=2) }}{% endfor %}\n"
        "{% if url_for(x, *y) == url_for('a' , **z) %}{% endif %}{{ other('no') }}{{ o.url_for('no') }}";
    found = find_calls(environment, source, "url_for");
  }
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].line, 2);
  ASSERT_EQ(found[0].arguments.size(), 3u);
  EXPECT_EQ(found[0].arguments[0].name, "");
  EXPECT_EQ(found[0].arguments[0].value->str(), "post");
  EXPECT_EQ(found[0].arguments[1].name, "id");
  EXPECT_FALSE(found[0].arguments[1].value);
  EXPECT_EQ(found[0].arguments[2].value->as_int(), 2);
  EXPECT_FALSE(found[0].has_more);
  EXPECT_EQ(found[1].line, 3);
  EXPECT_FALSE(found[1].arguments[0].value);
  EXPECT_TRUE(found[1].has_more);
  EXPECT_TRUE(found[2].has_more);
}

}  // namespace
}  // namespace retort::jinja
