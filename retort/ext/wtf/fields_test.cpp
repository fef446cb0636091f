// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/fields.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/scaffold.h"
#include "retort/ext/wtf/form.h"
#include "retort/ext/wtf/widgets.h"
#include "retort/http/multidict.h"

namespace retort::wtf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// What WTForms renders and says (3.3; its vectors are run as conformance cases).

struct EachKind {
  StringField text;
  TextAreaField area;
  PasswordField secret;
  HiddenField hidden;
  SearchField search;
  TelField tel;
  URLField url;
  EmailField email;
  ColorField color;
  IntegerField integer;
  FloatField real;
  DecimalField decimal;
  IntegerRangeField range;
  DecimalRangeField decimal_range;
  BooleanField box;
  SubmitField send;
  DateField date;
  TimeField time;
  DateTimeField moment;
  DateTimeLocalField local;
  MonthField month;
  WeekField week;
  FileField file;
  MultipleFileField files;
};

struct Shown {
  std::string_view field, html;
};

TEST(Fields, RenderAsWTFormsDoes) {
  constexpr Shown kCases[] = {
      {"text", R"(<input id="text" name="text" type="text" value="">)"},
      {"area", "<textarea id=\"area\" name=\"area\">\r\n</textarea>"},
      {"secret", R"(<input id="secret" name="secret" type="password" value="">)"},
      {"hidden", R"(<input id="hidden" name="hidden" type="hidden" value="">)"},
      {"search", R"(<input id="search" name="search" type="search" value="">)"},
      {"tel", R"(<input id="tel" name="tel" type="tel" value="">)"},
      {"url", R"(<input id="url" name="url" type="url" value="">)"},
      {"email", R"(<input id="email" name="email" type="email" value="">)"},
      {"color", R"(<input id="color" name="color" type="color" value="">)"},
      {"integer", R"(<input id="integer" name="integer" type="number" value="">)"},
      {"real", R"(<input id="real" name="real" step="any" type="number" value="">)"},
      {"decimal", R"(<input id="decimal" name="decimal" step="any" type="number" value="">)"},
      {"range", R"(<input id="range" name="range" type="range" value="">)"},
      {"decimal_range",
       R"(<input id="decimal_range" name="decimal_range" step="any" type="range" value="">)"},
      {"box", R"(<input id="box" name="box" type="checkbox" value="y">)"},
      {"send", R"(<input id="send" name="send" type="submit" value="Send">)"},
      {"date", R"(<input id="date" name="date" type="date" value="">)"},
      {"time", R"(<input id="time" name="time" type="time" value="">)"},
      {"moment", R"(<input id="moment" name="moment" type="datetime" value="">)"},
      {"local", R"(<input id="local" name="local" type="datetime-local" value="">)"},
      {"month", R"(<input id="month" name="month" type="month" value="">)"},
      {"week", R"(<input id="week" name="week" type="week" value="">)"},
      {"file", R"(<input id="file" name="file" type="file">)"},
      {"files", R"(<input id="files" multiple name="files" type="file">)"},
  };
  const auto form = wtf::form<EachKind>();
  for (const Shown& c : kCases) EXPECT_EQ(form[c.field]().view(), c.html);
  EXPECT_EQ(form->decimal_range.label_text(), "Decimal Range");
  EXPECT_EQ(form->decimal_range.label()().view(), R"(<label for="decimal_range">Decimal Range</label>)");
}

TEST(Fields, ReadWhatIsSentAndShowItAgain) {
  const http::MultiDict sent{{"text", "a<b"},
                             {"secret", "hush"},
                             {"integer", " 42 "},
                             {"real", "1.5"},
                             {"decimal", "43.5"},
                             {"box", "y"},
                             {"date", "2024-05-06"},
                             {"time", "07:08"},
                             {"moment", "2024-05-06 07:08:09"},
                             {"local", "2024-05-06T07:08"},
                             {"month", "2024-05"},
                             {"week", "2024-W19"}};
  auto form = wtf::form<EachKind>({.formdata = sent});
  EXPECT_TRUE(form.validate());
  EXPECT_EQ(form->text.data, "a<b");
  EXPECT_EQ(form->integer.data, 42);
  EXPECT_EQ(form->real.data, 1.5);
  EXPECT_EQ(form->decimal.data, Decimal("43.5"));
  EXPECT_TRUE(form->box.data);
  EXPECT_FALSE(form->send.data);
  EXPECT_EQ(form->date.data, (Date{2024, 5, 6}));
  EXPECT_EQ(form->time.data, (Time{7, 8}));
  EXPECT_EQ(form->moment.data, (DateTime{2024, 5, 6, 7, 8, 9}));
  EXPECT_EQ(form->local.data, (DateTime{2024, 5, 6, 7, 8}));
  EXPECT_EQ(form->month.data, (Date{2024, 5, 1}));
  EXPECT_EQ(form->week.data, (Date{2024, 5, 6}));
  EXPECT_EQ(form->text().view(), R"(<input id="text" name="text" type="text" value="a&lt;b">)");
  EXPECT_EQ(form->secret().view(), R"(<input id="secret" name="secret" type="password" value="">)");
  EXPECT_EQ(form->integer().view(), R"(<input id="integer" name="integer" type="number" value=" 42 ">)");
  EXPECT_EQ(form->box().view(), R"(<input checked id="box" name="box" type="checkbox" value="y">)");
}

TEST(Fields, SayWhatTheyCannotRead) {
  const http::MultiDict sent{{"integer", "1.5"},     {"real", ""},       {"decimal", "1,5"},
                             {"date", "2024-13-01"}, {"time", "25:00"},  {"moment", "now"},
                             {"month", "x"},         {"week", "2024-19"}};
  auto form = wtf::form<EachKind>({.formdata = sent});
  EXPECT_FALSE(form.validate());
  EXPECT_EQ(
      form.errors().str(),
      "{'integer': ['Not a valid integer value.'], 'real': ['Not a valid float value.'], 'decimal': ['Not "
      "a valid decimal value.'], 'date': ['Not a valid date value.'], 'time': ['Not a valid time value.'], "
      "'moment': ['Not a valid datetime value.'], 'month': ['Not a valid date value.'], 'week': ['Not a "
      "valid week value.']}");
  EXPECT_FALSE(form->integer.data);
  EXPECT_EQ(form->date().view(), R"(<input id="date" name="date" type="date" value="2024-13-01">)");
}

struct Prices {
  DecimalField net{"Net", {}, {.places = 1, .default_ = Decimal("2.25")}};
  DecimalField up{"Up", {}, {.places = 1, .rounding = Rounding::half_up, .default_ = Decimal("2.25")}};
  DecimalField all{"All", {}, {.places = std::nullopt, .default_ = Decimal("2.2500")}};
  DateField day{"Day", {}, {.format = {"%d.%m.%Y", "%Y-%m-%d"}, .default_ = Date{2024, 5, 6}}};
};

TEST(Fields, ShowDataByTheirPlacesAndFormats) {
  const auto form = wtf::form<Prices>();
  EXPECT_EQ(form->net.value_text(), Value("2.2"));
  EXPECT_EQ(form->up.value_text(), Value("2.3"));
  EXPECT_EQ(form->all.value_text(), Value("2.2500"));
  EXPECT_EQ(form->day.value_text(), Value("06.05.2024"));
  const http::MultiDict sent{{"day", "2024-07-08"}};
  EXPECT_EQ(wtf::form<Prices>({.formdata = sent})->day.data, (Date{2024, 7, 8}));
}

TEST(Fields, RefuseFormatsThatNobodyCanRead) {
  std::vector<NamedField> fields;
  fields.push_back({"day", std::make_unique<DateField>("Day", DateField::Options{.format = "%Q"})});
  EXPECT_THROW(make_form(std::move(fields)), SetupError);
}

int made = 0;

struct Defaults {
  StringField name{"Name", {}, {.default_ = "nobody"}};
  IntegerField count{"Count", {}, {.default_ = [] { return ++made; }}};
  BooleanField on{"On", {}, {.default_ = true}};
  StringField nick{"Nick",
                   {},
                   {.filters = {[](std::string text) { return text + "!"; },
                                [](std::optional<std::string> text) { return text.value_or("none"); }}}};
};

TEST(Fields, TakeDefaultsThenDataThenTheObjectThenWhatIsSent) {
  struct Person {
    std::string name;
    int count;
  };
  const Person ada{"ada", 7};
  made = 0;
  EXPECT_EQ(wtf::form<Defaults>()->name.data, "nobody");
  EXPECT_EQ(wtf::form<Defaults>()->count.data, 2);  // asked for each form
  auto form = wtf::form<Defaults>({.data = Value::dict({{"name", "from data"}, {"nick", "n"}})});
  EXPECT_EQ(form->name.data, "from data");
  EXPECT_EQ(form->nick.data, "n!");
  form = wtf::form<Defaults>({.obj = ada, .data = Value::dict({{"name", "from data"}, {"nick", "n"}})});
  EXPECT_EQ(form->name.data, "ada");
  EXPECT_EQ(form->count.data, 7);
  EXPECT_EQ(form->count.object_data(), Value(7));
  EXPECT_EQ(form->nick.data, "n!");
  EXPECT_TRUE(form->on.data);
  EXPECT_EQ(wtf::form<Defaults>(ada)->name.data, "ada");
  EXPECT_EQ(wtf::form<Defaults>(&ada)->nick.data, "none");
  const http::MultiDict sent{{"name", "sent"}};
  form = wtf::form<Defaults>({.formdata = sent, .obj = ada});
  EXPECT_EQ(form->name.data, "sent");
  EXPECT_EQ(form->count.data, 7);
  EXPECT_FALSE(form->on.data);  // a box that is not sent is off
  EXPECT_EQ(form.data().str(), "{'name': 'sent', 'count': 7, 'on': False, 'nick': 'none'}");
}

TEST(Fields, AreNoneUntilSomethingIsThere) {
  auto form = wtf::form<EachKind>();
  EXPECT_TRUE(form->text.data_value().is_none());
  form->text.data = "x";
  EXPECT_EQ(form->text.data_value(), Value("x"));
  const http::MultiDict sent{{"text", ""}};
  EXPECT_EQ(wtf::form<EachKind>({.formdata = sent})->text.data_value(), Value(""));
}

TEST(Fields, GetThePrefixOfTheirForm) {
  const http::MultiDict sent{{"bill-name", "ada"}, {"name", "eve"}};
  auto form = wtf::form<Defaults>({.prefix = "bill", .formdata = sent});
  EXPECT_EQ(form->name.data, "ada");
  EXPECT_EQ(form->name.short_name(), "name");
  EXPECT_EQ(form->name().view(), R"(<input id="bill-name" name="bill-name" type="text" value="ada">)");
  EXPECT_EQ(wtf::form<Defaults>({.prefix = "bill_"})->name.name(), "bill_name");
}

struct Dressed {
  StringField code{nullptr,
                   {Validator([](const Field&) {}, {{"required", true}, {"maxlength", 5}, {"step", 1}})},
                   {.description = "Five letters",
                    .render_kw = Value::dict({{"class_", "code"}, {"placeholder", "a\"b"}}),
                    .id = "the-code",
                    .name = "c"}};
  StringField area{"Area", {.widget = TextArea()}};
  StringField own{"Own", {.widget = [](const Field& field, Attributes) {
                    return Markup("<b>" + std::string(field.name()) + "</b>");
                  }}};
};

TEST(Fields, AreRenderedWithTheirFlagsAndAttributes) {
  const auto form = wtf::form<Dressed>();
  EXPECT_EQ(
      form->code().view(),
      R"(<input class="code" id="the-code" maxlength="5" name="c" placeholder="a&#34;b" required type="text" value="">)");
  EXPECT_EQ(
      form->code({{"class_", "big"}, {"data_x", 1}, {"required", false}}).view(),
      R"(<input class="big" data-x="1" id="the-code" maxlength="5" name="c" placeholder="a&#34;b" type="text" value="">)");
  EXPECT_EQ(form->code.label()({{"class_", "l"}}).view(), R"(<label class="l" for="the-code">C</label>)");
  EXPECT_EQ(form->code.label()("Other").view(), R"(<label for="the-code">Other</label>)");
  EXPECT_EQ(form->code.description(), "Five letters");
  EXPECT_THAT(std::string(form->area().view()), HasSubstr("<textarea"));
  EXPECT_EQ(form->own().view(), "<b>own</b>");
}

TEST(Fields, ChangeForOneFormAlone) {
  auto form = wtf::form<Dressed>();
  form->code.set_label("New");
  form->code.set_description("None");
  form->code.set_flag("maxlength", 9);
  form->code.set_render_kw(Value::dict());
  form->code.set_widget(PasswordInput(false));
  EXPECT_EQ(form->code().view(),
            R"(<input id="the-code" maxlength="9" name="c" required type="password" value="">)");
  EXPECT_EQ(form->code.label_text(), "New");
  const auto other = wtf::form<Dressed>();
  EXPECT_EQ(other->code.label_text(), "C");
  EXPECT_EQ(other->code.flags()["maxlength"], Value(5));
  EXPECT_EQ(other->code.description(), "Five letters");
}

/// A kind of field of a program's own: words with commas between them.
class TagsField : public FieldOf<std::vector<std::string>> {
 public:
  TagsField(LabelText label, OptionsOf<std::vector<std::string>> options = {})  // NOLINT
      : FieldOf(std::move(label), {}, std::move(options)) {}
  std::string_view type() const override { return "TagsField"; }
  Value value_text() const override {
    std::string out;
    for (const std::string& tag : data) out += (out.empty() ? "" : ", ") + tag;
    return out;
  }
  Owned<Field> clone() const override { return std::make_unique<TagsField>(*this); }

 protected:
  void process_formdata(const std::vector<std::string>& values) override {
    std::vector<std::string> tags;
    if (values.empty()) return;
    for (std::size_t at = 0; at <= values[0].size();) {
      const std::size_t comma = std::min(values[0].find(',', at), values[0].size());
      if (comma == at) throw ValueError("An empty tag.");
      tags.push_back(values[0].substr(at, comma - at));
      at = comma + 1;
    }
    put(std::move(tags));
  }
  const Widget& default_widget() const override {
    static const TextInput widget;
    return widget;
  }
};

struct Tagged {
  TagsField tags{"Tags", {.default_ = std::vector<std::string>{"new"}}};
};

TEST(Fields, MayBeOfAProgramsOwnKind) {
  EXPECT_EQ(wtf::form<Tagged>()->tags().view(), R"(<input id="tags" name="tags" type="text" value="new">)");
  const http::MultiDict sent{{"tags", "a,b"}};
  EXPECT_THAT(wtf::form<Tagged>({.formdata = sent})->tags.data, ElementsAre("a", "b"));
  const http::MultiDict wrong{{"tags", "a,,b"}};
  auto form = wtf::form<Tagged>({.formdata = wrong});
  EXPECT_FALSE(form.validate());
  EXPECT_THAT(form->tags.errors, ElementsAre("An empty tag."));
}

}  // namespace
}  // namespace retort::wtf
