// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/choice_fields.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/templating.h"
#include "retort/ext/wtf/form.h"
#include "retort/http/multidict.h"

namespace retort::wtf {
namespace {

using testing::ElementsAre;

enum class Color : int { red, dark_green };

int loads = 0;

struct Order {
  SelectField size{"Size", {}, {.choices = {{"s", "Small"}, {"l", "Large & long"}}}};
  SelectField plain{"Plain", {}, {.choices = {"a", "b"}, .validate_choice = false}};
  SelectField language{
      "Language",
      {},
      {.choices = groups({{"Compiled", {{"cpp", "C++"}, "rs"}}, {"Other", {{"py", "Python"}}}}),
       .default_ = "py"}};
  SelectFieldOf<int> count{"Count", {}, {.choices = {{1, "one"}, {2, "two"}}, .default_ = 2}};
  SelectFieldOf<Color> color{"Color"};
  RadioField pay{"Pay", {}, {.choices = {{"card", "Card"}, {"cash", "Cash"}}}};
  SelectMultipleFieldOf<int> extras{"Extras", {}, {.choices = {{1, "A"}, {2, "B"}, {3, "C"}}}};
  SelectField loaded{"Loaded",
                     {},
                     {.choices = [] { return std::vector<Choice<std::string>>{std::to_string(++loads)}; },
                      .validate_choice = false}};
};

TEST(Choices, RenderAsWTFormsDoes) {
  const auto form = wtf::form<Order>();
  EXPECT_EQ(
      form->size().view(),
      R"(<select id="size" name="size"><option value="s">Small</option><option value="l">Large &amp; long</option></select>)");
  EXPECT_EQ(
      form->language().view(),
      R"(<select id="language" name="language"><optgroup label="Compiled"><option value="cpp">C++</option><option value="rs">rs</option></optgroup><optgroup label="Other"><option selected value="py">Python</option></optgroup></select>)");
  EXPECT_EQ(
      form->count().view(),
      R"(<select id="count" name="count"><option value="1">one</option><option selected value="2">two</option></select>)");
  EXPECT_EQ(
      form->color().view(),
      R"(<select id="color" name="color"><option value="red">Red</option><option value="dark_green">Dark Green</option></select>)");
  EXPECT_EQ(
      form->extras().view(),
      R"(<select id="extras" multiple name="extras"><option value="1">A</option><option value="2">B</option><option value="3">C</option></select>)");
  EXPECT_EQ(
      form->pay().view(),
      R"(<ul id="pay"><li><input id="pay-0" name="pay" type="radio" value="card"> <label for="pay-0">Card</label></li><li><input id="pay-1" name="pay" type="radio" value="cash"> <label for="pay-1">Cash</label></li></ul>)");
}

TEST(Choices, AreOfTheirType) {
  const http::MultiDict sent{{"size", "l"},    {"plain", "c"},  {"language", "rs"}, {"count", "1"},
                             {"color", "red"}, {"pay", "cash"}, {"extras", "1"},    {"extras", "3"}};
  auto form = wtf::form<Order>({.formdata = sent});
  EXPECT_TRUE(form.validate()) << form.errors().str();
  EXPECT_EQ(form->size.data, "l");
  EXPECT_EQ(form->plain.data, "c");
  EXPECT_EQ(form->count.data, 1);
  EXPECT_EQ(form->color.data, Color::red);
  EXPECT_THAT(form->extras.data, ElementsAre(1, 3));
  EXPECT_EQ(form->color.data_value(), Value("red"));
}

TEST(Choices, RefuseWhatIsNotAmongThem) {
  const http::MultiDict sent{{"size", "xl"},  {"language", ""}, {"count", "three"}, {"color", "purple"},
                             {"extras", "9"}, {"extras", "7"},  {"extras", "9"}};
  auto form = wtf::form<Order>({.formdata = sent});
  EXPECT_FALSE(form.validate());
  EXPECT_EQ(
      form.errors().str(),
      "{'size': ['Not a valid choice.'], 'language': ['Not a valid choice.'], 'count': ['Invalid Choice: "
      "could not coerce.'], 'color': ['Invalid Choice: could not coerce.'], 'pay': "
      "['Not a valid choice.'], 'extras': [\"'9', '7' are not valid choices for this field.\"]}");
}

TEST(Choices, AreAssignedInAViewAndLoadedForEachForm) {
  auto form = wtf::form<Order>();
  form->size.choices = {{"xl", "Extra"}};
  EXPECT_EQ(form->size().view(),
            R"(<select id="size" name="size"><option value="xl">Extra</option></select>)");
  EXPECT_EQ(wtf::form<Order>()->size.choices.size(), 2u);
  loads = 0;
  EXPECT_EQ(wtf::form<Order>()->loaded.choices[0].value, "1");
  EXPECT_EQ(wtf::form<Order>()->loaded.choices[0].value, "2");
}

struct NoChoices {
  SelectField a;
};

TEST(Choices, MustBeThereToBeValidated) {
  auto form = wtf::form<NoChoices>();
  EXPECT_THROW(form.validate(), TypeError);
  form->a.choices = std::vector<Choice<std::string>>();
  EXPECT_FALSE(form.validate());
  EXPECT_THAT(form->a.errors, ElementsAre("Not a valid choice."));
}

struct Marked {
  SelectField a{"A", {}, {.choices = {{"x", "X", Value::dict({{"disabled", true}})}, {"y", "Y"}}}};
  RadioField b{"B",
               {Validator([](const Field&) {}, {{"required", true}})},
               {.choices = {{"x", "X", Value::dict({{"class_", "odd"}})}, {"y", "Y"}}}};
};

TEST(Choices, MayHaveAttributesOfTheirOwn) {
  const auto form = wtf::form<Marked>();
  EXPECT_EQ(
      form->a().view(),
      R"(<select id="a" name="a"><option disabled value="x">X</option><option value="y">Y</option></select>)");
  EXPECT_EQ(form->b.subfield(0).field->operator()().view(),
            R"(<input class="odd" id="b-0" name="b" required type="radio" value="x">)");
}

// An option is made for the walk and belongs to nobody else.
TEST(Choices, GiveATemplateWhatOutlivesTheirOptions) {
  App app{"choices"};
  const AppContext context = app.app_context();
  const auto form = wtf::form<Order>();
  const char* const source =
      "{% set kept = namespace(all=[]) %}{% for option in form.pay %}"
      "{% set kept.all = kept.all + [option.gettext, option.label] %}{% endfor %}"
      "{{ kept.all[0]('one') }} {{ kept.all[3] }}";
  EXPECT_EQ(render_template_string(source, {{"form", form}}), R"(one <label for="pay-1">Cash</label>)");
}

}  // namespace
}  // namespace retort::wtf
