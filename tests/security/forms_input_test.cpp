// SPDX-License-Identifier: BSD-3-Clause
// What comes into a form: fields that it does not have, numbers beyond any type, indexes and entries without
// end, bytes that are no text, patterns that are dear elsewhere.
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/base/decimal.h"
#include "retort/base/utf8.h"
#include "retort/ext/wtf/choice_fields.h"
#include "retort/ext/wtf/field_list.h"
#include "retort/ext/wtf/form.h"
#include "retort/ext/wtf/form_field.h"
#include "retort/ext/wtf/number_fields.h"
#include "retort/ext/wtf/text_fields.h"
#include "retort/ext/wtf/validators.h"
#include "retort/http/multidict.h"
#include "retort/testing/client.h"

namespace retort::wtf {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

http::MultiDict dict(std::vector<std::pair<std::string, std::string>> pairs) {
  http::MultiDict out;
  for (auto& [name, value] : pairs) out.add(std::move(name), std::move(value));
  return out;
}

// Mass assignment.

struct Account {
  std::string name = "ada";
  std::string email = "ada@example.com";
  bool is_admin = false;
  std::int64_t id = 7;
};

struct ProfileForm {
  StringField name{"Name", {data_required()}};
};

TEST(Forms, ChangeNothingThatTheyHaveNoFieldFor) {
  const http::MultiDict sent = dict({{"name", "eve"},
                                     {"is_admin", "y"},
                                     {"id", "1"},
                                     {"email", "eve@example.com"},
                                     {"name.is_admin", "y"},
                                     {"name-is_admin", "y"},
                                     {"__class__", "x"},
                                     {"form_errors", "x"},
                                     {"validators", ""}});
  Account account;
  const auto form = wtf::form<ProfileForm>(account, {.formdata = sent, .csrf = false});
  ASSERT_TRUE(form.validate());
  form.populate_obj(account);
  EXPECT_EQ(account.name, "eve");
  EXPECT_FALSE(account.is_admin);
  EXPECT_EQ(account.id, 7);
  EXPECT_EQ(account.email, "ada@example.com");
  EXPECT_EQ(form.data().repr(), "{'name': 'eve'}");
}

// Numbers.

struct NumberForm {
  IntegerField integer;
  FloatField real{nullptr, {number_range(0, 10)}};
  DecimalField decimal{nullptr, {number_range(-100, 100)}};
};

TEST(Forms, RefuseNumbersBeyondTheirTypes) {
  const std::string digits(100'000, '9');
  const std::vector<std::string> numbers = {
      digits,   "-" + digits,     "9223372036854775808", "1e400",
      "-1e400", "1E+99999999999", digits + "." + digits, "0." + digits + "e-" + digits};
  for (const std::string& number : numbers) {
    const http::MultiDict sent = dict({{"integer", number}, {"real", number}, {"decimal", number}});
    const auto form = wtf::form<NumberForm>({.formdata = sent, .csrf = false});
    EXPECT_FALSE(form.validate()) << number.substr(0, 20);
    EXPECT_FALSE(form->integer.errors.empty()) << number.substr(0, 20);
    EXPECT_FALSE(form->integer.data) << number.substr(0, 20);
    EXPECT_FALSE(form->decimal.errors.empty()) << number.substr(0, 20);
    if (!number.starts_with("0.")) {
      EXPECT_FALSE(form->real.errors.empty()) << number.substr(0, 20);
    }
  }
}

TEST(Forms, LetNoNotANumberThroughARange) {
  for (const char* number : {"nan", "-nan", "NaN", "inf", "-inf", "Infinity", "sNaN", "nan(1)"}) {
    const http::MultiDict sent = dict({{"integer", "1"}, {"real", number}, {"decimal", number}});
    const auto form = wtf::form<NumberForm>({.formdata = sent, .csrf = false});
    EXPECT_FALSE(form.validate()) << number;
    EXPECT_FALSE(form->real.errors.empty()) << number;
    EXPECT_FALSE(form->decimal.errors.empty()) << number;
  }
}

// Lists.

struct Item {
  StringField name{nullptr, {length({.max = 5})}};
  StringField kind;
};
struct ListForm {
  FieldList<FormField<Item>> items{FormField<Item>(), "Items", {.max_entries = 10}};
  FieldList<StringField> tags{StringField()};
};

TEST(Forms, MakeNoMoreEntriesOfAListThanWereSent) {
  const http::MultiDict sent = dict({{"items-999999999-name", "a"},
                                     {"items-18446744073709551615-name", "b"},
                                     {"items-99999999999999999999999-name", "c"},
                                     {"items--1-name", "d"},
                                     {"items-1e9-name", "e"},
                                     {"items- 1-name", "f"},
                                     {"items-0x10-name", "g"},
                                     {"items-", "h"},
                                     {"items", "i"},
                                     {"tags-4294967296", "j"}});
  const auto form = wtf::form<ListForm>({.formdata = sent, .csrf = false});
  EXPECT_LE(form->items.size(), 3u);
  EXPECT_EQ(form->tags.size(), 1u);
  EXPECT_TRUE(form.validate()) << form.errors().repr();
}

TEST(Forms, BoundTheEntriesOfAList) {
  http::MultiDict sent;
  constexpr int kSent = 20'000;
  for (int i = 0; i < kSent; ++i) {
    sent.add("items-" + std::to_string(i) + "-name", "x");
    sent.add("tags-" + std::to_string(kSent - i), "x");
  }
  const auto form = wtf::form<ListForm>({.formdata = sent, .csrf = false});
  form.validate();
  EXPECT_EQ(form->items.size(), 10u);
  EXPECT_EQ(form->tags.size(), 1000u) << "unless the program says otherwise";
}

// Choices.

struct ChoiceForm {
  SelectMultipleField several{nullptr, {.choices = {{"a", "A"}, {"b", "B"}}}};
  SelectMultipleFieldOf<std::int64_t> numbers{nullptr, {.choices = {{1, "one"}}}};
};

// Each with each would be more steps than the test has time for.
TEST(Forms, RefuseManyChoicesInLinearTime) {
  http::MultiDict sent;
  constexpr int kSent = 300'000;
  for (int i = 0; i < kSent; ++i) {
    sent.add("several", "wrong" + std::to_string(i));
    sent.add("numbers", std::to_string(i));
  }
  const auto form = wtf::form<ChoiceForm>({.formdata = sent, .csrf = false});
  EXPECT_FALSE(form.validate());
  EXPECT_EQ(form->several.errors.size(), 1u);
}

// Text.

struct TextForm {
  StringField text{nullptr,
                   {length({.max = 100}), email(), url(), uuid(), ip_address({.ipv6 = true}), mac_address(),
                    regexp("(a+)+$"), regexp(R"((\w|\d|\s)*[^x]{1,100}$)"), any_of({"a"})}};
  BooleanField flag;
  TextAreaField area{nullptr, {regexp(R"(^(?:\s*a\s*)*$)", {.mode = RegexpMode::fullmatch})}};
};

TEST(Forms, TakeBytesThatAreNoTextAsSomeThatAreNotValid) {
  App app{"text"};
  std::string seen;
  app.post("/", "post", [&seen] {
    auto form = wtf::form<TextForm>({.csrf = false});
    const bool valid = form.validate();
    seen = form->text.data;
    return std::string(valid ? "valid" : "not valid") + form["text"]().str() + form["area"]().str();
  });
  auto client = app.test_client();
  for (const char* body :
       {"text=%ff%fe", "text=%00", "text=a%00b", "text=%c0%80", "text=%ed%a0%80", "text=%f8%88%80%80%80",
        "text=%", "text=%zz", "text=\xff\xfe", "%ff=1&text=%80&area=%e2%82"}) {
    const auto answer = client.post("/", {.data = body, .content_type = "application/x-www-form-urlencoded"});
    ASSERT_EQ(answer.status_code, 200) << body;
    EXPECT_TRUE(answer.data.starts_with("not valid")) << body;
    EXPECT_TRUE(utf8::valid(seen)) << body;
    EXPECT_TRUE(utf8::valid(answer.data)) << body;
  }
}

// A matcher that backtracks would not come to an end.
TEST(Forms, MatchPatternsInLinearTime) {
  const std::string a(400'000, 'a'), spaces(400'000, ' ');
  for (const std::string& text :
       {a + "!", spaces + "!", a + spaces + "b", "http://" + a + "/" + spaces + "\n", a + "@" + a,
        "{" + a + "urn:" + a, std::string(400'000, '.') + "@a.co"}) {
    const http::MultiDict sent = dict({{"text", text}, {"area", text}});
    const auto form = wtf::form<TextForm>({.formdata = sent, .csrf = false});
    EXPECT_FALSE(form.validate());
  }
}

TEST(Forms, RepeatNoMessageWithoutEnd) {
  const http::MultiDict sent = dict({{"text", std::string(100'000, 'x')}});
  const auto form = wtf::form<TextForm>({.formdata = sent, .csrf = false});
  EXPECT_FALSE(form.validate());
  EXPECT_LT(form.errors().repr().size(), 2'000u);
}

}  // namespace
}  // namespace retort::wtf
