// SPDX-License-Identifier: BSD-3-Clause
#include "tests/flaskr_fixture.h"

namespace flaskr {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Api : public Flaskr {
 protected:
  std::string token_of(const std::string& name) {
    const auto made = client.post(
        "/api/v1/tokens", {.json = json({{"email", name + "@example.com"}, {"password", kPassword}})});
    EXPECT_EQ(made.status_code, 200) << made.text();
    return std::string(made.json()["token"].as_string());
  }
  static TestRequest with(const std::string& token, const Value& body = Value()) {
    TestRequest request{.headers = {{"Authorization", "Bearer " + token}}};
    if (body.is_dict()) request.json = body;
    return request;
  }
};

TEST_F(Api, MakesUsers) {
  const Value ada = Value::dict({{"email", "Ada@example.com"}, {"password", kPassword}});
  EXPECT_EQ(client.post("/api/v1/users", {.json = Value::dict({{"email", "a@example.com"}})}).status_code,
            400);
  const auto made = client.post("/api/v1/users", {.json = ada});
  EXPECT_EQ(made.status_code, 201);
  EXPECT_EQ(made.json()["email"], "ada@example.com");
  EXPECT_EQ(made.json()["id"], 1);
  const auto again = client.post("/api/v1/users", {.json = ada});
  EXPECT_EQ(again.status_code, 409);
  EXPECT_EQ(again.json()["error"], "Email already exists");
}

TEST_F(Api, SaysWhichFieldIsWrong) {
  const auto refused =
      client.post("/api/v1/users", {.json = json({{"email", "nobody"}, {"password", "short"}})});
  EXPECT_EQ(refused.status_code, 400);
  EXPECT_EQ(refused.json()["details"]["email"][0], "Invalid email address.");
  EXPECT_THAT(refused.json()["details"]["password"][0].as_string(), HasSubstr("between 8 and 256"));
}

TEST_F(Api, ListsPostsAPageAtATime) {
  register_user("ada");
  {
    const auto context = app.app_context();
    const auto ada = user_named("ada");
    for (int i = 1; i <= 51; ++i)
      db.session().add(Post{.title = std::to_string(i), .body = "x", .author = ada});
    db.session().commit();
  }
  const auto first = client.get("/api/v1/posts");
  EXPECT_EQ(first.json().size(), 50U);
  EXPECT_EQ(first.json()[0]["title"], "51");
  EXPECT_EQ(first.json()[0]["author"], "ada");
  EXPECT_EQ(first.headers.get("Link", ""), "</api/v1/posts?page=2>; rel=\"next\"");
  EXPECT_EQ(first.headers.get("X-Total-Count", ""), "51");
  const auto second = client.get("/api/v1/posts?page=2");
  EXPECT_EQ(second.json().size(), 1U);
  EXPECT_FALSE(second.headers.contains("Link"));
}

TEST_F(Api, WritesAndDeletesWithAToken) {
  register_user("ada");
  register_user("eve");
  const std::string ada = token_of("ada");
  const auto made = client.post("/api/v1/posts",
                                with(ada, Value::dict({{"body", "The first line.\nMore."}, {"user_id", 2}})));
  EXPECT_EQ(made.status_code, 201);
  EXPECT_EQ(made.location(), "/api/v1/posts/1");
  EXPECT_EQ(made.json()["title"], "The first line.");
  EXPECT_EQ(made.json()["author"], "ada") << "whatever the body says";
  EXPECT_EQ(client.post("/api/v1/posts", with(ada, Value::dict({{"title", "x"}}))).status_code, 400);
  EXPECT_EQ(client.get("/api/v1/posts/1").json()["body"], "The first line.\nMore.");
  EXPECT_EQ(client.delete_("/api/v1/posts/1", with(token_of("eve"))).status_code, 403);
  EXPECT_EQ(client.delete_("/api/v1/posts/1", with(ada)).status_code, 204);
  EXPECT_EQ(client.get("/api/v1/posts/1").status_code, 404);
}

TEST_F(Api, WantsToKnowWhoAsks) {
  EXPECT_EQ(client.get("/api/v1/users").status_code, 401);
  EXPECT_EQ(client.get("/api/v1/users/me").status_code, 401);
  EXPECT_EQ(client.post("/api/v1/posts", {.json = json({{"body", "x"}})}).status_code, 401);
  EXPECT_EQ(client.get("/api/v1/users", with("x.y.z")).status_code, 401);
  EXPECT_EQ(client.post("/api/v1/tokens", {.json = json({{"email", "a@example.com"}, {"password", "x"}})})
                .status_code,
            401);
}

TEST_F(Api, TellsOfOthersOnlyTheirNames) {
  register_user("ada");
  register_user("eve");
  const std::string token = token_of("ada");
  const auto all = client.get("/api/v1/users", with(token));
  EXPECT_EQ(all.json()[1]["username"], "eve");
  EXPECT_THAT(all.text(), Not(HasSubstr("example.com")));
  EXPECT_THAT(all.text(), Not(HasSubstr("scrypt")));
  EXPECT_EQ(client.get("/api/v1/users/me", with(token)).json()["email"], "ada@example.com");
}

TEST_F(Api, ATokenEndsWithTheOtherLogins) {
  register_user("ada");
  const std::string token = token_of("ada");
  EXPECT_EQ(client.get("/api/v1/users/me", with(token)).status_code, 200);
  auto browser = app.test_client();
  log_in(browser, "ada");
  browser.post("/auth/logout-everywhere");
  EXPECT_EQ(client.get("/api/v1/users/me", with(token)).status_code, 401);
}

TEST_F(Api, EveryPostHasATitleToPress) {
  register_user("ada");
  const std::string ada = token_of("ada");
  const struct {
    const char* title;
    const char* body;
    const char* expected;
  } cases[] = {{"", "One.\nTwo.", "One."},
               {"", "\r\n \n  One.\nTwo.", "One."},
               {"  ", "One.", "One."},
               {" \t", "\n\nOne. ", "One."}};
  for (const auto& c : cases) {
    const auto made =
        client.post("/api/v1/posts", with(ada, Value::dict({{"title", c.title}, {"body", c.body}})));
    EXPECT_EQ(made.status_code, 201);
    EXPECT_EQ(made.json()["title"], c.expected) << c.body;
  }
}

TEST_F(Api, AnswersWhateverIsSent) {
  register_user("ada");
  const std::string ada = token_of("ada");
  for (const char* body : {"", "{", "[]", "7", "null", "\"body\"", "{}", "{\"body\": null}",
                           "{\"body\": [[]]}", "{\"body\": \"\"}", "{\"body\": {}}"}) {
    const auto refused = client.post(
        "/api/v1/posts",
        {.data = body, .content_type = "application/json", .headers = {{"Authorization", "Bearer " + ada}}});
    EXPECT_EQ(refused.status_code, 400) << body << refused.text();
    EXPECT_TRUE(refused.json()["error"].is_string()) << body;
  }
  for (const char* page : {"0", "-1", "x", "", "99999999999999999999999", "9223372036854775807"})
    EXPECT_EQ(client.get("/api/v1/posts", {.query_string = {{"page", page}}}).status_code, 200) << page;
  EXPECT_EQ(client.get("/api/v1/posts/99999999999999999999999").status_code, 404);
}

TEST_F(Api, WhoIsNotActiveHasNoToken) {
  register_user("ada");
  const std::string before = token_of("ada");
  {
    const auto context = app.app_context();
    user_named("ada")->is_active = false;
    db.session().commit();
  }
  EXPECT_EQ(client.get("/api/v1/users/me", with(before)).status_code, 401);
  EXPECT_EQ(client.post("/api/v1/posts", with(before, Value::dict({{"body", "x"}}))).status_code, 401);
  EXPECT_EQ(
      client.post("/api/v1/tokens", {.json = json({{"email", "ada@example.com"}, {"password", kPassword}})})
          .status_code,
      401);
}

TEST_F(Api, ErrorsAreJson) {
  for (const char* path : {"/api/v1/posts/7", "/api/v1/nowhere"}) {
    const auto missing = client.get(path);
    EXPECT_EQ(missing.status_code, 404) << path;
    EXPECT_EQ(missing.mimetype(), "application/json") << path;
    EXPECT_TRUE(missing.json()["error"].is_string()) << path;
  }
}

}  // namespace
}  // namespace flaskr
