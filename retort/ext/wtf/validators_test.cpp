// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/validators.h"

#include <memory>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/scaffold.h"
#include "retort/ext/wtf/base_form.h"
#include "retort/ext/wtf/form.h"
#include "retort/ext/wtf/number_fields.h"
#include "retort/ext/wtf/text_fields.h"
#include "retort/ext/wtf/translations.h"
#include "retort/http/multidict.h"

namespace retort::wtf {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Sent = std::optional<std::string>;
using Errors = std::vector<std::string>;

// A form of one line of text, "f", with these validators; `sent` without a value: not sent.
FormHandle form_of(std::vector<Validator> validators, const Sent& sent, FormOptions options = {}) {
  std::vector<NamedField> fields;
  fields.push_back({"f", std::make_unique<StringField>("F", std::move(validators))});
  http::MultiDict formdata;
  formdata.add("other", "x");
  if (sent) formdata.add("f", *sent);
  options.formdata = formdata;
  options.csrf = false;
  return make_form(std::move(fields), options);
}

Errors errors_of(std::vector<Validator> validators, const Sent& sent) {
  const FormHandle form = form_of(std::move(validators), sent);
  form.validate();
  return form["f"].errors;
}
Errors errors_of(Validator validator, const Sent& sent) {
  return errors_of(std::vector<Validator>{std::move(validator)}, sent);
}

std::string html_of(Validator validator) {
  const FormHandle form = form_of({std::move(validator)}, {});
  return form["f"]().str();
}

// Messages, and what is valid, as WTForms 3.2 has them.

TEST(DataRequired, WantsDataThatIsTrue) {
  for (const Sent& sent : {Sent(), Sent(""), Sent("  \t"), Sent("\302\240\342\200\203")})
    EXPECT_THAT(errors_of(data_required(), sent), ElementsAre("This field is required."));
  EXPECT_THAT(errors_of(data_required(), " x"), IsEmpty());
  EXPECT_THAT(errors_of(data_required("Say it."), ""), ElementsAre("Say it."));
  EXPECT_EQ(html_of(data_required()), R"(<input id="f" name="f" required type="text" value="">)");
}

TEST(DataRequired, EndsTheFieldsValidation) {
  EXPECT_THAT(errors_of({data_required(), length(3)}, ""), ElementsAre("This field is required."));
  EXPECT_THAT(errors_of({length(3), data_required()}, ""), ElementsAre("This field is required."))
      << "what was wrong before is forgotten";
}

TEST(InputRequired, WantsThatSomethingWasSent) {
  EXPECT_THAT(errors_of(input_required(), {}), ElementsAre("This field is required."));
  EXPECT_THAT(errors_of(input_required(), ""), ElementsAre("This field is required."));
  EXPECT_THAT(errors_of(input_required(), " "), IsEmpty());
  EXPECT_THAT(errors_of(input_required("Mind this."), {}), ElementsAre("Mind this."));
  EXPECT_EQ(html_of(input_required()), R"(<input id="f" name="f" required type="text" value="">)");
}

TEST(Optional, EndsTheValidationOfWhatWasNotSent) {
  EXPECT_THAT(errors_of({optional(), length(3)}, {}), IsEmpty());
  EXPECT_THAT(errors_of({optional(), length(3)}, ""), IsEmpty());
  EXPECT_THAT(errors_of({optional(), length(3)}, " "), IsEmpty());
  EXPECT_THAT(errors_of({optional(false), length(3)}, " "), testing::SizeIs(1));
  EXPECT_THAT(errors_of({optional(), length(3)}, "ab"), testing::SizeIs(1));
  EXPECT_THAT(errors_of({length(3), optional()}, ""), IsEmpty()) << "what was wrong before is forgotten";
}

TEST(Length, CountsCodePoints) {
  EXPECT_THAT(errors_of(length(2, 3), "\303\274\303\274"), IsEmpty());
  EXPECT_THAT(errors_of(length(2, 3), "\303\274\303\274\303\274\303\274"),
              ElementsAre("Field must be between 2 and 3 characters long."));
  EXPECT_THAT(errors_of(length(1), {}), ElementsAre("Field must be at least 1 character long."));
}

TEST(Length, SaysWhatIsAllowed) {
  EXPECT_THAT(errors_of(length({.min = 1}), ""), ElementsAre("Field must be at least 1 character long."));
  EXPECT_THAT(errors_of(length({.min = 2}), "a"), ElementsAre("Field must be at least 2 characters long."));
  EXPECT_THAT(errors_of(length({.max = 1}), "ab"), ElementsAre("Field cannot be longer than 1 character."));
  EXPECT_THAT(errors_of(length({.max = 2}), "abc"), ElementsAre("Field cannot be longer than 2 characters."));
  EXPECT_THAT(errors_of(length(1, 1), "ab"), ElementsAre("Field must be exactly 1 character long."));
  EXPECT_THAT(errors_of(length(2, 2), "a"), ElementsAre("Field must be exactly 2 characters long."));
  EXPECT_THAT(errors_of(length({.min = 2, .max = 5, .message = "%(min)d %(max)d %(length)d"}), "a"),
              ElementsAre("2 5 1"));
  EXPECT_EQ(html_of(length(2, 5)),
            R"(<input id="f" maxlength="5" minlength="2" name="f" type="text" value="">)");
}

TEST(Length, RefusesLimitsThatMakeNoSense) {
  EXPECT_THROW(length(LengthOptions{}), SetupError);
  EXPECT_THROW(length(5, 2), SetupError);
}

TEST(EqualTo, ComparesWithAnotherField) {
  const auto check = [](Message message, std::string_view other) {
    std::vector<NamedField> fields;
    fields.push_back({"password", std::make_unique<StringField>("Pass word")});
    fields.push_back({"again", std::make_unique<StringField>(
                                   "Again", std::vector<Validator>{equal_to(other, std::move(message))})});
    http::MultiDict formdata;
    formdata.add("password", "one");
    formdata.add("again", "two");
    const FormHandle form = make_form(std::move(fields), {.formdata = formdata, .csrf = false});
    form.validate();
    return form["again"].errors;
  };
  EXPECT_THAT(check({}, "again"), IsEmpty());
  EXPECT_THAT(check({}, "password"), ElementsAre("Field must be equal to password."));
  EXPECT_THAT(check("as %(other_label)s (%(other_name)s)", "password"),
              ElementsAre("as Pass word (password)"));
  EXPECT_THAT(check({}, "none"), ElementsAre("Invalid field name 'none'."));
}

TEST(AnyOf, WantsOneOfTheValues) {
  EXPECT_THAT(errors_of(any_of({"a", "b"}), "a"), IsEmpty());
  EXPECT_THAT(errors_of(any_of({"a", "b"}), "c"), ElementsAre("Invalid value, must be one of: a, b."));
  EXPECT_THAT(errors_of(any_of(std::vector<std::string>{"x"}, "not %(values)s"), "c"), ElementsAre("not x"));
  const auto reversed = [](const Errors& values) { return values[1] + "|" + values[0]; };
  EXPECT_THAT(errors_of(any_of({"a", "b"}, {}, reversed), "c"),
              ElementsAre("Invalid value, must be one of: b|a."));
  EXPECT_THAT(errors_of(any_of({1, 2.5, true}), "c"),
              ElementsAre("Invalid value, must be one of: 1, 2.5, True."));
}

TEST(NoneOf, WantsNoneOfTheValues) {
  EXPECT_THAT(errors_of(none_of({"a", "b"}), "c"), IsEmpty());
  EXPECT_THAT(errors_of(none_of({"a", "b"}), "a"), ElementsAre("Invalid value, can't be any of: a, b."));
}

TEST(Regexp, MatchesFromTheStart) {
  EXPECT_THAT(errors_of(regexp("a"), "ab"), IsEmpty());
  EXPECT_THAT(errors_of(regexp("b"), "ab"), ElementsAre("Invalid input."));
  EXPECT_THAT(errors_of(regexp("^a+$"), ""), ElementsAre("Invalid input."));
  EXPECT_THAT(errors_of(regexp("^a+$", "Only a."), "b"), ElementsAre("Only a."));
  EXPECT_THAT(errors_of(regexp("a*"), {}), IsEmpty());
  EXPECT_THAT(errors_of(regexp("a|b"), "b"), IsEmpty());
  EXPECT_THAT(errors_of(regexp("^a$"), "a\n"), ElementsAre("Invalid input.")) << "unlike Python's $";
}

TEST(Regexp, DoesAsItsOptionsSay) {
  EXPECT_THAT(errors_of(regexp("A", {.ignore_case = true}), "a"), IsEmpty());
  EXPECT_THAT(errors_of(regexp("a.b", {.dotall = true}), "a\nb"), IsEmpty());
  EXPECT_THAT(errors_of(regexp("a\n^b", {.multiline = true}), "a\nb"), IsEmpty());
  EXPECT_THAT(errors_of(regexp("b", {.mode = RegexpMode::search}), "ab"), IsEmpty());
  EXPECT_THAT(errors_of(regexp("a", {.mode = RegexpMode::fullmatch}), "ab"), ElementsAre("Invalid input."));
  EXPECT_THAT(errors_of(regexp("a|ab", {.mode = RegexpMode::fullmatch}), "ab"), IsEmpty());
  EXPECT_THAT(errors_of(regexp(R"(\w+)"), "\303\251"), IsEmpty());
  EXPECT_THAT(errors_of(regexp(R"(\w+)", {.ascii = true}), "\303\251"), ElementsAre("Invalid input."));
  EXPECT_EQ(html_of(regexp("[a-z]+", {.html_pattern = "[a-z]+"})),
            R"(<input id="f" name="f" pattern="[a-z]+" type="text" value="">)");
}

TEST(Regexp, RefusesWhatRe2DoesNotHave) {
  const auto problem = [](std::string_view regex) {
    try {
      regexp(regex);
      return std::string("taken");
    } catch (const SetupError& error) {
      return std::string(error.what());
    }
  };
  EXPECT_EQ(
      problem("(?=a)"),
      "wtf::regexp: '(?=a)': invalid perl operator: (?= (RE2 has no look around; use two validators, or a "
      "function)");
  EXPECT_EQ(problem(R"((a)\1)"),
            R"(wtf::regexp: '(a)\\1': invalid escape sequence: \1 (RE2 has no back references))");
  EXPECT_EQ(problem("[a"), "wtf::regexp: '[a': missing ]: [a");
}

TEST(TextValidators, SayWhatTheTextIsNot) {
  EXPECT_THAT(errors_of(email(), "a@b.co"), IsEmpty());
  EXPECT_THAT(errors_of(email(), "a@b"), ElementsAre("Invalid email address."));
  EXPECT_THAT(errors_of(email(), {}), ElementsAre("Invalid email address."));
  EXPECT_THAT(errors_of(email("Where?"), ""), ElementsAre("Where?"));
  EXPECT_THAT(errors_of(email({.allow_empty_local = true}), "@b.co"), IsEmpty());
  EXPECT_THAT(errors_of(url(), "http://a.co/x"), IsEmpty());
  EXPECT_THAT(errors_of(url(), "http://localhost/"), ElementsAre("Invalid URL."));
  EXPECT_THAT(errors_of(url({.require_tld = false}), "http://localhost/"), IsEmpty());
  EXPECT_THAT(errors_of(ip_address(), "127.0.0.1"), IsEmpty());
  EXPECT_THAT(errors_of(ip_address(), "::1"), ElementsAre("Invalid IP address."));
  EXPECT_THAT(errors_of(ip_address({.ipv4 = false, .ipv6 = true}), "::1"), IsEmpty());
  EXPECT_THAT(errors_of(mac_address(), "01:23:45:67:ab:cd"), IsEmpty());
  EXPECT_THAT(errors_of(mac_address(), "01"), ElementsAre("Invalid Mac address."));
  EXPECT_THAT(errors_of(uuid(), "2bc1c94f-0deb-43e9-92a1-4775189ec9f8"), IsEmpty());
  EXPECT_THAT(errors_of(uuid(), "2bc1"), ElementsAre("Invalid UUID."));
  EXPECT_THROW(ip_address({.ipv4 = false}), SetupError);
}

TEST(Readonly, LetsNothingChange) {
  const auto check = [](const char* sent) {
    FormOptions options;
    options.data = Value::dict({{"f", "kept"}});
    const FormHandle form = form_of({readonly()}, sent, options);
    form.validate();
    return form["f"].errors;
  };
  EXPECT_THAT(check("kept"), IsEmpty());
  EXPECT_THAT(check("changed"), ElementsAre("This field cannot be edited."));
  EXPECT_EQ(html_of(readonly()), R"(<input id="f" name="f" readonly type="text" value="">)");
}

TEST(Disabled, WantsNothing) {
  EXPECT_THAT(errors_of(disabled(), {}), IsEmpty());
  EXPECT_THAT(errors_of(disabled(), "a"), ElementsAre("This field is disabled and cannot have a value."));
  EXPECT_EQ(html_of(disabled()), R"(<input disabled id="f" name="f" type="text" value="">)");
}

TEST(Validators, SpeakTheFormsLanguage) {
  class Marked final : public Translations {
   public:
    std::string gettext(std::string_view message) const override { return "<" + std::string(message) + ">"; }
    std::string ngettext(std::string_view singular, std::string_view plural, std::int64_t n) const override {
      return gettext(n == 1 ? singular : plural);
    }
  };
  const Marked marked;
  const auto check = [&](Validator validator) {
    FormOptions options;
    options.translations = &marked;
    const FormHandle form = form_of({std::move(validator)}, "", options);
    form.validate();
    return form["f"].errors;
  };
  EXPECT_THAT(check(data_required()), ElementsAre("<This field is required.>"));
  EXPECT_THAT(check(length(1)), ElementsAre("<Field must be at least 1 character long.>"));
  EXPECT_THAT(check(any_of({"a"})), ElementsAre("<Invalid value, must be one of: a.>"));
  EXPECT_THAT(check(email("The program's own.")), ElementsAre("The program's own."));
}

// A smaller type would take 2^32 + 20 for 20, and let the field keep the large number.
TEST(Validators, RefusesIntegersThatAValidatorsTypeDoesNotHold) {
  struct Ages {
    IntegerField age{"Age", {[](int age) {
                       if (age < 0 || age > 120) throw ValidationError("No age.");
                     }}};
    IntegerField count{"Count", {[](unsigned count) {
                         if (count < 1) throw ValidationError("None.");
                       }}};
  };
  const http::MultiDict wrong{{"age", "4294967316"}, {"count", "-1"}};
  const auto form = wtf::form<Ages>({.formdata = wrong, .csrf = false});
  EXPECT_FALSE(form.validate());
  EXPECT_THAT(form->age.errors, ElementsAre("Not a valid integer value."));
  EXPECT_THAT(form->count.errors, ElementsAre("Not a valid integer value."));
  const http::MultiDict right{{"age", "20"}, {"count", "4294967295"}};
  EXPECT_TRUE(wtf::form<Ages>({.formdata = right, .csrf = false}).validate());
}

}  // namespace
}  // namespace retort::wtf
