// SPDX-License-Identifier: BSD-3-Clause
// Stored and reflected XSS through every field of a form, into every place of its HTML.
#include <string>
#include <vector>

#include "tests/security/forms_html.h"
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/templating.h"
#include "retort/base/reflect_many.h"
#include "retort/ext/wtf/choice_fields.h"
#include "retort/ext/wtf/date_fields.h"
#include "retort/ext/wtf/form.h"
#include "retort/ext/wtf/number_fields.h"
#include "retort/ext/wtf/text_fields.h"
#include "retort/ext/wtf/validators.h"
#include "retort/testing/client.h"
#include "retort/value/error.h"

namespace retort::wtf {
namespace {

using forms_security::trespass;

const std::vector<std::string> kPayloads = {
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><svg onload=alert(1)>",
    "\" onfocus=\"alert(1)\" autofocus=\"",
    "' onfocus='alert(1)",
    "</textarea><script>alert(1)</script>",
    "</option></select><img src=x onerror=alert(1)>",
    "</label><b>",
    "<!--",
    "--><i>",
    "<![CDATA[<i>]]>",
    "&#60;script&#62;<i>",
    "{{ 7 * 7 }}<i>",
    "%3Cscript%3E<i>",
    "<\nscript\n>",
    "<sCrIpT>",
    std::string("<scr\0ipt>", 9),
    "\xf0<i>\xc0\xbc",
    "\xff\"><i>",
    "+ADw-script+AD4-<i>",
};

const std::vector<std::string_view> kTags = {"input", "textarea", "select", "option", "optgroup",
                                             "label", "ul",       "li",     "em"};

constexpr const char* kPage = R"({% for field in form %}{{ field.label }}{{ field.label(class_="l") }}
{{ field }}{{ field(class_="c") }}{{ field.description }}{{ field.data }}{{ field.id }}{{ field.name }}
{% for error in field.errors %}<em>{{ error }}</em>{% endfor %}{% endfor %}
{% for option in form.radio %}{{ option }}{{ option.label }}{% endfor %}
{{ form.hidden_tag() }}{{ form.errors }}{{ form.data }})";

void complain(const std::string& data) { throw ValidationError("Not: " + data); }

struct Everything {
  StringField plain{nullptr, {complain, any_of({"a"})}};
  TextAreaField area{nullptr, {complain}};
  PasswordField password;
  HiddenField hidden{nullptr, {complain}};
  SearchField search;
  TelField tel;
  URLField url{nullptr, {wtf::url()}};
  EmailField email{nullptr, {wtf::email()}};
  ColorField color;
  BooleanField flag;
  IntegerField integer;
  IntegerRangeField range;
  FloatField real;
  DecimalField decimal;
  DecimalRangeField share;
  DateField date;
  TimeField time;
  DateTimeField moment;
  DateTimeLocalField local;
  MonthField month;
  WeekField week;
  SelectField select{nullptr, {.choices = {{"a", "A"}}}};
  SelectField free{nullptr, {.choices = {{"a", "A"}}, .validate_choice = false}};
  SelectFieldOf<std::int64_t> number{nullptr, {.choices = {{1, "one"}}}};
  SelectMultipleField several{nullptr, {.choices = {{"a", "A"}}}};
  RadioField radio{nullptr, {.choices = {{"a", "A"}}}};
  SubmitField submit;
};

std::string page_of_everything() {
  auto form = wtf::form<Everything>({.csrf = false});
  form.validate();
  return render_template_string(kPage, {{"form", form}});
}

TEST(Forms, AreReadStrictlyByTheseTests) {
  EXPECT_EQ(trespass("a &lt; b <em>c</em><input class=\"x\" required value=\"&#34;\">", kTags), "");
  for (const char* html :
       {"<script>", "<em", "a > b", "\"", "'", "<em onclick=\"x\">", "<input value=\"a>\">",
        "<input value=a>", "<input value='a'>", "<!--x-->", "<input/onload>", "<em value=\"x"})
    EXPECT_NE(trespass(html, kTags), "") << html;
}

std::vector<std::string> names_of_everything() {
  std::vector<std::string> names;
  const auto form = wtf::form<Everything>({.formdata = nullptr, .csrf = false});
  for (const Field& field : form) names.emplace_back(field.name());
  return names;
}

TEST(Forms, LetNoValueThatWasSentBecomeMarkup) {
  App app{"forms"};
  app.config["SECRET_KEY"] = "dev";
  app.route<page_of_everything>("/", {GET, POST});
  auto client = app.test_client();
  for (const std::string& payload : kPayloads) {
    TestRequest request;
    for (const std::string& name : names_of_everything()) request.form.add(name, payload);
    const auto answer = client.post("/", request);
    ASSERT_EQ(answer.status_code, 200) << payload << answer.data;
    EXPECT_EQ(trespass(answer.data, kTags), "") << payload << "\n" << answer.data;
  }
}

// What an object, a database or a translation put into a form is no safer than what was sent.
FormHandle form_of_texts(const std::string& text) {
  StringOptions options;
  options.description = text;
  options.render_kw = Value::dict({{"placeholder", text}, {"title", text}});
  SelectField::Options choices;
  choices.choices =
      wtf::groups<std::string>({{text, {{text, text}, {"b", text, Value::dict({{"title", text}})}}}});
  RadioField::Options buttons;
  buttons.choices = Choices<std::string>({{text, text}, {"b", text}});
  std::vector<NamedField> fields;
  const std::vector<Validator> complaining{Validator(complain)};
  fields.push_back({"plain", std::make_unique<StringField>(text, complaining, options)});
  fields.push_back({"area", std::make_unique<TextAreaField>(text, complaining, options)});
  fields.push_back({"select", std::make_unique<SelectField>(text, choices)});
  fields.push_back({"radio", std::make_unique<RadioField>(text, buttons)});
  fields.push_back({"submit", std::make_unique<SubmitField>(text)});
  const std::string prefix = text;
  const Value data = Value::dict({{"plain", text}, {"area", text}, {"select", text}, {"radio", text}});
  const FormHandle form =
      make_form(std::move(fields), {.prefix = prefix, .formdata = nullptr, .data = data, .csrf = false});
  form.validate();
  form.form_errors().push_back(text);
  return form;
}

TEST(Forms, LetNoLabelDescriptionChoiceOrPrefixBecomeMarkup) {
  for (const std::string& payload : kPayloads) {
    App app{"forms"};
    app.get("/", [&payload] { return render_template_string(kPage, {{"form", form_of_texts(payload)}}); });
    const auto answer = app.test_client().get("/");
    ASSERT_EQ(answer.status_code, 200) << payload << answer.data;
    EXPECT_EQ(trespass(answer.data, kTags), "") << payload << "\n" << answer.data;
  }
}

TEST(Forms, LetNoArgumentOfATemplateBecomeMarkup) {
  for (const std::string& payload : kPayloads) {
    App app{"forms"};
    app.get("/", [&payload] {
      return render_template_string(
          "{{ form.plain(class_=text, value=text, id=text, data_x=text) }}{{ form.plain.label(text, "
          "class_=text) }}"
          "{{ form.select(class_=text) }}{{ form.area(rows=text) }}",
          {{"form", form_of_texts("x")}, {"text", payload}});
    });
    const auto answer = app.test_client().get("/");
    ASSERT_EQ(answer.status_code, 200) << payload << answer.data;
    EXPECT_EQ(trespass(answer.data, kTags), "") << payload << "\n" << answer.data;
  }
}

// Jinja CVE-2024-22195 and CVE-2024-34064 were the same in its filter xmlattr.
TEST(Forms, RefuseNamesOfAttributesThatEndTheirTagOrBeginAnother) {
  for (const char* name : {"x onfocus=alert(1) y", "x/onfocus=alert(1)", "x>", "x><script>", "x\"", "x'",
                           "x=y", "x\ny", "x\fy", "x\ty", "x\ry", "x\vy", "<script", ""}) {
    const FormHandle form = form_of_texts("x");
    EXPECT_THROW(form["plain"]({{name, "v"}}), ValueError) << name;
    EXPECT_THROW(form["select"]({{name, true}}), ValueError) << name;
    EXPECT_THROW(form["area"].label()({{name, "v"}}), ValueError) << name;
    App app{"forms"};
    app.get("/", [&] {
      return render_template_string("{{ form.plain(**{name: 'v'}) }}", {{"form", form}, {"name", name}});
    });
    EXPECT_EQ(app.test_client().get("/").status_code, 500) << name;
  }
}

TEST(Forms, ShowNoPasswordAgain) {
  App app{"forms"};
  app.route<page_of_everything>("/", {GET, POST});
  const auto answer = app.test_client().post("/", {.form = {{"password", "hunter2"}}});
  const std::size_t field = answer.data.find("type=\"password\"");
  ASSERT_NE(field, std::string::npos);
  EXPECT_EQ(answer.data.find("value=\"hunter2\""), std::string::npos);
}

}  // namespace
}  // namespace retort::wtf
