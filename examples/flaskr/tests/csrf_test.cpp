// SPDX-License-Identifier: BSD-3-Clause
// CSRF as it is in production: TestingConfig turns it off for the other tests.
#include "tests/flaskr_fixture.h"

namespace flaskr {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Csrf : public Flaskr {
 protected:
  Csrf() : Flaskr("testing-csrf") {}

  static std::string token_of(const TestResponse& page) {
    const std::string before = "name=\"csrf_token\" type=\"hidden\" value=\"";
    const std::string text = page.text();
    const auto at = text.find(before);
    EXPECT_NE(at, text.npos) << text;
    return at == text.npos
               ? ""
               : text.substr(at + before.size(), text.find('"', at + before.size()) - at - before.size());
  }

  void log_in_with_token(const std::string& name) {
    const std::string token = token_of(client.get("/auth/login"));
    const auto answer = client.post(
        "/auth/login",
        {.form = {{"csrf_token", token}, {"email", name + "@example.com"}, {"password", kPassword}}});
    EXPECT_EQ(answer.status_code, 302) << answer.text();
  }
};

TEST_F(Csrf, EveryFormWantsTheToken) {
  register_user("ada");
  log_in_with_token("ada");
  for (const char* path : {"/auth/login", "/auth/register", "/auth/logout", "/auth/logout-everywhere",
                           "/auth/password", "/post", "/posts/1/edit", "/posts/1/delete", "/profile"}) {
    const auto refused = client.post(path, {.form = {{"title", "x"}, {"body", "x"}}});
    EXPECT_EQ(refused.status_code, 400) << path;
    EXPECT_THAT(refused.text(), HasSubstr("Please send that again")) << path;
    EXPECT_THAT(refused.text(), HasSubstr("The CSRF token is missing.")) << path;
  }
  EXPECT_EQ(client.get("/dashboard").status_code, 200) << "still logged in";
}

TEST_F(Csrf, TakesFormsOfItsOwnPages) {
  register_user("ada");
  log_in_with_token("ada");
  const std::string token = token_of(client.get("/post"));
  EXPECT_THAT(client
                  .post("/post", {.form = {{"csrf_token", token}, {"title", "Hello"}, {"body", "x"}},
                                  .follow_redirects = true})
                  .text(),
              HasSubstr("<h1>Hello</h1>"));
}

TEST_F(Csrf, TakesNoTokenOfAnotherSession) {
  register_user("ada");
  log_in_with_token("ada");
  auto eve = app.test_client();
  const std::string token = token_of(eve.get("/auth/login"));
  EXPECT_NE(token_of(client.get("/post")), token);
  const auto refused = client.post("/post", {.form = {{"csrf_token", token}, {"title", "x"}, {"body", "x"}}});
  EXPECT_EQ(refused.status_code, 400);
  EXPECT_THAT(refused.text(), HasSubstr("Nothing was changed."));
  EXPECT_THAT(refused.text(), HasSubstr("The CSRF tokens do not match."));
}

TEST_F(Csrf, ATokenOfBeforeTheLoginIsWorthNothingAfterIt) {
  register_user("ada");
  const std::string before = token_of(client.get("/auth/login"));
  log_in_with_token("ada");
  EXPECT_EQ(
      client.post("/post", {.form = {{"csrf_token", before}, {"title", "x"}, {"body", "x"}}}).status_code,
      400);
}

TEST_F(Csrf, LeadsBackToThePageOfTheForm) {
  const auto refused =
      client.post("/auth/login", {.headers = {{"Referer", "http://localhost/auth/login?next=/post"}}});
  EXPECT_THAT(refused.text(), HasSubstr("href=\"/auth/login?next=/post\""));
  const auto elsewhere = client.post("/auth/login", {.headers = {{"Referer", "http://evil.example/x"}}});
  EXPECT_THAT(elsewhere.text(), Not(HasSubstr("evil.example")));
  const auto script =
      client.post("/auth/login", {.headers = {{"Referer", "http://localhost/\"><script>alert(1)</script>"}}});
  EXPECT_THAT(script.text(), Not(HasSubstr("<script")));
}

TEST_F(Csrf, NoSharedCacheKeepsPagesWithTokens) {
  EXPECT_THAT(client.get("/auth/login").headers.get("Cache-Control", ""), HasSubstr("private"));
}

TEST_F(Csrf, TheApiWantsItFromWhoIsLoggedInByCookies) {
  register_user("ada");
  const auto made =
      client.post("/api/v1/tokens", {.json = json({{"email", "ada@example.com"}, {"password", kPassword}})});
  const std::string bearer = "Bearer " + std::string(made.json()["token"].as_string());
  log_in_with_token("ada");
  const TestRequest request{.json = json({{"body", "x"}})};
  EXPECT_EQ(client.post("/api/v1/posts", request).status_code, 400);

  TestRequest with_token = request;
  with_token.headers.emplace_back("X-CSRFToken", token_of(client.get("/post")));
  EXPECT_EQ(client.post("/api/v1/posts", with_token).status_code, 201);

  TestRequest with_bearer = request;
  with_bearer.headers.emplace_back("Authorization", bearer);
  EXPECT_EQ(client.post("/api/v1/posts", with_bearer).status_code, 201);
  TestRequest with_nonsense = request;
  with_nonsense.headers.emplace_back("Authorization", "Bearer x");
  EXPECT_EQ(client.post("/api/v1/posts", with_nonsense).status_code, 400);
}

}  // namespace
}  // namespace flaskr
