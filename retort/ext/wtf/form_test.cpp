// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/form.h"

#include <string>

#include "tests/support/client.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/templating.h"
#include "retort/ext/wtf/text_fields.h"

namespace retort::wtf {
namespace {

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
  app.route("/login", "login",
            [] {
              auto form = wtf::form<LoginForm>();
              if (form.validate_on_submit()) return "hello " + form->email.data;
              return render_template_string(
                  "{{ form.email.label }} {{ form.email(class_='x') }}{% for e in form.email.errors %}[{{ e "
                  "}}]{% endfor %}",
                  {{"form", form}});
            },
            {GET, POST});
  return app;
}

TEST(Form, ShowsItsFieldsAndTakesWhatIsSubmitted) {
  App app = make_app();
  auto client = app.test_client();
  EXPECT_EQ(
      client.get("/login").text(),
      R"(<label for="email">Email</label> <input class="x" id="email" name="email" required type="text" value="">)");
  EXPECT_EQ(client.post("/login", {.form = {{"email", "ada@example.com"}}}).text(), "hello ada@example.com");
  EXPECT_THAT(client.post("/login", {.form = {{"email", ""}}}).text(),
              HasSubstr("[This field is required.]"));
}

}  // namespace
}  // namespace retort::wtf
