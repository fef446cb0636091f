// SPDX-License-Identifier: BSD-3-Clause
// Templates as an app renders them. Expected texts are what Flask 3.1 prints for the same
// templates.
#include "retort/app/templating.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/flash.h"
#include "retort/app/globals.h"
#include "retort/app/session.h"
#include "retort/app/signals.h"
#include "retort/jinja/environment.h"
#include "retort/jinja/error.h"
#include "retort/testing/client.h"

using namespace retort;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

struct Case {
  const char* source;
  const char* expected;
};

TEST(Templating, SeesWhatBelongsToTheRequest) {
  static constexpr Case kCases[] = {
      {"{{ request.method }} {{ request.path }}", "GET /x"},
      {"{{ request.args.get('q', '') }}|{{ request.args['q'] }}|{{ request.args.q }}", "a b|a b|a b"},
      {"{{ request.args.getlist('n')|join(',') }}", "1,2"},
      {"{{ request.args.get('none') }}", "None"},
      {"{{ request.args.get('none', 'x') }}", "x"},
      {"{% for k, v in request.args.items() %}{{ k }}={{ v }};{% endfor %}", "q=a b;n=1;"},
      {"{{ 'q' in request.args }} {{ request.args|length }}", "True 2"},
      {"{{ request.endpoint }} {{ request.blueprint }}", "show None"},
      {"{{ request.view_args.name }}", "x"},
      {"{{ request.url_rule }}", "/&lt;name&gt;"},
      {"{{ request.headers.get('X-Token') }} {{ request.headers['x-token'] }}", "t t"},
      {"{{ request.nothing is defined }}", "False"},
      {"{{ g.user }} {{ g.get('other', 'd') }} {{ 'user' in g }} {{ g.none is defined }}",
       "ada d True False"},
      {"{{ config.DEBUG }} {{ config['APPLICATION_ROOT'] }}", "False /"},
      {"{{ url_for('show', name='y z') }}", "/y%20z"},
      {"{{ url_for('show', name='y', q=[1, 2], _anchor='a') }}", "/y?q=1&amp;q=2#a"},
      {"{{ url_for('show', name='y', _external=True) }}", "http://localhost/y"},
      {"{{ '<b>' }}", "&lt;b&gt;"},
      {"{{ 'on' if request else 'off' }}", "on"},
  };
  App app{"t"};
  app.get("/<name>", "show", [](const std::string&) {
    g["user"] = "ada";
    return render_template_string(request->headers["X-Source"]);
  });
  auto client = app.test_client();
  for (const Case& c : kCases) {
    const auto response =
        client.get("/x?q=a+b&n=1&n=2", {.headers = {{"X-Source", c.source}, {"X-Token", "t"}}});
    EXPECT_EQ(response.text(), c.expected) << c.source;
  }
}

/// A folder of templates that goes with the test.
class Folder {
 public:
  explicit Folder(const std::string& name)
      : path_(std::filesystem::path(testing::TempDir()) / ("templating_" + name)) {
    std::filesystem::remove_all(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, std::string_view text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(Templating, TheAppsFolderComesBeforeItsBlueprints) {
  const Folder own("own"), theirs("theirs");
  own.write("templates/both.html", "app's");
  theirs.write("both.html", "blueprint's");
  theirs.write("admin/index.html", "{% extends 'both.html' %}");
  theirs.write("admin/only.html", "{{ where }} {{ everywhere }} {{ here }}");
  App app{"t", {.root_path = own.path()}};
  Blueprint admin{"admin", {.url_prefix = "/admin", .template_folder = theirs.path()}};
  admin.context_processor([] { return Value::dict({{"here", "b"}, {"where", "processor"}}); });
  admin.app_context_processor([] { return Value::dict({{"everywhere", "a"}}); });
  admin.get("/", "index", [] { return render_template("admin/only.html", {{"where", "passed"}}); });
  app.register_blueprint(admin);
  app.get("/both", "both", [] { return render_template("both.html"); });
  app.get("/extends", "extends", [] { return render_template("admin/index.html"); });
  app.get("/only", "only", [] { return render_template("admin/only.html"); });
  app.get("/first", "first", [] { return render_template({"none.html", "both.html"}); });
  auto client = app.test_client();
  EXPECT_EQ(client.get("/both").text(), "app's");
  EXPECT_EQ(client.get("/extends").text(), "app's");
  EXPECT_EQ(client.get("/first").text(), "app's");
  EXPECT_EQ(client.get("/admin/").text(), "passed a b");
  EXPECT_EQ(client.get("/only").text(), " a ");
}

TEST(Templating, ImportedTemplatesSeeFlasksNamesButNotTheContext) {
  const Folder folder("imported");
  folder.write(
      "templates/macros.html",
      "{% macro m() %}{{ request.path }} {{ g.x }} {{ url_for('index') }} {{ passed }}{% endmacro %}");
  folder.write("templates/index.html", "{% from 'macros.html' import m %}{{ m() }}");
  App app{"t", {.root_path = folder.path()}};
  app.get("/", "index", [] {
    g["x"] = 7;
    return render_template("index.html", {{"passed", "p"}});
  });
  EXPECT_EQ(app.test_client().get("/").text(), "/ 7 / ");
}

TEST(Templating, AppsAndBlueprintsGiveFunctions) {
  App app{"t"};
  app.template_filter("money", [](double v) { return "$" + std::to_string(static_cast<int>(v)); });
  app.template_test("big", [](int n) { return n > 100; });
  app.template_global("twice", [](std::string_view text) { return std::string(text) + std::string(text); });
  Blueprint extra{"extra"};
  extra.app_template_filter("shout", [](std::string_view text) { return std::string(text) + "!"; });
  extra.app_template_test("small", [](int n) { return n < 5; });
  extra.app_template_global("seven", [] { return 7; });
  app.register_blueprint(extra);
  app.register_blueprint(extra, {.name = "again"});
  const AppContext context = app.app_context();
  EXPECT_EQ(render_template_string("{{ 5|money }} {{ 101 is big }} {{ twice('a') }} {{ 'b'|shout }} "
                                   "{{ 4 is small }} {{ seven() }}"),
            "$5 True aa b! True 7");
}

TEST(Templating, EscapesByTheNameOfTheTemplate) {
  const Folder folder("escaping");
  App app{"t", {.root_path = folder.path()}};
  const AppContext context = app.app_context();
  for (const char* name : {"a.html", "a.htm", "a.xml", "a.xhtml", "a.svg", "A.HTML"}) {
    folder.write(std::string("templates/") + name, "{{ v }}");
    EXPECT_EQ(render_template(name, {{"v", "<&>"}}), "&lt;&amp;&gt;") << name;
  }
  for (const char* name : {"a.txt", "a.js", "html", "a.html.txt"}) {
    folder.write(std::string("templates/") + name, "{{ v }}");
    EXPECT_EQ(render_template(name, {{"v", "<&>"}}), "<&>") << name;
  }
}

TEST(Templating, ReloadsInDebugModeOrWhenTold) {
  const Folder folder("reload");
  for (const bool reload : {false, true}) {
    folder.write("templates/a.html", "first");
    App app{"t", {.root_path = folder.path()}};
    app.config["TEMPLATES_AUTO_RELOAD"] = reload;
    const AppContext context = app.app_context();
    EXPECT_EQ(render_template("a.html"), "first");
    folder.write("templates/a.html", "the second");
    EXPECT_EQ(render_template("a.html"), reload ? "the second" : "first");
  }
}

TEST(Templating, WhatIsMissingNamesTheFolders) {
  App app{"t", {.root_path = "/nowhere"}};
  app.register_blueprint(Blueprint{"admin", {.template_folder = "/elsewhere"}});
  const AppContext context = app.app_context();
  for (const char* source : {"{% include 'missing.html' %}", "{% extends 'missing.html' %}"}) {
    try {
      render_template_string(source);
      FAIL();
    } catch (const jinja::TemplateNotFound& e) {
      EXPECT_EQ(e.message(), "missing.html");
      EXPECT_THAT(e.what(), HasSubstr("/nowhere/templates (application 't')")) << source;
      EXPECT_THAT(e.what(), HasSubstr("/elsewhere (blueprint 'admin')"));
    }
  }
  EXPECT_THROW(render_template("missing.html"), jinja::TemplateNotFound);
  EXPECT_EQ(render_template_string("{% include 'missing.html' ignore missing %}x"), "x");
}

TEST(Templating, TellsSignalsBeforeAndAfter) {
  App app{"t"};
  std::vector<std::string> events;
  before_render_template.connect(app, [&](App&, std::string_view, Value& context) {
    context.set("added", "by a receiver");
    events.push_back("before");
  });
  template_rendered.connect(
      app, [&](App&, std::string_view, Value& context) { events.push_back("after " + context["v"].str()); });
  const AppContext context = app.app_context();
  EXPECT_EQ(render_template_string("{{ v }} {{ added }}", {{"v", 1}}), "1 by a receiver");
  EXPECT_THAT(events, ElementsAre("before", "after 1"));
}

TEST(Templating, AttributesAreMacrosAndVariables) {
  const Folder folder("attributes");
  folder.write("templates/_cider.html",
               "{% macro hello(name) %}Hello {{ name }}!{% endmacro %}{% set n = 3 %}");
  App app{"t", {.root_path = folder.path()}};
  const AppContext context = app.app_context();
  EXPECT_EQ(get_template_attribute("_cider.html", "hello")({"<World>"}).str(), "Hello &lt;World&gt;!");
  EXPECT_EQ(get_template_attribute("_cider.html", "n").value().as_int(), 3);
  EXPECT_THROW(get_template_attribute("_cider.html", "none"), jinja::UndefinedError);
}

struct User {
  std::string name;
  int age;
};
struct Opaque {
  std::chrono::steady_clock::time_point when;
};

TEST(Templating, SeesWhatGHoldsWhereItsTypeCanBeSeen) {
  App app{"t"};
  const AppContext context = app.app_context();
  g["user"] = User{"Ada", 36};
  g["users"] = std::vector<User>{{"Bob", 1}};
  g["shared"] = std::make_shared<User>(User{"Cy", 2});
  g["value"] = Value::list({1, 2});
  g["opaque"] = Opaque{};
  EXPECT_EQ(
      render_template_string("{{ g.user.name }} {{ g.users[0].name }} {{ g.shared.age }} {{ g.value|sum }}"),
      "Ada Bob 2 3");
  EXPECT_TRUE(g.find<Opaque>("opaque"));
  EXPECT_ANY_THROW(render_template_string("{{ g.opaque.when }}"));
}

TEST(Templating, OptionsComeBeforeTheEnvironment) {
  App app{"t"};
  app.jinja_options().syntax.variable_start = "[[";
  app.jinja_options().syntax.variable_end = "]]";
  app.jinja_env().add_global("x", 1);
  EXPECT_THROW(app.jinja_options(), SetupError);
  const AppContext context = app.app_context();
  EXPECT_EQ(render_template_string("[[ x ]] {{ x }}"), "1 {{ x }}");
  EXPECT_THROW(app.jinja_env(), SetupError);
  EXPECT_THROW(app.template_filter("late", [](int n) { return n; }), SetupError);
}

TEST(Templating, SessionAndFlashesAreThere) {
  App app{"t"};
  app.config["SECRET_KEY"] = "k";
  app.get("/set", "set", [] {
    session["user"] = "ada";
    flash("<hi>");
    flash("no", "error");
    return "x";
  });
  app.get("/get", "get", [] {
    return render_template_string(
        "{{ session.user }} {{ session['user'] }}{% for c, m in get_flashed_messages(with_categories=true) "
        "%} "
        "{{ c }}:{{ m }}{% endfor %} {{ get_flashed_messages(category_filter=['error']) }}");
  });
  auto client = app.test_client();
  client.get("/set");
  const auto response = client.get("/get");
  EXPECT_EQ(response.text(), "ada ada message:&lt;hi&gt; error:no [&#39;no&#39;]");
  EXPECT_EQ(response.headers.get("Vary", ""), "Cookie");
}

TEST(Templating, ATemplateThatUsesNoSessionTouchesNone) {
  App app{"t"};
  app.config["SECRET_KEY"] = "k";
  app.get("/", "index", [] { return render_template_string("{{ request.path }}"); });
  EXPECT_FALSE(app.test_client().get("/").headers.contains("Vary"));
}

TEST(Templating, ExplainsLoadingInFlasksWords) {
  const Folder own("explain");
  own.write("templates/a.html", "x");
  App app{"t", {.root_path = own.path()}};
  app.config["EXPLAIN_TEMPLATE_LOADING"] = true;
  app.register_blueprint(Blueprint{"admin", {.template_folder = own.path() + "/templates"}});
  app.logger.set_level(LogLevel::info);
  const AppContext context = app.app_context();
  testing::internal::CaptureStderr();
  EXPECT_EQ(render_template("a.html"), "x");
  const std::string log = testing::internal::GetCapturedStderr();
  const std::string found = "       -> found ('" + own.path() + "/templates/a.html')";
  std::string told;
  for (std::size_t at = 0; (at = log.find("INFO in t: ", at)) != std::string::npos;) {
    at += 11;
    told += log.substr(at, log.find('\n', at) + 1 - at);
  }
  const std::string searched = "       searchpath:\n         - " + own.path() + "/templates\n" + found + "\n";
  EXPECT_EQ(told, "Locating template 'a.html':\n    1: trying loader of application 't'\n" + searched +
                      "    2: trying loader of blueprint 'admin'\n" + searched +
                      "Warning: multiple loaders returned a match for the template.\n");
}

}  // namespace
