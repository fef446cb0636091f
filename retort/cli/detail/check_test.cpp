// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/check.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "retort/app/app.h"

namespace retort::detail {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string page() { return ""; }
std::string text_page(const std::string&) { return ""; }
std::string number_page(int) { return ""; }

class Check : public ::testing::Test {
 protected:
  Check() : folder(fs::path(::testing::TempDir()) / ("check_" + std::to_string(getpid()))) {
    fs::remove_all(folder);
    fs::create_directories(folder / "templates");
    fs::create_directories(folder / "admin_templates");
  }
  ~Check() override { fs::remove_all(folder); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }

  App make_app() const {
    App app{"shop", {.root_path = folder.string()}};
    app.config["SECRET_KEY"] = "d41d8cd98f00b204e9800998ecf8427e";
    app.get("/", "index", page);
    app.get("/post/<int:post_id>", "post", number_page);
    return app;
  }

  /// The findings, one a line, with places in the folder made relative.
  std::string found(App& app) const {
    std::string out;
    for (const Finding& finding : check_app(app)) {
      std::string line = finding.place + (finding.place.empty() ? "" : ": ") +
                         (finding.is_error ? "error: " : "warning: ") + finding.text + "\n";
      for (std::size_t at; (at = line.find(folder.string() + "/")) != line.npos;)
        line.erase(at, folder.string().size() + 1);
      out += line;
    }
    return out;
  }
  std::string found() const {
    App app = make_app();
    return found(app);
  }

  fs::path folder;
};

TEST_F(Check, FindsNothingInAnAppWithoutMistakes) {
  write("templates/layout.html", "<a href=\"{{ url_for('static', filename='a.css') }}\">");
  write(
      "templates/index.html",
      "{% extends 'layout.html' %}{% from 'none.html' import x %}\n"
      "{{ url_for('post', post_id=p.id, page=2, _anchor='x') }}{{ url_for(name) }}{{ url_for('post', **v) }}"
      "{% include 'no.html' ignore missing %}{% include ['no.html', 'layout.html'] %}");
  write("templates/none.html", "");
  write("templates/.index.html.swp", "{% if");
  write("templates/index.html~", "{% if");
  EXPECT_EQ(found(), "");
}

TEST_F(Check, TemplatesThatDoNotCompile) {
  write("templates/a.html", "<p>\n{% if x %}\n");
  write("templates/b.html", "\n\n{{ x|uper }}");
  EXPECT_THAT(found(), HasSubstr("templates/a.html:"));
  EXPECT_THAT(found(), HasSubstr("templates/b.html:3: error: No filter named 'uper'."));
}

TEST_F(Check, TemplatesThatAreNotThere) {
  write("templates/a.html", "\n{% extends 'layuot.html' %}");
  write("templates/b.html", "{% include ['x.html', 'y.html'] %}");
  EXPECT_EQ(found(),
            "templates/a.html:2: error: there is no template 'layuot.html'\n"
            "templates/b.html:1: error: there is none of the templates 'x.html', 'y.html'\n");
}

TEST_F(Check, EndpointsThatAreNotThere) {
  write(
      "templates/a.html",
      "{{ url_for('indx') }}\n{% block b %}{% for p in posts %}\n{{ url_for('post', id=p.id) }}{% endfor %}\n"
      "{% endblock %}{% macro m() %}{{ url_for('post') }}{% endmacro %}\n"
      "{{ url_for('post', post_id='seven') }}\n{{ url_for('index', _method='POST') }}");
  EXPECT_EQ(
      found(),
      "templates/a.html:1: error: url_for('indx'): there is no such endpoint. Did you mean 'index' "
      "instead?\n"
      "templates/a.html:3: error: url_for('post'): 'post_id' is missing for the rule "
      "'/post/<int:post_id>'\n"
      "templates/a.html:4: error: url_for('post'): 'post_id' is missing for the rule "
      "'/post/<int:post_id>'\n"
      "templates/a.html:5: error: url_for('post'): Could not build url for endpoint 'post': 'seven' is no "
      "integer\n"
      "templates/a.html:6: error: url_for('index', _method='POST'): no rule of it takes this method\n");
}

TEST_F(Check, LeavesToTheAppWhatFunctionsGive) {
  write("templates/a.html", "{{ url_for('post') }}");
  App app = make_app();
  app.url_defaults([](std::string_view, Value& values) { values.set("post_id", 1); });
  EXPECT_EQ(found(app), "");
  write("templates/a.html", "{{ url_for('elsewhere') }}");
  App handled = make_app();
  handled.url_build_error_handler(
      [](const std::string&, std::string_view, const routing::Variables&) { return std::string("/"); });
  EXPECT_THAT(found(handled), HasSubstr("a.html:1: warning: url_for('elsewhere')"));
}

TEST_F(Check, RelativeEndpointsAreOfTheBlueprint) {
  write(
      "admin_templates/users.html",
      "{{ url_for('.users') }}\n{{ url_for('.user') }}\n{{ url_for('.index') }}\n{{ url_for('.nowhere') }}");
  write("templates/shared.html", "{{ url_for('.users') }}\n{{ url_for('.nowhere') }}");
  App app = make_app();
  Blueprint admin{"admin",
                  {.url_prefix = "/admin", .template_folder = (folder / "admin_templates").string()}};
  admin.get("/users", "users", page);
  admin.get("/users/<name>", "user", text_page);
  app.register_blueprint(admin);
  EXPECT_EQ(
      found(app),
      "templates/shared.html:2: error: url_for('.nowhere'): no blueprint has an endpoint 'nowhere'\n"
      "admin_templates/users.html:2: error: url_for('admin.user'): 'name' is missing for the rule "
      "'/admin/users/<name>'\n"
      "admin_templates/users.html:4: error: url_for('.nowhere'): no blueprint has an endpoint 'nowhere'\n"
      "admin_templates/users.html:3: warning: url_for('.index'): the blueprint 'admin', whose template "
      "this is, has no endpoint 'index'\n");
}

TEST_F(Check, AFolderOfABlueprintThatIsNotThere) {
  App app = make_app();
  app.register_blueprint(Blueprint{"admin", {.template_folder = (folder / "nowhere").string()}});
  EXPECT_EQ(found(app), "warning: the template folder nowhere of blueprint 'admin' is not there\n");
}

TEST_F(Check, RulesThatAreNotReached) {
  App app = make_app();
  const int line = __LINE__;
  app.get("/<name>", "first", text_page);
  app.get("/<string(length=3):code>", "second", text_page);
  app.get("/<any(one, two):word>", "third", text_page);
  app.get("/<int:number>", "number", number_page);
  app.get("/fixed", "fixed", page);
  app.get("/<path:rest>", "rest", text_page);
  app.route("/edit/<id>", "edit", text_page, {GET, POST});
  app.post("/edit/<string(length=3):key>", "save", text_page);
  app.route("/edit/<any(a, b):key>", "replace", text_page, {GET, PUT});
  const auto at = [&](int place) { return __FILE__ + (":" + std::to_string(line + place)); };
  EXPECT_EQ(
      found(app),
      at(2) +
          ": error: the rule '/<string(length=3):code>' (endpoint 'second') is never reached: '/<name>' "
          "(endpoint 'first', " +
          at(1) + ") answers in its place\n" + at(3) +
          ": error: the rule '/<any(one, two):word>' (endpoint 'third') is never reached: '/<name>' "
          "(endpoint "
          "'first', " +
          at(1) + ") answers in its place\n" + at(8) +
          ": error: the rule '/edit/<string(length=3):key>' (endpoint 'save') is never reached: '/edit/<id>' "
          "(endpoint 'edit', " +
          at(7) + ") answers in its place\n" + at(9) +
          ": warning: the rule '/edit/<any(a, b):key>' (endpoint 'replace') is not reached with GET: "
          "'/edit/<id>' (endpoint 'edit', " +
          at(7) + ") answers in its place\n");
}

TEST_F(Check, WhereABlueprintsRuleWasAdded) {
  App app = make_app();
  Blueprint bp{"shop"};
  const int line = __LINE__;
  bp.add_url_rule("/<name>", "first", text_page);
  bp.get<text_page>("/<any(zqx):x>");
  bp.add_url_rule("/none", "third");
  app.register_blueprint(bp, {.url_prefix = "/s"});
  const auto at = [&](int place) { return __FILE__ + (":" + std::to_string(line + place)); };
  const std::string shown = found(app);
  EXPECT_THAT(shown,
              HasSubstr(at(2) + ": error: the rule '/s/<any(zqx):x>' (endpoint 'shop.text_page') is never"));
  EXPECT_THAT(shown, HasSubstr("(endpoint 'shop.first', " + at(1) + ") answers"));
  EXPECT_THAT(shown, HasSubstr("error: " + at(3) + ": the rule '/s/none' of 'shop' has no view"));
}

TEST_F(Check, RulesThatMatchDifferentThingsAreReached) {
  App app = make_app();
  app.get("/a/<uuid:u>", "u", [](const Uuid&) { return std::string(); });
  app.get("/a/<x>", "x", text_page);
  app.get("/a/<int:n>", "n", number_page);
  app.get("/b/<float(min=2):f>", "f", [](double) { return std::string(); });
  app.get("/c/<int(fixed_digits=4):year>/", "year", number_page);
  app.get("/c/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>/", "month",
          [](int, int) { return std::string(); });
  app.get("/d/", "all", page);
  app.post("/d/", "add", page);
  EXPECT_EQ(found(app), "");
}

TEST_F(Check, ViewsAndEndpointsAgree) {
  App without_view = make_app();
  without_view.add_url_rule("/orphan", "orphan");
  EXPECT_THAT(found(without_view), HasSubstr(": the rule '/orphan' of 'shop' has no view"));
  App without_rule = make_app();
  without_rule.endpoint("lonely", page);
  EXPECT_EQ(found(without_rule), "warning: the view of the endpoint 'lonely' has no rule\n");
}

TEST_F(Check, SecretsThatAreMissingOrPlaceholders) {
  const auto with_key = [&](const Value& key, bool debug = false) {
    App app = make_app();
    app.config["SECRET_KEY"] = key;
    app.config["DEBUG"] = debug;
    return found(app);
  };
  EXPECT_THAT(with_key("Change-Me"), HasSubstr("warning: SECRET_KEY is a placeholder (from: code)"));
  EXPECT_THAT(with_key("0a1b2c"), HasSubstr("warning: SECRET_KEY has 6 bytes (from: code)"));
  EXPECT_THAT(with_key("dev", true), IsEmpty());
  EXPECT_THAT(with_key(Value(nullptr)), HasSubstr("warning: SECRET_KEY is not set"));
  write("templates/a.html", "{% for m in get_flashed_messages() %}{{ m }}{% endfor %}");
  EXPECT_THAT(with_key(Value(nullptr)),
              HasSubstr("error: SECRET_KEY is not set, and sessions are used, as by templates/a.html"));
  App app = make_app();
  app.config["MAIL_PASSWORD"] = "changeme";
  EXPECT_EQ(found(app), "warning: MAIL_PASSWORD is a placeholder (from: code)\n");
}

TEST(FindingsText, CountsAndEscapes) {
  EXPECT_EQ(findings_text({}, false), "Nothing found.\n");
  const Findings findings = {{true, "a\x1b.html:1", "bad\nline"}, {false, "", "so-so"}};
  EXPECT_EQ(findings_text(findings, false),
            "a\\x1b.html:1: error: bad\\nline\nwarning: so-so\n1 error, 1 warning.\n");
  EXPECT_THAT(findings_text(findings, true), HasSubstr("\x1b[1m\x1b[31merror\x1b[0m: bad"));
}

}  // namespace
}  // namespace retort::detail
