// SPDX-License-Identifier: BSD-3-Clause
// What errors show: testdata/errors holds each page as it should be. Run with
// RETORT_UPDATE_SNAPSHOTS=1 to write them anew, and read the difference.
#include "retort/jinja/error.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "retort/jinja/environment.h"
#include "retort/jinja/extension.h"

namespace retort::jinja {
namespace {

using Sources = std::initializer_list<std::pair<std::string, std::string>>;

Options options_with(Sources templates) {
  Options out;
  out.loader = std::make_unique<DictLoader>(templates);
  out.autoescape = select_autoescape();
  return out;
}

/// What happens when "page.html" is loaded and rendered.
std::string page_of(const Environment& environment, const Value& context) {
  try {
    return "no error: " + environment.get_template("page.html").render(context);
  } catch (const TemplateError& error) {
    return std::string(error.name()) + ": " + error.what() + "\n";
  }
}

void expect_snapshot(const std::string& name, const std::string& text) {
  const char* root = std::getenv("RETORT_SOURCE_DIR");
  const std::string path = std::string(root ? root : ".") + "/retort/jinja/testdata/errors/" + name + ".txt";
  if (std::getenv("RETORT_UPDATE_SNAPSHOTS")) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string expected{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_EQ(text, expected) << path;
}

void expect_page(const std::string& name, Options options, const Value& context = Value::dict()) {
  const Environment environment(std::move(options));
  expect_snapshot(name, page_of(environment, context));
}

void expect_page(const std::string& name, Sources templates, const Value& context = Value::dict()) {
  expect_page(name, options_with(templates), context);
}

struct NoPaper : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Where the functions of the program were called from: "row.html:2 < for row.html:1 < ...".
std::string way_of_no_paper(bool trace) {
  Options options =
      options_with({{"base.html", "{% block body %}{% endblock %}"},
                    {"row.html", "<p>\n{{ print(1) }}"},
                    {"page.html",
                     "\n{% extends 'base.html' %}\n{% macro row() %}\n{% include 'row.html' %}{% endmacro %}"
                     "{% block body %}\n\n{{ row() }}{% endblock %}"}});
  options.trace_exceptions = trace;
  Environment environment(std::move(options));
  environment.add_global("print", NativeFunction([](int) -> int { throw NoPaper("no paper"); }));
  try {
    environment.get_template("page.html").render({});
  } catch (const NoPaper& error) {
    EXPECT_STREQ(error.what(), "no paper");
    const TemplateError* const way = way_of(std::current_exception());
    if (!way) return "";
    std::string out = way->template_name() + ":" + std::to_string(way->line());
    for (const ErrorFrame& frame : way->frames())
      out += " < " + frame.what + " of " + frame.template_name + ":" + std::to_string(frame.line);
    return out;
  }
  return "no error";
}

TEST(WayOf, TellsTheTemplatesThatAnExceptionOfTheProgramCameThrough) {
  EXPECT_EQ(
      way_of_no_paper(true),
      "row.html:2 < include of page.html:4 < macro 'row' of page.html:6 < block 'body' of base.html:1 < "
      "extends of page.html:2");
  EXPECT_EQ(way_of_no_paper(false), "");
  EXPECT_EQ(way_of(std::make_exception_ptr(NoPaper("another"))), nullptr);
  EXPECT_EQ(way_of(nullptr), nullptr);
}

TEST(ErrorPages, SyntaxErrors) {
  expect_page("syntax_tag",
              {{"page.html", "<ul>\n{% for post in posts %}\n  <li>{{ post }}</li>\n{% endfr %}\n"}});
  expect_page("syntax_expression", {{"page.html", "<p>\n  {{ user.name | }}\n</p>\n"}});
  expect_page("syntax_unknown_tag", {{"page.html", "{% fro post in posts %}{% endfor %}"}});
  expect_page("syntax_end", {{"page.html", "{% if a %}\n{% if b %}\n{% endif %}\n"}});
}

TEST(ErrorPages, ThroughExtendsIncludeAndMacro) {
  expect_page(
      "undefined_through_chain",
      {{"page.html",
        "{% extends 'layout.html' %}\n{% block body %}\n  {% include 'list.html' %}\n"
        "{% endblock %}\n"},
       {"layout.html", "<html>\n<body>\n{% block body %}{% endblock %}\n</body>\n"},
       {"list.html",
        "{% from 'macros.html' import row %}\n{% for post in posts %}\n{{ row(post) }}\n"
        "{% endfor %}\n"},
       {"macros.html", "{% macro row(post) %}\n  <td>\n    {{ post.author.name }}\n  </td>\n{% endmacro %}"}},
      Value::dict({{"posts", Value::list({Value::dict({{"autor", "Ada"}})})}}));
  expect_page("undefined_at_import", {{"page.html", "<p>\n{% import 'macros.html' as macros %}\n"},
                                      {"macros.html", "{% set width = 3 * columns.count %}\n"}});
  expect_page("syntax_in_include",
              {{"page.html", "a\n{% include 'part.html' %}\n"}, {"part.html", "{{ 1 + }}"}});
  expect_page("undefined_in_parent",
              {{"page.html", "\n{% extends 'layout.html' %}"}, {"layout.html", "{{ page.title }}\n"}});
}

TEST(ErrorPages, CallBlocksLoopsAndSuper) {
  expect_page("undefined_in_call_block",
              {{"page.html",
                "{% macro box() %}<div>{{ caller() }}</div>{% endmacro %}\n"
                "{% call box() %}\n  {{ usr.name }}\n{% endcall %}\n"}},
              Value::dict({{"user", "Ada"}}));
  expect_page(
      "undefined_in_recursive_loop",
      {{"page.html",
        "{% for item in items recursive %}\n{{ item.name.upper() }}\n"
        "{{ loop(item.children) }}\n{% endfor %}"}},
      Value::dict(
          {{"items", Value::list({Value::dict(
                         {{"name", "a"}, {"children", Value::list({Value::dict({{"nmae", "b"}})})}})})}}));
  expect_page("undefined_in_super",
              {{"page.html", "{% extends 'layout.html' %}\n{% block body %}{{ super() }}{% endblock %}"},
               {"layout.html", "{% block body %}\n{{ nothing.here }}{% endblock %}"}});
}

TEST(ErrorPages, FiltersAndArguments) {
  expect_page("unknown_filter", {{"page.html", "<h1>\n  {{ title | uper }}\n</h1>"}});
  expect_page("unknown_test", {{"page.html", "{% if a is divisbleby(3) %}{% endif %}"}});
  expect_page("wrong_argument", {{"page.html", "{{ name | truncate(lenght=3) }}"}},
              Value::dict({{"name", "Ada"}}));
  expect_page("macro_argument", {{"page.html",
                                  "{% macro field(name, type='text') %}{% endmacro %}\n"
                                  "{{ field('a', tpye='b') }}"}});
  expect_page("division_by_zero", {{"page.html", "{% set share = total // count %}\n{{ share }}"}},
              Value::dict({{"total", 4}, {"count", 0}}));
}

TEST(ErrorPages, MissingTemplates) {
  const Sources templates = {{"page.html", "{% include 'prats/nav.html' %}"}, {"parts/nav.html", ""}};
  expect_page("template_not_found", templates);
  expect_page("templates_not_found",
              {{"page.html", "{% include ['a.html', 'lyaout.html'] %}"}, {"layout.html", ""}});
  const Environment environment(options_with(templates));
  try {
    environment.get_template("pgae.html");
    ADD_FAILURE();
  } catch (const TemplateNotFound& error) {
    EXPECT_EQ(error.message(), "pgae.html");
    EXPECT_EQ(error.suggestion(), "page.html");
    EXPECT_STREQ(error.what(), "pgae.html (did you mean `page.html`?)");
  }
}

TEST(ErrorPages, TheSandboxAndItsLimits) {
  Options options = options_with({{"page.html", "<p>\n{{ user.__class__.__name__ }}</p>"}});
  options.sandbox = Sandbox::safe;
  expect_page("security", std::move(options), Value::dict({{"user", "Ada"}}));

  options = options_with({{"page.html", "{% for i in range(100) %}\n{{ i }}\n{% endfor %}"}});
  options.limits.steps = 50;
  expect_page("limit_steps", std::move(options));

  options = options_with({{"page.html", "{{ 'x' * 100 }}\n{{ 'y' * 1000 }}"}});
  options.limits.memory_bytes = 500;
  expect_page("limit_memory", std::move(options));

  options = options_with({{"page.html", "{% macro again() %}\n{{ again() }}{% endmacro %}\n{{ again() }}"}});
  options.limits.recursion = 5;
  expect_page("limit_recursion", std::move(options));
}

TEST(ErrorPages, LongLinesShowThePart) {
  expect_page(
      "long_line",
      {{"page.html", "{# " + std::string(300, 'x') + " #}<a>{{ 1 // zero }}</a>" + std::string(300, 'y')}},
      Value::dict({{"zero", 0}}));
}

// Suggestions.

struct Post {
  std::string title;
};

std::string suggestion(std::string_view source, const Value& context, Options options = {}) {
  const Environment environment(std::move(options));
  try {
    environment.from_string(source).render(context);
  } catch (const TemplateError& error) {
    EXPECT_EQ(error.message().find("did you mean"), std::string::npos);
    return error.suggestion();
  }
  return "no error";
}

TEST(Suggestions, NameWhatIsThere) {
  const Value context = Value::dict(
      {{"posts", Value::list({1})}, {"user", Value::dict({{"name", "Ada"}, {"_id", 1}})}, {"_hidden", 1}});
  const std::pair<const char*, const char*> cases[] = {
      {"{{ post.x }}", "posts"},
      {"{{ Posts.x }}", "posts"},
      {"{{ opsts.x }}", "posts"},
      {"{{ psots[0].x }}", "posts"},
      {"{{ cylcer('a').next() }}", "cycler"},
      {"{{ user.nmae.first }}", "name"},
      {"{{ user['naem'].first }}", "name"},
      {"{{ user.itms() }}", "items"},
      {"{{ 'x'.uper() }}", "upper"},
      {"{{ posts.apend(1) }}", "append"},
      {"{% set total = 1 %}{{ totl.x }}", "total"},
      {"{% for entry in posts %}{{ enrty.x }}{% endfor %}", "entry"},
      {"{% macro f(label) %}{{ lable.x }}{% endmacro %}{{ f(1) }}", "label"},
      {"{% set outer = 1 %}{% macro f() %}{{ outr.x }}{{ outer }}{% endmacro %}{{ f() }}", "outer"},
      {"{% block content %}{% endblock %}{{ self.contnet() }}", "content"},
      {"{{ 1 if a is defind }}", "defined"},
      {"{% fro x in posts %}{% endfor %}", "for"},
      {"{% for x in posts %}{% endfro %}", "endfor"},
      {"{{ [1] | map('uper') | list }}", "upper"},
      {"{{ [1] | select('evn') | list }}", "even"},
      {"{{ [{'size': 1}] | map(attribute='sise.x') | list }}", "size"},
      {"{{ user.xyz.first }}", ""},  // nothing is close
      {"{{ x.y }}", ""},             // too short to tell
      {"{{ hidden.x }}", ""},        // private names are not told
      {"{{ user.id.x }}", ""},
      {"{{ user.nothing }}", "no error"},
  };
  for (const auto& [source, expected] : cases) EXPECT_EQ(suggestion(source, context), expected) << source;
}

TEST(Suggestions, StrictUndefinedWhenPrinted) {
  Options options;
  options.undefined = undefined_of<StrictUndefined>();
  EXPECT_EQ(suggestion("{{ user_nam }}", Value::dict({{"user_name", 1}}), std::move(options)), "user_name");
}

TEST(Suggestions, ImportedNames) {
  const char* const sources[] = {"{% import 'forms' as f %}{{ f.imput() }}",
                                 "{% from 'forms' import imput %}{{ imput() }}"};
  for (const char* source : sources) {
    Options options;
    options.loader = std::make_unique<DictLoader>(
        Sources{{"forms", "{% macro input() %}{% endmacro %}{% macro _private() %}{% endmacro %}"}});
    EXPECT_EQ(suggestion(source, Value::dict(), std::move(options)), "input") << source;
  }
}

TEST(Suggestions, OwnFiltersAndThoseOfTheBase) {
  Environment base;
  base.add_filter("shout", [](const std::string& text) { return text + "!"; });
  const std::unique_ptr<Environment> overlay = base.overlay({});
  overlay->add_test("fancy", [](const Value&) { return true; });
  const std::pair<const char*, const char*> cases[] = {{"{{ 1 | shuot }}", "shout"},
                                                       {"{{ 1 is fnacy }}", "fancy"}};
  for (const auto& [source, expected] : cases) {
    try {
      overlay->from_string(source);
      ADD_FAILURE();
    } catch (const TemplateAssertionError& error) {
      EXPECT_EQ(error.suggestion(), expected);
    }
  }
}

TEST(Suggestions, AreBoundedInCost) {
  Value context = Value::dict();
  for (int i = 0; i < 50'000; ++i) context.set("name" + std::to_string(i), i);
  context.set(std::string(100'000, 'a'), 1);
  const std::string source = "{{ " + std::string(100'000, 'b') + ".x }}";
  EXPECT_EQ(suggestion(source, context), "");
  EXPECT_EQ(suggestion("{{ nmae1.x }}", context), "name1");
}

TEST(TemplateErrors, TellNameMessageAndPlace) {
  const Environment environment(options_with({{"page.html", "a\n{{ 1 + none }}"}}));
  try {
    environment.get_template("page.html").render();
    ADD_FAILURE();
  } catch (const TemplateRuntimeError& error) {
    EXPECT_STREQ(error.name(), "TypeError");
    EXPECT_EQ(error.message(), "unsupported operand type(s) for +: 'int' and 'NoneType'");
    EXPECT_EQ(error.template_name(), "page.html");
    EXPECT_EQ(error.line(), 2);
    EXPECT_EQ(error.first_source_line(), 1);
    EXPECT_EQ(error.source_lines(), (std::vector<std::string>{"a", "{{ 1 + none }}"}));
    EXPECT_TRUE(error.frames().empty());
  }
}

TEST(TemplateErrors, DeepChainsKeepTheInnermost) {
  Options options = options_with(
      {{"page.html", "{% macro f(n) %}{{ f(n - 1) if n else 1 // 0 }}{% endmacro %}{{ f(60) }}"}});
  const Environment environment(std::move(options));
  try {
    environment.get_template("page.html").render();
    ADD_FAILURE();
  } catch (const TemplateError& error) {
    EXPECT_STREQ(error.name(), "ZeroDivisionError");
    EXPECT_LE(error.frames().size(), 20u);
    EXPECT_EQ(error.frames()[0].what, "macro 'f'");
  }
}

}  // namespace
}  // namespace retort::jinja
