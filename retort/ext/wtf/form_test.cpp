// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/form.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/client.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/templating.h"
#include "retort/ext/wtf/fields.h"
#include "retort/ext/wtf/templates.h"
#include "retort/http/multidict.h"
#include "retort/message/files.h"

namespace retort::wtf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void required(const Field& field) {
  if (!field.data_value().truthy()) throw StopValidation("This field is required.");
}

struct LoginForm {
  StringField email{"Email", {Validator(required, {{"required", true}})}};
  PasswordField password{"Password"};
};

App make_app() {
  App app{"forms"};
  app.config["SECRET_KEY"] = "a secret";
  app.config["WTF_CSRF_ENABLED"] = false;
  init_app(app);
  return app;
}

TEST(Form, ShowsItsFieldsAndTakesWhatIsSubmitted) {
  App app = make_app();
  app.route("/login", "login",
            [] {
              auto form = wtf::form<LoginForm>();
              if (form.validate_on_submit()) return "hello " + form->email.data;
              return render_template_string(
                  "{{ form.email.label }} {{ form.email(class_='x') }}"
                  "{% for e in form.email.errors %}[{{ e }}]{% endfor %}",
                  {{"form", form}});
            },
            {GET, POST});
  auto client = app.test_client();
  EXPECT_EQ(client.get("/login").text(),
            R"(<label for="email">Email</label> <input class="x" id="email" name="email" required )"
            R"(type="text" value="">)");
  EXPECT_EQ(client.post("/login", {.form = {{"email", "ada@example.com"}}}).text(), "hello ada@example.com");
  EXPECT_THAT(client.post("/login", {.form = {{"email", ""}}}).text(),
              HasSubstr("[This field is required.]"));
}

struct Survey {
  StringField name{"Name", {.default_ = "nobody"}};
  IntegerField age;
  BooleanField yes;
  SelectMultipleFieldOf<int> picks{"Picks", {}, {.choices = {1, 2, 3}}};
};

std::string data_of_survey() {
  auto form = wtf::form<Survey>();
  form.validate_on_submit();
  return form.data().str() + form.errors().str();
}

TEST(Form, IsFilledByMethodsThatSendSomething) {
  App app = make_app();
  app.route("/", "survey", data_of_survey, {GET, POST, PUT, PATCH, DELETE});
  auto client = app.test_client();
  const std::string empty = "{'name': 'nobody', 'age': None, 'yes': False, 'picks': None}{}";
  const std::string full = "{'name': 'ada', 'age': 36, 'yes': True, 'picks': [1, 3]}{}";
  const TestRequest sent{
      .form = {{"name", "ada"}, {"age", "36"}, {"yes", "y"}, {"picks", "1"}, {"picks", "3"}}};
  EXPECT_EQ(client.get("/?name=ada").text(), empty);
  EXPECT_EQ(client.post("/").text(), empty);
  EXPECT_EQ(client.post("/", sent).text(), full);
  EXPECT_EQ(client.put("/", sent).text(), full);
  EXPECT_EQ(client.patch("/", sent).text(), full);
  EXPECT_EQ(client.delete_("/", sent).text(), full);
}

TEST(Form, TakesJsonAsFlaskWtfDoes) {
  App app = make_app();
  app.route("/", "survey", data_of_survey, {POST});
  auto client = app.test_client();
  const auto post = [&](const char* body) {
    return client.post("/", {.data = body, .content_type = "application/json"}).text();
  };
  EXPECT_EQ(post(R"({"name": "ada", "age": 36, "yes": true, "picks": [1, "3"]})"),
            "{'name': 'ada', 'age': 36, 'yes': True, 'picks': [1, 3]}{}");
  EXPECT_EQ(post(R"({"name": null, "age": {"a": 1}, "yes": false, "picks": []})"),
            "{'name': 'nobody', 'age': None, 'yes': False, 'picks': []}{}");
  EXPECT_EQ(post("[1, 2]"), "{'name': 'nobody', 'age': None, 'yes': False, 'picks': []}{}");
  EXPECT_EQ(client.post("/", {.data = "{", .content_type = "application/json"}).status_code, 400);
}

struct Upload {
  FileField one;
  MultipleFileField many;
};

TEST(Form, HasTheFilesOfTheRequest) {
  App app = make_app();
  app.route("/", "upload",
            [] {
              auto form = wtf::form<Upload>();
              form.validate();
              if (request->form->contains("copy")) form->one.data = form->many.data.front();
              return form.data().str() + (form->one.data ? form->one.data->read() : "-") +
                     std::to_string(form->many.data.size());
            },
            {POST});
  auto client = app.test_client();
  EXPECT_EQ(
      client.post("/", {.files = {{"one", "a.txt", "text"}, {"many", "b.txt", "1"}, {"many", "c.txt", "2"}}})
          .text(),
      "{'one': 'a.txt', 'many': ['b.txt', 'c.txt']}text2");
  EXPECT_EQ(client.post("/", {.form = {{"copy", "y"}}, .files = {{"many", "b.txt", "1"}}}).text(),
            "{'one': 'b.txt', 'many': ['b.txt']}11");
  EXPECT_EQ(client.post("/", {.files = {{"one", "", ""}}}).text(), "{'one': None, 'many': None}-0");
  EXPECT_EQ(client.post("/", {.form = {{"one", "not a file"}}}).text(), "{'one': None, 'many': None}-0");
}

struct Register {
  StringField name;
  StringField password;
  StringField confirm{"Confirm", {[](const Register& form, const std::string& confirm) {
                        if (confirm != form.password.data) throw ValidationError("They differ.");
                      }}};
  IntegerField age{"Age", {[](int age) {
                     if (age < 18) throw ValidationError("Too young.");
                   }}};
  void validate() {
    if (name.data == "root") throw ValidationError("Not you.");
    if (name.data == "taken") name.errors.push_back("Taken.");
  }
};

TEST(Form, RunsValidatorsOfAllShapes) {
  const auto errors = [](http::MultiDict sent) {
    auto form = wtf::form<Register>({.formdata = sent});
    const bool valid = form.validate();
    EXPECT_EQ(valid, !form.base().has_errors());
    return form.errors().str();
  };
  EXPECT_EQ(errors({{"name", "ada"}, {"password", "x"}, {"confirm", "x"}}), "{}");  // no age: not asked
  EXPECT_EQ(errors({{"password", "x"}, {"confirm", "y"}, {"age", "17"}}),
            "{'confirm': ['They differ.'], 'age': ['Too young.']}");
  EXPECT_EQ(errors({{"name", "root"}}), "{None: ['Not you.']}");
  EXPECT_EQ(errors({{"name", "taken"}}), "{'name': ['Taken.']}");
  // The whole is not asked while a field is wrong.
  EXPECT_EQ(errors({{"name", "root"}, {"age", "3"}}), "{'age': ['Too young.']}");
}

struct Strict {
  StringField a;
  bool allowed = true;
  bool validate(const BaseForm& form) { return allowed && form.size() == 1; }
};

TEST(Form, IsInvalidWhenItsStructSaysSo) {
  auto form = wtf::form<Strict>();
  EXPECT_TRUE(form.validate());
  form->allowed = false;
  EXPECT_FALSE(form.validate());
}

TEST(Form, RunsValidatorsOfOneCallAlone) {
  auto form = wtf::form<LoginForm>({.data = Value::dict({{"email", "x"}})});
  const auto refuse = [](const Field&) { throw ValidationError("No."); };
  EXPECT_FALSE(form.validate({{"email", {refuse}}}));
  EXPECT_THAT(form->email.errors, ElementsAre("No."));
  EXPECT_TRUE(form.validate());
}

struct Misfit {
  StringField a{"A", {[](const IntegerField&) {}}};
};

TEST(Form, TellsOfValidatorsThatDoNotFit) {
  auto form = wtf::form<Misfit>();
  EXPECT_THROW(form.validate(), SetupError);
  auto other = wtf::form<LoginForm>();
  other->email.add_validator([](const Register&, const Field&) {});
  other->email.data = "x";
  EXPECT_THROW(other.validate(), SetupError);
}

TEST(Form, FindsAndRemovesFieldsByName) {
  auto form = wtf::form<LoginForm>();
  EXPECT_TRUE(form.contains("email"));
  EXPECT_EQ(&form["email"], &form->email);
  EXPECT_THROW(form["nothing"], KeyError);
  EXPECT_TRUE(form.remove("email"));
  EXPECT_FALSE(form.remove("email"));
  EXPECT_TRUE(form.validate());  // the one that is required is gone
  std::string names;
  for (const Field& field : form) names += field.name();
  EXPECT_EQ(names, "password");
}

struct User {
  std::string email = "old";
  std::optional<std::int64_t> age = 3;
  int visits = 1;
  bool is_admin = false;
};
struct Profile {
  StringField email;
  IntegerField age;
  IntegerField visits;
};

TEST(Form, PopulatesWhatItHasFieldsForAndNothingElse) {
  const http::MultiDict sent{{"email", "new"}, {"is_admin", "true"}};
  User user;
  auto form = wtf::form<Profile>({.formdata = sent});
  form.populate_obj(user);
  EXPECT_EQ(user.email, "new");
  EXPECT_FALSE(user.age);
  EXPECT_EQ(user.visits, 1);  // none does not fit
  EXPECT_FALSE(user.is_admin);
}

TEST(Form, EndsWithTheTokenOfTheSession) {
  App app = make_app();
  app.config["WTF_CSRF_ENABLED"] = true;
  app.route(
      "/", "login",
      [] {
        auto form = wtf::form<LoginForm>();
        form->email.data = "x";
        if (form.validate_on_submit()) return std::string("in");
        return render_template_string("{{ form.hidden_tag() }}{{ form.errors|tojson }}", {{"form", form}});
      },
      {GET, POST});
  app.route("/free", "free",
            [] { return std::to_string(wtf::form<LoginForm>({.csrf = false}).validate_on_submit()); },
            {POST});
  auto client = app.test_client();
  EXPECT_THAT(client.post("/", {.form = {{"email", "x"}}}).text(), HasSubstr("The CSRF token is missing."));
  const std::string page = client.get("/").text();
  EXPECT_THAT(page, HasSubstr(R"(<input id="csrf_token" name="csrf_token" type="hidden" value=")"));
  const std::size_t at = page.find("value=\"") + 7;
  const std::string token = page.substr(at, page.find('"', at) - at);
  EXPECT_EQ(client.post("/", {.form = {{"email", "x"}, {"csrf_token", token}}}).text(), "in");
  EXPECT_EQ(client.post("/free", {.form = {{"email", "x"}}}).text(), "1");
}

struct Everything {
  StringField name{
      "Name", {Validator(required, {{"required", true}})}, {.description = "As in <your> passport"}};
  HiddenField secret{"S", {.default_ = "h"}};
  BooleanField agree{"I agree"};
  RadioField pay{"Pay", {}, {.choices = {{"card", "Card"}, {"cash", "Cash"}}}};
  FormField<LoginForm> login{"Login"};
  FieldList<StringField> tags{StringField("Tag", {required}), "Tags", {}, {.min_entries = 1}};
  FileField photo;
};

std::string rendered(const char* source, const Form<Everything>& form) {
  App app = make_app();
  const AppContext context = app.app_context();
  return render_template_string(source, {{"form", form}});
}

TEST(Form, IsSeenInTemplatesAsWTFormsForms) {
  const http::MultiDict sent{{"name", ""}, {"pay", "cash"}};
  auto form = wtf::form<Everything>({.formdata = sent});
  form.validate();
  struct Case {
    const char* source;
    const char* expected;
  };
  const Case cases[] = {
      {"{% for f in form %}{{ f.name }} {% endfor %}", "name secret agree pay login tags photo "},
      {"{{ 'name' in form }} {{ 'x' in form }} {{ form['name'].id }} {{ form.x is defined }}",
       "True False name False"},
      {"{{ form.name.type }} {{ form.name.short_name }} {{ form.name.description }}",
       "StringField name As in &lt;your&gt; passport"},
      {"{{ form.name.flags.required }} {{ form.name.flags.maxlength }} {{ 'required' in form.name.flags }}",
       "True None True"},
      {"{{ form.name.errors }} {{ form.errors.name[0] }} {{ form.name.data }}",
       "[&#39;This field is required.&#39;] This field is required. "},
      {"{{ form.name(class_='a', **{'data-y': 1}) }}",
       R"(<input class="a" data-y="1" id="name" name="name" required type="text" value="">)"},
      {"{{ form.name.label(class='l') }}{{ form.name.label('Hi') }}{{ form.name.label.text }}",
       R"(<label class="l" for="name">Name</label><label for="name">Hi</label>Name)"},
      {"{{ form.name.widget.input_type }} {{ form.pay.widget.input_type is defined }}", "text False"},
      {"{{ form.hidden_tag() }}|{{ form.hidden_tag('name', 'secret', form.secret, 'nothing') }}",
       "<input id=\"secret\" name=\"secret\" type=\"hidden\" value=\"h\">|<input id=\"secret\" "
       "name=\"secret\" "
       "type=\"hidden\" value=\"h\">\n<input id=\"secret\" name=\"secret\" type=\"hidden\" value=\"h\">"},
      {"{% for o in form.pay %}{{ o.data }}={{ o.checked }} {{ o.label.text }};{% endfor %}",
       "card=False Card;cash=True Cash;"},
      {"{{ form.pay.iter_choices() }}{{ form.pay.has_groups() }}",
       "[(&#39;card&#39;, &#39;Card&#39;, False, {}), (&#39;cash&#39;, &#39;Cash&#39;, True, {})]False"},
      {"{{ form.login.email.name }} {{ form.login.form.email.id }} {{ form.login['email'].errors[0] }}",
       "login-email login-email This field is required."},
      {"{{ form.tags|length }} {{ form.tags[0].name }} {{ form.tags[-1].name }} {{ form.tags.entries|length "
       "}}",
       "1 tags-0 tags-0 1"},
      {"{% for t in form.tags %}{{ t.errors }}{% endfor %}", "[&#39;This field is required.&#39;]"},
      {"{{ form.data.pay }} {{ form.is_multipart }} {{ form.form_errors }}", "cash True []"},
      {"{{ form.name.raw_data }} {{ form.name.object_data }} {{ form.name.gettext('x') }}",
       "[&#39;&#39;] None x"},
  };
  for (const Case& c : cases) EXPECT_EQ(rendered(c.source, form), c.expected) << c.source;
  EXPECT_THROW(rendered("{{ form.name(1) }}", form), std::exception);
}

TEST(Form, StaysAliveWhileATemplateHasSomethingOfIt) {
  Value field;
  Value inner;
  Value option;
  {
    const Value form = wtf::form<Everything>({.data = Value::dict({{"name", "a name that needs memory"}})});
    field = form.as_object().attribute("name");
    inner = form.as_object().attribute("login").as_object().attribute("email");
    Value at;
    auto walk = form.as_object().attribute("pay").as_object().iterate();
    ASSERT_TRUE(walk->next(option));
  }
  EXPECT_THAT(field.str(), HasSubstr("a name that needs memory"));
  EXPECT_THAT(inner.str(), HasSubstr("login-email"));
  EXPECT_THAT(option.str(), HasSubstr("pay-0"));
}

TEST(FormMacros, RenderAccessibly) {
  const http::MultiDict sent{{"name", ""}, {"pay", ""}, {"tags-0", ""}};
  auto form = wtf::form<Everything>({.formdata = sent});
  form.validate();
  const std::string page = rendered(
      "{% from 'wtf/form.html' import render_form %}{{ render_form(form, action='/go?a=1&b=2', class='wide') "
      "}}",
      form);
  EXPECT_THAT(
      page,
      HasSubstr(
          R"(<form method="post" action="/go?a=1&amp;b=2" enctype="multipart/form-data" class="wide">)"));
  EXPECT_THAT(page, HasSubstr(R"(<div class="form-error-summary" role="alert" tabindex="-1">)"));
  EXPECT_THAT(page, HasSubstr(R"(<li><a href="#name">Name: This field is required.</a></li>)"));
  EXPECT_THAT(page, HasSubstr(R"(<li><a href="#pay-0">Pay: Not a valid choice.</a></li>)"));
  EXPECT_THAT(page, HasSubstr(R"(<li><a href="#login-email">Email: This field is required.</a></li>)"));
  EXPECT_THAT(page, HasSubstr(R"(<li><a href="#tags-0">Tag: This field is required.</a></li>)"));
  EXPECT_THAT(
      page,
      HasSubstr(R"(<input aria-describedby="name-description name-errors" aria-invalid="true" id="name")"));
  EXPECT_THAT(
      page,
      HasSubstr(R"(<p class="form-description" id="name-description">As in &lt;your&gt; passport</p>)"));
  EXPECT_THAT(page, HasSubstr(R"(<ul class="form-errors" id="name-errors">)"));
  EXPECT_THAT(page, HasSubstr(R"(Name <span class="form-required" aria-hidden="true">*</span></label>)"));
  EXPECT_THAT(
      page,
      HasSubstr(
          R"(<fieldset class="form-field form-group form-field-invalid" id="pay" role="radiogroup" aria-describedby="pay-errors" aria-invalid="true">)"));
  EXPECT_THAT(page, HasSubstr(R"(<legend class="form-label">Login</legend>)"));
  EXPECT_THAT(page, HasSubstr(R"(<button type="submit">Submit</button>)"));
  EXPECT_THAT(page, HasSubstr(R"(<input id="secret" name="secret" type="hidden" value="h">)"));
}

TEST(FormMacros, SayNothingWhereNothingIsWrong) {
  auto form = wtf::form<Everything>();
  const std::string page = rendered(
      "{% from 'wtf/form.html' import error_summary, render_field %}{{ error_summary(form) }}|"
      "{{ render_field(form.name, autocomplete='name') }}",
      form);
  EXPECT_EQ(
      page,
      "|<div class=\"form-field\">\n<label class=\"form-label\" for=\"name\">Name <span "
      "class=\"form-required\" aria-hidden=\"true\">*</span></label>\n<input "
      "aria-describedby=\"name-description\" autocomplete=\"name\" id=\"name\" name=\"name\" required "
      "type=\"text\" value=\"\">\n<p class=\"form-description\" id=\"name-description\">As in &lt;your&gt; "
      "passport</p>\n</div>");
}

TEST(MadeForm, HasFieldsThatAreKnownAtRunTime) {
  std::vector<NamedField> fields;
  fields.push_back({"a", std::make_unique<StringField>("A", std::vector<Validator>{required})});
  fields.push_back({"b", std::make_unique<IntegerField>("B")});
  const http::MultiDict sent{{"b", "5"}};
  auto form = make_form(std::move(fields), {.formdata = sent});
  EXPECT_FALSE(form.validate());
  EXPECT_EQ(form.errors().str(), "{'a': ['This field is required.']}");
  EXPECT_EQ(form.data().str(), "{'a': None, 'b': 5}");
}

}  // namespace
}  // namespace retort::wtf
