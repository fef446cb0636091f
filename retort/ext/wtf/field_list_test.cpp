// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/field_list.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/scaffold.h"
#include "retort/ext/wtf/form_field.h"
#include "retort/ext/wtf/number_fields.h"
#include "retort/ext/wtf/text_fields.h"
#include "retort/http/multidict.h"

namespace retort::wtf {
namespace {

using testing::ElementsAre;

void required(const Field& field) {
  if (!field.data_value().truthy()) throw ValidationError("This field is required.");
}

struct Address {
  StringField street;
  StringField city{"City", {required}};
};
struct Person {
  FormField<Address> home{"Home"};
  FieldList<StringField> tags{StringField("Tag", {required}), "Tags", {}, {.max_entries = 3}};
  FieldList<FormField<Address>> others{FormField<Address>(), "Others"};
  FieldList<IntegerField> scores{IntegerField("Score"), "Scores", {}, {.min_entries = 2}};
};

std::vector<std::string> names(const FieldListBase& list) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < list.size(); ++i) out.emplace_back(list.subfield(i).field->name());
  return out;
}

TEST(FormField, IsAFormWithinAForm) {
  const http::MultiDict sent{{"p-home-street", "Main"}, {"home-city", "nobody asked"}};
  auto form = wtf::form<Person>({.prefix = "p", .formdata = sent});
  EXPECT_EQ(form->home->street.data, "Main");
  EXPECT_FALSE(form.validate());
  EXPECT_EQ(form.errors().str(), "{'home': {'city': ['This field is required.']}}");
  EXPECT_EQ(form.data()["home"].str(), "{'street': 'Main', 'city': None}");
  EXPECT_EQ(
      form->home().view(),
      R"(<table id="p-home"><tr><th><label for="p-home-street">Street</label></th><td><input id="p-home-street" name="p-home-street" type="text" value="Main"></td></tr><tr><th><label for="p-home-city">City</label></th><td><input id="p-home-city" name="p-home-city" type="text" value=""></td></tr></table>)");
}

TEST(FieldList, HasAsManyEntriesAsAreSent) {
  const http::MultiDict sent{{"tags-7", "c"},           {"tags-1", "b"},
                             {"tags-0", "a"},           {"tags-9", "beyond"},
                             {"tags-x", "no number"},   {"tags-99999999999999999999", "too large"},
                             {"others-4-city", "Rome"}, {"tags", "no entry"}};
  auto form = wtf::form<Person>({.formdata = sent});
  EXPECT_EQ(form->tags.data_value().str(), "['a', 'b', 'c']");
  EXPECT_THAT(names(form->tags), ElementsAre("tags-0", "tags-1", "tags-2"));
  ASSERT_EQ(form->others.size(), 1u);
  EXPECT_EQ(form->others[0]->city.data, "Rome");
  EXPECT_EQ(form->others[0]->city.name(), "others-0-city");
  EXPECT_EQ(form->others[0]->city.id(), "others-0-city");
  EXPECT_EQ(form->scores.size(), 2u);
  EXPECT_EQ(
      form->scores().view(),
      R"(<ul id="scores"><li><label for="scores-0">Score</label> <input id="scores-0" name="scores-0" type="number" value=""></li><li><label for="scores-1">Score</label> <input id="scores-1" name="scores-1" type="number" value=""></li></ul>)");
}

TEST(FieldList, GivesTheErrorsOfItsEntriesInTheirPlaces) {
  const http::MultiDict sent{{"tags-0", "a"}, {"tags-1", ""}, {"home-city", "x"}, {"others-0-street", "y"}};
  auto form = wtf::form<Person>({.formdata = sent});
  EXPECT_FALSE(form.validate());
  EXPECT_EQ(form.errors().str(),
            "{'tags': [[], ['This field is required.']], 'others': [{'city': ['This field is required.']}]}");
}

TEST(FieldList, GrowsAndShrinksInAView) {
  auto form = wtf::form<Person>({.data = Value::dict({{"tags", Value::list({"a", "b"})}})});
  form->tags.append_entry("c");
  EXPECT_THROW(form->tags.append_entry(), std::length_error);
  EXPECT_EQ(form->tags.pop_entry(0)->data_value(), Value("a"));
  form->tags.insert_entry(0, "first");
  EXPECT_EQ(form->tags.data_value().str(), "['first', 'b', 'c']");
  EXPECT_THAT(names(form->tags), ElementsAre("tags-0", "tags-1", "tags-2"));
  for (StringField& tag : form->tags) tag.data += "!";
  EXPECT_EQ(form->tags[2].data, "c!");
  while (!form->tags.empty()) form->tags.pop_entry();
  EXPECT_THROW(form->tags.pop_entry(), IndexError);
}

struct Place {
  std::string street;
  std::string city;
  int visits = 3;
};
struct Man {
  Place home;
  std::vector<std::string> tags;
  std::vector<Place> others;
  std::vector<int> scores;
};

TEST(Populate, GoesIntoWhatIsWithinAnObject) {
  Man man{{"Old", "Town", 1}, {"x"}, {{"A", "B", 8}}, {}};
  const http::MultiDict sent{{"home-street", "New"}, {"home-city", ""},      {"tags-0", "a"},
                             {"tags-1", "b"},        {"others-0-city", "C"}, {"others-1-city", "D"},
                             {"scores-0", "5"}};
  const auto form = wtf::form<Person>({.formdata = sent, .obj = man});
  EXPECT_EQ(form->others[0]->street.data, "A");  // was not sent
  form.populate_obj(man);
  EXPECT_EQ(man.home.street, "New");
  EXPECT_EQ(man.home.city, "");
  EXPECT_EQ(man.home.visits, 1);
  EXPECT_THAT(man.tags, ElementsAre("a", "b"));
  ASSERT_EQ(man.others.size(), 2u);
  EXPECT_EQ(man.others[0].city, "C");
  EXPECT_EQ(man.others[0].visits, 8);
  EXPECT_EQ(man.others[1].city, "D");
  EXPECT_THAT(man.scores, ElementsAre(5, 0));
}

TEST(Populate, GoesIntoAListOfBools) {
  struct Switches {
    FieldList<BooleanField> on{BooleanField("On"), "On"};
  };
  struct Panel {
    std::vector<bool> on;
  };
  const http::MultiDict sent{{"on-0", "y"}, {"on-1", "false"}};
  Panel panel;
  wtf::form<Switches>({.formdata = sent}).populate_obj(panel);
  EXPECT_EQ(panel.on, (std::vector<bool>{true, false}));
}

// A request says how many there are: a view that asks for one too many must not crash.
TEST(FieldList, RefusesIndexesThatItDoesNotHave) {
  const http::MultiDict sent{{"tags-0", "a"}};
  const auto form = wtf::form<Person>({.formdata = sent});
  EXPECT_EQ(form->tags[0].data, "a");
  EXPECT_THROW((void)form->tags[1], IndexError);
  EXPECT_THROW((void)form->others[0]->city, IndexError);
}

// Its copies would be StringFields, without the member that it has beyond them.
class SlugField : public StringField {
 public:
  using StringField::StringField;
  std::string separator = "-";
};

TEST(FieldList, RefusesAKindThatDoesNotCopyItself) {
  EXPECT_THROW(FieldList<SlugField>(SlugField("Slug"), "Slugs"), SetupError);
}

TEST(FormField, TakesNoValidatorsOfItsOwn) {
  auto form = wtf::form<Person>();
  form->home.add_validator(required);
  EXPECT_THROW(form.validate(), TypeError);
}

}  // namespace
}  // namespace retort::wtf
