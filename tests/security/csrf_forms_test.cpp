// SPDX-License-Identifier: BSD-3-Clause
// Forms check their token themselves, with CSRFProtect in the app or without.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/session.h"
#include "retort/app/templating.h"
#include "retort/ext/wtf/csrf.h"
#include "retort/ext/wtf/form.h"
#include "retort/ext/wtf/text_fields.h"
#include "retort/json/json.h"
#include "retort/testing/client.h"

namespace retort {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct TransferForm {
  wtf::StringField to{"To"};
};

int transfers = 0;

/// What the form's errors are, or "done".
std::string post(const wtf::FormOptions& options) {
  auto form = wtf::form<TransferForm>(options);
  if (!form.validate_on_submit()) return json::dump(form.errors());
  ++transfers;
  return "done";
}

std::string transfer() { return post({}); }
std::string prefixed() { return post({.prefix = "t"}); }
std::string without() { return post({.csrf = false}); }
std::string short_lived() { return post({.csrf_time_limit = -1}); }

App make_app() {
  transfers = 0;
  App app{"forms"};
  app.config["SECRET_KEY"] = "dev";
  app.get("/token", [] { return wtf::generate_csrf(); });
  app.get("/page", [] {
    return render_template_string(
        "{{ form.hidden_tag() }}{{ form.to() }}",
        {{"form", wtf::form<TransferForm>({.data = Value::dict({{"csrf_token", "x"}})})}});
  });
  app.post<transfer>("/transfer");
  app.post<prefixed>("/prefixed");
  app.post<without>("/without");
  app.post<short_lived>("/short-lived");
  return app;
}

std::string error(const char* message) { return R"({"csrf_token":[")" + std::string(message) + R"("]})"; }

TEST(CsrfForms, RefuseWhatCsrfProtectRefuses) {
  App app = make_app();
  TestClient victim(app);
  TestClient attacker(app);
  EXPECT_EQ(victim.post("/transfer", {.form = {{"to", "x"}}}).data, error("The CSRF token is missing."));
  const std::string token = victim.get("/token").data;
  const std::string stolen = attacker.get("/token").data;
  const std::pair<std::string, const char*> cases[] = {
      {"", "The CSRF token is missing."},
      {stolen, "The CSRF tokens do not match."},
      {token + "x", "The CSRF token is invalid."},
      {"x" + token, "The CSRF token is invalid."},
  };
  for (const auto& [sent, message] : cases)
    EXPECT_EQ(victim.post("/transfer", {.form = {{"csrf_token", sent}}}).data, error(message)) << sent;
  EXPECT_EQ(victim.post("/short-lived", {.form = {{"csrf_token", token}}}).data,
            error("The CSRF token has expired."));
  TestClient without_session(app);
  EXPECT_THAT(without_session.post("/transfer", {.form = {{"csrf_token", stolen}}}).data,
              HasSubstr("{\"csrf_token\":["));
  EXPECT_EQ(transfers, 0);
  EXPECT_EQ(victim.post("/transfer", {.form = {{"csrf_token", token}}}).data, "done");
}

TEST(CsrfForms, TakeTheTokenFromTheirOwnFieldAlone) {
  App app = make_app();
  TestClient client(app);
  const std::string token = client.get("/token").data;
  client.set_cookie("csrf_token", token);
  const TestRequest misplaced[] = {
      {.form = {{"to", "x"}}},
      {.form = {{"to", token}}},
      {.form = {{"to", "x"}, {"t-csrf_token", token}}},
      {.query_string = {{"csrf_token", token}}, .form = {{"to", "x"}}},
      {.form = {{"to", "x"}}, .headers = {{"X-CSRFToken", token}}},  // that is CSRFProtect's
  };
  for (std::size_t i = 0; i < std::size(misplaced); ++i)
    EXPECT_EQ(client.post("/transfer", misplaced[i]).data, error("The CSRF token is missing.")) << i;
  EXPECT_EQ(client.post("/prefixed", {.form = {{"csrf_token", token}}}).data,
            error("The CSRF token is missing."));
  EXPECT_EQ(client.post("/prefixed", {.form = {{"t-csrf_token", token}}}).data, "done");
}

TEST(CsrfForms, HaveTheSessionsTokenWhateverWasSent) {
  App app = make_app();
  TestClient client(app);
  const std::string page = client.get("/page?csrf_token=x").data;
  const std::string mark = "name=\"csrf_token\" type=\"hidden\" value=\"";
  ASSERT_THAT(page, HasSubstr(mark));
  const auto begin = page.find(mark) + mark.size();
  const std::string token = page.substr(begin, page.find('"', begin) - begin);
  EXPECT_EQ(client.post("/transfer", {.form = {{"csrf_token", token}}}).data, "done");
  EXPECT_EQ(client.get("/page").headers.get("Cache-Control", ""), "private");
}

TEST(CsrfForms, TrustCsrfProtectAndNothingElse) {
  wtf::CSRFProtect csrf;
  App app = make_app();
  csrf.init_app(app);
  csrf.exempt<transfer>();
  TestClient client(app);
  const std::string token = client.get("/token").data;
  EXPECT_EQ(client.post("/prefixed", {.headers = {{"X-CSRFToken", token}}}).data, "done");
  EXPECT_EQ(client.post("/prefixed", {.form = {{"t-csrf_token", token}}}).data, "done");
  EXPECT_EQ(client.post("/prefixed").status_code, 400);
  // Exempt: nobody has checked before the form.
  EXPECT_EQ(client.post("/transfer", {.headers = {{"X-CSRFToken", token}}}).data,
            error("The CSRF token is missing."));
  EXPECT_EQ(client.post("/transfer", {.form = {{"csrf_valid", "1"}, {"csrf_token", "x"}}}).data,
            error("The CSRF token is invalid."));
}

TEST(CsrfForms, AreTurnedOffOneByOneOrAllTogether) {
  App app = make_app();
  TestClient client(app);
  EXPECT_EQ(client.post("/without", {.form = {{"to", "x"}}}).data, "done");
  EXPECT_EQ(client.post("/transfer", {.form = {{"to", "x"}}}).data, error("The CSRF token is missing."));
  App off = make_app();
  off.config["WTF_CSRF_ENABLED"] = false;
  EXPECT_EQ(TestClient(off).post("/transfer", {.form = {{"to", "x"}}}).data, "done");
  EXPECT_THAT(TestClient(off).get("/page").data, Not(HasSubstr("csrf_token")));
}

// It is no data of the object's, be there a member of that name (Flask-WTF: CSRFTokenField.populate_obj).
TEST(CsrfForms, PopulateNoObjectWithTheToken) {
  App app = make_app();
  app.route("/populate", "populate",
            [] {
              struct {
                std::string to;
                std::string csrf_token = "its own";
              } object;
              wtf::form<TransferForm>().populate_obj(object);
              return object.to + ", " + object.csrf_token;
            },
            {POST});
  TestClient client(app);
  EXPECT_EQ(client.post("/populate", {.form = {{"to", "eve"}, {"csrf_token", "x"}}}).data, "eve, its own");
}

}  // namespace
}  // namespace retort
