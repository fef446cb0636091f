// SPDX-License-Identifier: BSD-3-Clause
// The code of docs/validators.md. Run, it checks what they say.
#include <memory>
#include <string>

#include "check.h"
#include <retort/ext/wtf/form.h>
#include <retort/ext/wtf/message_catalogue.h>
#include <retort/ext/wtf/number_fields.h>
#include <retort/ext/wtf/text_fields.h>
#include <retort/ext/wtf/validators.h>
#include <retort/http/accept.h>
#include <retort/retort.h>
#include <retort/testing/client.h>

using namespace retort;

namespace guide {

// A validator of one's own: a function of the data. It says what is wrong by throwing.
void not_taken(const std::string& name) {
  if (name == "admin") throw wtf::ValidationError("This name is taken.");
}

// With something to say: a function that returns one.
wtf::Validator multiple_of(int step) {
  return [step](std::int64_t number) {
    if (number % step != 0) throw wtf::ValidationError("Must be a multiple of " + std::to_string(step) + ".");
  };
}

struct SignUpForm {
  wtf::StringField name{"Name", {wtf::data_required(), wtf::length(3, 20), not_taken}};
  wtf::EmailField email{"Email", {wtf::optional(), wtf::email("That is no address.")}};
  wtf::StringField site{"Site", {wtf::optional(), wtf::url()}};
  wtf::IntegerField seats{"Seats", {wtf::number_range({.min = 3}), multiple_of(3)}};
  wtf::StringField color{"Color", {wtf::any_of({"red", "green"})}};
  wtf::StringField code{"Code", {wtf::regexp("[A-Z]{2}\\d+$", {.html_pattern = "[A-Z]{2}[0-9]+"})}};
  wtf::PasswordField password{"Password", {wtf::input_required()}};
  wtf::PasswordField confirm{"Again", {wtf::equal_to("password", "Passwords must match.")}};

  // The whole form, once each field is valid.
  void validate() {
    if (name.data == password.data) throw wtf::ValidationError("The password is the name.");
  }
};

std::string sign_up() {
  auto form = wtf::form<SignUpForm>();
  return form.validate_on_submit() ? "welcome" : form.errors().repr();
}

// One language for all forms of the app.
void speak_german(App& app, const std::string& folder) {
  wtf::translations(app, wtf::load_catalogue(folder + "/de/LC_MESSAGES/wtforms.mo"));
}

// The visitor's: a catalogue, or null for English.
const wtf::Translations* visitors_language() {
  static const Owned<wtf::Translations> german =
      wtf::load_catalogue(current_app->config.get("CATALOGUE").str());
  return request->accept_languages->best_match({"en", "de"}) == "de" ? german.get() : nullptr;
}

App create_app() {
  App app{"validators"};
  app.config["WTF_CSRF_ENABLED"] = false;
  app.route<sign_up>("/", {GET, POST});
  return app;
}

// A language of two words.
class Pirate final : public wtf::Translations {
 public:
  std::string gettext(std::string_view message) const override {
    return message == "This field is required." ? "Arr, fill it in!" : std::string(message);
  }
  std::string ngettext(std::string_view singular, std::string_view plural, std::int64_t n) const override {
    return gettext(n == 1 ? singular : plural);
  }
};

}  // namespace guide

int main() {
  guide::Checks checks;
  App app = guide::create_app();
  const TestFields good = {{"name", "ada"},  {"seats", "6"},     {"color", "red"},
                           {"code", "AB12"}, {"password", "pw"}, {"confirm", "pw"}};
  checks.equal(app.test_client().post("/", {.form = good}).text(), std::string("welcome"), "a good form");
  const std::string wrong = app.test_client()
                                .post("/", {.form = {{"name", "admin"},
                                                     {"email", "x"},
                                                     {"site", "javascript://x.org/"},
                                                     {"seats", "4"},
                                                     {"color", "blue"},
                                                     {"code", "x"},
                                                     {"password", "admin"},
                                                     {"confirm", "b"}}})
                                .text();
  checks.equal(
      wrong,
      std::string("{'name': ['This name is taken.'], 'email': ['That is no address.'], 'site': ['Invalid "
                  "URL.'], 'seats': ['Must be a multiple of 3.'], 'color': ['Invalid value, must be one of: "
                  "red, green.'], 'code': ['Invalid input.'], 'confirm': ['Passwords must match.']}"),
      "a wrong form");
  const TestFields same = {{"name", "ada"},  {"seats", "6"},      {"color", "red"},
                           {"code", "AB12"}, {"password", "ada"}, {"confirm", "ada"}};
  checks.equal(app.test_client().post("/", {.form = same}).text().find("The password is the name.") !=
                   std::string::npos,
               true, "the whole form");

  App pirates = guide::create_app();
  wtf::translations(pirates, std::make_unique<guide::Pirate>());
  const std::string said = pirates.test_client().post("/", {.form = {{"seats", "3"}}}).text();
  checks.equal(said.substr(0, 31), std::string("{'name': ['Arr, fill it in!'], "), "another language");
  return checks.failures();
}
