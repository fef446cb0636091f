// SPDX-License-Identifier: BSD-3-Clause
#include "retort/jinja/environment.h"

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "retort/jinja/detail/environment_impl.h"
#include "retort/jinja/error.h"
#include "retort/jinja/extension.h"
#include "retort/value/error.h"

namespace retort::jinja {
namespace {

using Names = std::vector<std::string>;
using Sources = std::initializer_list<std::pair<std::string, std::string>>;

Options with_templates(Sources templates) {
  Options out;
  out.loader = std::make_unique<DictLoader>(templates);
  return out;
}

std::string message_of(const Function<void()>& action) {
  try {
    action();
  } catch (const TemplateError& error) {
    return std::string(error.name()) + ": " + error.message();
  } catch (const EvaluationError& error) {
    return std::string(error.name()) + " (bare): " + error.what();
  }
  return "no error";
}

TEST(SelectAutoescape, GoesByTheExtension) {
  const SelectAutoescape usual;
  const SelectAutoescape own{{"html", "tar.html"}, {"txt"}, false, true};
  const struct {
    const char* name;
    bool usual, own;
  } cases[] = {{"a.html", true, true},      {"a.HTML", true, true},  {"a.htm", true, true},
               {"a.xml", true, true},       {"a.txt", false, false}, {"a.html.j2", false, true},
               {"html", false, true},       {".html", true, true},   {"dir.html/a", false, true},
               {"", true, false},           {"a.Txt", false, false}, {"a.xhtml", false, true},
               {"a.b.tar.html", true, true}};
  for (const auto& [name, expected, expected_own] : cases) {
    EXPECT_EQ(usual(name), expected) << name;
    EXPECT_EQ(own(name), expected_own) << name;
  }
}

TEST(Environment, AsksTheAutoescapeRuleByName) {
  Options options = with_templates({{"a.html", "{{ x }}"}, {"a.txt", "{{ x }}"}});
  options.autoescape = [](std::string_view name) { return name.ends_with(".txt"); };
  const Environment environment(std::move(options));
  const Value context = Value::dict({{"x", "<"}});
  EXPECT_EQ(environment.get_template("a.html").render(context), "<");
  EXPECT_EQ(environment.get_template("a.txt").render(context), "&lt;");
  EXPECT_EQ(environment.from_string("{{ x }}").render(context), "<");
}

TEST(Environment, SelectsTheFirstThatExists) {
  const Environment environment(with_templates({{"b", "B"}, {"c", "C"}}));
  EXPECT_EQ(environment.select_template({"a", "b", "c"}).render(), "B");
  EXPECT_EQ(environment.get_or_select_template("c").name(), "c");
  EXPECT_EQ(environment.get_or_select_template(Value::list({"x", "c", "b"})).name(), "c");
  EXPECT_EQ(environment.get_or_select_template(Value::tuple({"x", "b"})).name(), "b");
  const Template inside = environment.from_string("inside");
  EXPECT_EQ(environment.get_or_select_template(inside.as_value()).render(), "inside");
  EXPECT_EQ(environment.get_or_select_template(Value::list({"x", inside.as_value()})).render(), "inside");
  const std::pair<Function<void()>, const char*> failing[] = {
      {[&] { environment.get_template("a"); }, "TemplateNotFound: a"},
      {[&] {
         environment.select_template({"x", "y"});
       },
       "TemplatesNotFound: none of the templates given were found: x, y"},
      {[&] { environment.select_template({}); },
       "TemplatesNotFound: Tried to select from an empty list of templates."},
      {[&] {
         environment.get_or_select_template(Value::list({"x", "y"}));
       },
       "TemplatesNotFound: none of the templates given were found: x, y"},
      {[&] { environment.get_or_select_template(Value::list()); },
       "TemplatesNotFound: Tried to select from an empty list of templates."},
      {[] { Environment().get_template("a"); }, "TemplateNotFound: no loader for this environment specified"},
      {[] { Environment().list_templates(); }, "TypeError (bare): this environment has no loader"},
  };
  for (const auto& [action, expected] : failing) EXPECT_EQ(message_of(action), expected);
}

TEST(Environment, ASyntaxErrorIsNoMissingTemplate) {
  const Environment environment(with_templates({{"a", "{% if %}"}, {"b", "B"}}));
  EXPECT_THROW(environment.select_template({"a", "b"}), TemplateSyntaxError);
}

TEST(Environment, JoinPathMakesNamesRelative) {
  const auto join = [](std::string_view name, std::string_view parent) {
    return name.starts_with("./")
               ? std::string(parent.substr(0, parent.rfind('/') + 1)) + std::string(name.substr(2))
               : std::string(name);
  };
  Environment environment(
      with_templates({{"sub/page",
                       "{% extends './layout' %}{% block a %}{% include './part' %}"
                       "{% import './macros' as m %}{{ m.f() }}{% endblock %}"},
                      {"sub/layout", "<{% block a %}{% endblock %}>"},
                      {"sub/part", "part"},
                      {"sub/macros", "{% macro f() %}{% include ['./x', './part'] %}{% endmacro %}"}}));
  environment.set_join_path(join);
  EXPECT_EQ(environment.get_template("sub/page").render(), "<partpart>");
  EXPECT_EQ(environment.get_template("./part", "sub/page").render(), "part");
  EXPECT_EQ(environment.overlay({})->get_template("./part", "sub/page").render(), "part");
  EXPECT_THROW(environment.get_template("./part"), TemplateNotFound);
}

TEST(Environment, FinalizeIsAppliedToWhatIsPrinted) {
  Options options;
  options.finalize = [](Render&, const Value& value) { return value.is_none() ? Value("") : value; };
  const Environment environment(std::move(options));
  EXPECT_EQ(environment.from_string("{{ none }}|{{ 1 }}|{{ [none] }}|{{ none is none }}|text").render(),
            "|1|[None]|True|text");
}

TEST(Environment, FinalizeSeesTheRender) {
  Options options;
  options.finalize = [](Render& render, const Value& value) {
    return Value(render.resolve("prefix").str() + value.str());
  };
  const Environment environment(std::move(options));
  EXPECT_EQ(environment.from_string("{{ 1 }}{{ x }}").render({{"prefix", "-"}, {"x", 2}}), "-1-2");
}

TEST(Environment, Policies) {
  Environment environment;
  environment.set_policy("truncate.leeway", 0);
  EXPECT_EQ(environment.policy("truncate.leeway"), Value(0));
  EXPECT_EQ(environment.policy("urlize.rel"), Value("noopener"));
  EXPECT_TRUE(environment.policy("no.such").is_undefined());
  EXPECT_EQ(environment.from_string("{{ 'abcdefgh' | truncate(7) }}").render(), "abcd...");
  EXPECT_EQ(Environment().from_string("{{ 'abcdefgh' | truncate(7) }}").render(), "abcdefgh");
}

TEST(Environment, Globals) {
  Environment environment;
  environment.add_global("site", Value::dict({{"name", "Retort"}}));
  environment.add_global("twice", [](int n) { return 2 * n; });
  EXPECT_EQ(environment.from_string("{{ site.name }} {{ twice(4) }}").render(), "Retort 8");
  EXPECT_EQ(environment.from_string("{{ site }}").render({{"site", "own"}}), "own");
  EXPECT_TRUE(environment.global("nothing").is_undefined());
  EXPECT_EQ(environment.global("site")["name"], Value("Retort"));
}

TEST(Environment, OverlaysShareWhatTheyDoNotReplace) {
  Options options = with_templates({{"a", "{{ x|f }}{{ g }}<>"}});
  Environment base(std::move(options));
  base.add_filter("f", [](const std::string& x) { return "f" + x; });
  base.add_test("t", [](int) { return true; });
  base.add_global("g", "base");
  base.set_policy("p", 1);
  Options own;
  own.syntax.variable_start = "<<";
  own.syntax.variable_end = ">>";
  own.autoescape = [](std::string_view) { return true; };
  const std::unique_ptr<Environment> overlay = base.overlay(std::move(own));
  overlay->add_global("g", "overlay");
  overlay->add_filter("h", [](int x) { return x + 1; });
  EXPECT_EQ(overlay->from_string("{{ }}<< '<'|f >><< g >><< 1|h >><< 1 is t >>").render(),
            "{{ }}f&lt;overlay2True");
  EXPECT_EQ(base.from_string("{{ '<'|f }}{{ g }}").render(), "f<base");
  EXPECT_FALSE(base.has_filter("h"));
  EXPECT_TRUE(overlay->has_filter("f"));
  EXPECT_TRUE(overlay->has_filter("upper"));
  EXPECT_TRUE(overlay->has_test("t"));
  EXPECT_EQ(overlay->policy("p"), Value(1));
  EXPECT_EQ(overlay->policy("truncate.leeway"), Value(5));
  EXPECT_EQ(overlay->list_templates(), Names{"a"});
  EXPECT_EQ(base.get_template("a").render({{"x", "1"}}), "f1base<>");
  EXPECT_EQ(overlay->get_template("a").render(), "{{ x|f }}{{ g }}<>");
}

TEST(Environment, RefusesSyntaxThatIsNone) {
  Options options;
  options.syntax.block_start = options.syntax.variable_start;
  EXPECT_THROW(Environment{std::move(options)}, std::invalid_argument);
}

TEST(Environment, CompilesExpressions) {
  const Environment environment;
  const Value context = Value::dict({{"n", 3}, {"l", Value::list({1, 2})}});
  EXPECT_EQ(environment.compile_expression("n * 2 + l|length")(context), Value(8));
  EXPECT_EQ(environment.compile_expression("l + [n]")(context), Value::list({1, 2, 3}));
  EXPECT_EQ(environment.compile_expression("n == 3")({{"n", 3}}), Value(true));
  EXPECT_EQ(environment.compile_expression("[x, n]")({{"x", "long enough for the heap, this"}, {"n", 1}}),
            Value::list({"long enough for the heap, this", 1}));
  EXPECT_TRUE(environment.compile_expression("nothing")().is_none());
  EXPECT_TRUE(environment.compile_expression("nothing", false)().is_undefined());
  const std::pair<const char*, const char*> failing[] = {
      {"n +", "TemplateSyntaxError: unexpected 'end of template'"},
      {"n }} x", "TemplateSyntaxError: chunk after expression"},
      {"n n", "TemplateSyntaxError: chunk after expression"},
      {"1 // 0", "ZeroDivisionError: integer division or modulo by zero"},
      {"nothing.x", "UndefinedError: 'nothing' is undefined"},
      {"n|nofilter", "TemplateAssertionError: No filter named 'nofilter'."},
  };
  for (const auto& [source, expected] : failing)
    EXPECT_EQ(message_of([&, text = source] { environment.compile_expression(text)(context); }), expected)
        << source;
}

// The cache.

std::uint32_t references(const Template& handle) {
  return detail::TemplateAccess::program(handle).references.load();
}
bool same(const Template& a, const Template& b) {
  return &detail::TemplateAccess::program(a) == &detail::TemplateAccess::program(b);
}

TEST(TemplateCache, KeepsOneAndFreesTheOld) {
  std::atomic<std::uint64_t> version = 1;
  Options options;
  options.loader = std::make_unique<FunctionLoader>([&](std::string_view) -> std::optional<TemplateSource> {
    return TemplateSource{std::to_string(version), {}, version};
  });
  const Environment environment(std::move(options));
  const Template first = environment.get_template("a");
  EXPECT_TRUE(same(first, environment.get_template("a")));
  EXPECT_EQ(references(first), 2u);  // the cache's and this one
  version = 2;
  const Template second = environment.get_template("a");
  EXPECT_FALSE(same(first, second));
  EXPECT_EQ(references(first), 1u);
  EXPECT_EQ(first.render() + second.render(), "12");
}

TEST(TemplateCache, IsBounded) {
  Options options;
  options.loader =
      std::make_unique<FunctionLoader>([&](std::string_view name) -> std::optional<TemplateSource> {
        return TemplateSource{std::string(name), {}, 0};
      });
  options.cache_size = 10;
  const Environment environment(std::move(options));
  std::vector<Template> all;
  for (int i = 0; i < 25; ++i) all.push_back(environment.get_template("t" + std::to_string(i)));
  int cached = 0;
  for (const Template& one : all) cached += references(one) > 1;
  EXPECT_LE(cached, 10);
  EXPECT_GE(cached, 1);
  Options none;
  none.loader = std::make_unique<DictLoader>(Sources{{"a", "1"}});
  none.cache_size = 0;
  EXPECT_EQ(references(Environment(std::move(none)).get_template("a")), 1u);
}

TEST(TemplateCache, WhatTemplatesReferToByNameIsNotForgotten) {
  for (const std::size_t size : {0u, 1u, 2u}) {
    Options options =
        with_templates({{"page", "{% extends 'layout' %}{% block a %}{% include 'part' %}{% endblock %}"},
                        {"layout", "<{% block a %}{% endblock %}>"},
                        {"part", "part"},
                        {"other", "{% include 'part' %}"}});
    options.auto_reload = false;
    options.cache_size = size;
    const Environment environment(std::move(options));
    const Template page = environment.get_template("page");
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(page.render(), "<part>");
      EXPECT_EQ(environment.get_template("page").render(), "<part>");
      EXPECT_EQ(environment.get_template("other").render(), "part");
    }
    EXPECT_TRUE(same(environment.get_template("layout"), environment.get_template("layout")));
  }
}

// Threads.

void in_threads(int count, const Function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

TEST(Threads, RenderTheSameTemplatesAtOnce) {
  Options options =
      with_templates({{"page.html",
                       "{% extends 'layout.html' %}{% from 'macros.html' import row %}{% block body %}"
                       "{% for post in posts %}{{ row(post, loop.index) }}{% endfor %}{% include 'foot.html' "
                       "%}{% endblock %}"},
                      {"layout.html", "<title>{{ site.name }}</title>{% block body %}{% endblock %}"},
                      {"macros.html",
                       "{% macro row(post, n) %}<{{ n }}:{{ post.title|upper|default('none of it at all') "
                       "}}>{% endmacro %}"},
                      {"foot.html", "{{ twice(21) }}{{ cycler('odd', 'even').next() }}"}});
  options.autoescape = select_autoescape();
  Environment environment(std::move(options));
  environment.add_global("site", Value::dict({{"name", "a name that is longer than a value"}}));
  environment.add_global("twice", [](int n) { return 2 * n; });
  const auto render = [&](int i) {
    return environment.get_template("page.html")
        .render(
            {{"posts", Value::list({Value::dict({{"title", "a title & number " + std::to_string(i)}})})}});
  };
  std::atomic<int> wrong = 0;
  in_threads(8, [&](int thread) {
    for (int i = 0; i < 50; ++i) {
      const std::string text = render(thread * 100 + i);
      wrong += text.find("NUMBER " + std::to_string(thread * 100 + i)) == text.npos;
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(render(7), "<title>a name that is longer than a value</title><1:A TITLE &amp; NUMBER 7>42odd");
}

TEST(Threads, LoadTemplatesThatChange) {
  std::atomic<std::uint64_t> version = 1;
  Options options;
  options.loader =
      std::make_unique<FunctionLoader>([&](std::string_view name) -> std::optional<TemplateSource> {
        const std::uint64_t now = version;
        return TemplateSource{std::string(name) + " {{ " + std::to_string(now) + " }}", {}, now};
      });
  const Environment environment(std::move(options));
  std::atomic<int> stale = 0, torn = 0;
  in_threads(8, [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      if (thread == 0) ++version;
      const std::string name = "t" + std::to_string(i % 3);
      const std::uint64_t before = version;
      const std::string text = environment.get_template(name).render();
      torn += !text.starts_with(name + " ");
      stale += std::stoull(text.substr(name.size() + 1)) < before;
    }
  });
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(stale, 0);
}

TEST(Threads, CompileWhatStaysAtOnce) {
  for (int round = 0; round < 20; ++round) {
    Options options =
        with_templates({{"page", "{% extends 'layout' %}{% block a %}{% include 'part' %}{% endblock %}"},
                        {"layout", "<{% block a %}{% endblock %}>"},
                        {"part", "{% from 'macros' import m %}{{ m() }}"},
                        {"macros", "{% macro m() %}m{% endmacro %}"}});
    options.auto_reload = false;
    options.cache_size = static_cast<std::size_t>(round % 3);
    const Environment environment(std::move(options));
    std::atomic<int> wrong = 0;
    in_threads(6, [&](int) {
      for (int i = 0; i < 5; ++i) wrong += environment.get_template("page").render() != "<m>";
    });
    EXPECT_EQ(wrong, 0);
  }
}

TEST(Threads, FailAtOnce) {
  const Environment environment(
      with_templates({{"page.html", "{% include 'part.html' %}"}, {"part.html", "{{ a.b.c }}"}}));
  std::atomic<int> wrong = 0;
  in_threads(4, [&](int) {
    for (int i = 0; i < 20; ++i) {
      try {
        environment.get_template("page.html").render({{"a", Value::dict({{"bb", 1}})}});
        ++wrong;
      } catch (const UndefinedError& error) {
        wrong += error.frames().size() != 1;
      }
    }
  });
  EXPECT_EQ(wrong, 0);
}

// A template asks its own environment for others, whoever renders it.
TEST(Environment, ATemplateOfAnotherFindsItsOwn) {
  const auto make = [](const char* part, const char* base) {
    Options options =
        with_templates({{"part", part},
                        {"base", base},
                        {"page", "{% extends 'base' %}{% block a %}{% include 'part' %}{% endblock %}"}});
    options.auto_reload = false;
    return std::make_unique<Environment>(std::move(options));
  };
  const auto mine = make("my part", "my <{% block a %}{% endblock %}>");
  {
    const auto other = make("other part", "other <{% block a %}{% endblock %}>");
    const Template outer = other->from_string("{% include page %}, {% include 'part' %}");
    const Value context = Value::dict({{"page", mine->get_template("page").as_value()}});
    EXPECT_EQ(outer.render(context), "my <my part>, other part");
  }
  EXPECT_EQ(mine->get_template("page").render(), "my <my part>");
}

TEST(TemplateCache, WithoutReloadTheFirstStay) {
  Options options = with_templates({{"a", "1"}, {"b", "2"}, {"c", "3"}});
  options.auto_reload = false;
  options.cache_size = 2;
  const Environment environment(std::move(options));
  const Template a = environment.get_template("a"), b = environment.get_template("b");
  const std::uint32_t before = references(a);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(environment.get_template("c").render(), "3");
    const Template again = environment.get_template("a");
    EXPECT_TRUE(same(again, a));
    EXPECT_EQ(references(again), before);  // not counted
    EXPECT_TRUE(same(environment.get_template("b"), b));
  }
}

}  // namespace
}  // namespace retort::jinja
