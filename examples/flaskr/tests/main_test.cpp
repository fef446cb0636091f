// SPDX-License-Identifier: BSD-3-Clause
#include <cstdlib>

#include "tests/flaskr_fixture.h"

namespace flaskr {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using Main = Flaskr;

TEST_F(Main, Index) {
  const auto response = client.get("/");
  EXPECT_EQ(response.status_code, 200);
  EXPECT_THAT(response.text(), HasSubstr("Nothing here yet."));
  EXPECT_EQ(client.get("/api/health").json()["status"], "ok");
}

TEST_F(Main, WantsALoginForWriting) {
  for (const char* path : {"/post", "/profile", "/dashboard", "/posts/1/edit"})
    EXPECT_THAT(client.get(path).location(), HasSubstr("/auth/login?next=")) << path;
  EXPECT_THAT(client.post("/posts/1/delete", {.follow_redirects = true}).text(),
              HasSubstr("Please log in to access this page."));
}

TEST_F(Main, WritesEditsAndDeletes) {
  register_user("ada");
  log_in(client, "ada");
  const std::string page = write(client, "First", "One.\n\nTwo.").text();
  EXPECT_THAT(page, HasSubstr("Post created!"));
  EXPECT_THAT(page, HasSubstr("<h1>First</h1>"));
  EXPECT_THAT(page, Not(HasSubstr("edited")));
  EXPECT_THAT(client.get("/posts/1/edit").text(), HasSubstr("value=\"First\""));
  const std::string edited = client
                                 .post("/posts/1/edit", {.form = {{"title", "Second"}, {"body", "Three."}},
                                                         .follow_redirects = true})
                                 .text();
  EXPECT_THAT(edited, HasSubstr("<h1>Second</h1>"));
  EXPECT_THAT(edited, HasSubstr("edited <time"));
  EXPECT_THAT(client.get("/dashboard").text(), HasSubstr("You have written 1 post."));
  EXPECT_THAT(client.get("/posts/1/delete").text(),
              HasSubstr("Shall &ldquo;Second&rdquo; be gone for good?"));
  EXPECT_EQ(client.get("/posts/1").status_code, 200);
  EXPECT_THAT(client.post("/posts/1/delete", {.follow_redirects = true}).text(), HasSubstr("Post deleted."));
  EXPECT_EQ(client.get("/posts/1").status_code, 404);
}

TEST_F(Main, LookingChangesNothing) {
  register_user("ada");
  log_in(client, "ada");
  write(client, "First");
  for (const char* path : {"/posts/1/delete", "/posts/1/edit", "/post", "/profile", "/auth/password"})
    EXPECT_EQ(client.head(path, {.form = {{"title", "x"}, {"body", "x"}}}).status_code, 200) << path;
  EXPECT_THAT(client.get("/posts/1").text(), HasSubstr("<h1>First</h1>")) << "a HEAD is no POST";
  EXPECT_THAT(client.get("/dashboard").text(), HasSubstr("You have written 1 post."));
}

TEST_F(Main, EverybodyChangesTheirOwnPostsAlone) {
  register_user("ada");
  register_user("eve");
  log_in(client, "ada");
  write(client, "Of Ada");
  auto eve = app.test_client();
  log_in(eve, "eve");
  EXPECT_THAT(eve.get("/posts/1").text(), Not(HasSubstr("Delete")));
  const auto refused = eve.get("/posts/1/edit");
  EXPECT_EQ(refused.status_code, 403);
  EXPECT_THAT(refused.text(), HasSubstr("This post is somebody else&#39;s."));
  EXPECT_EQ(eve.post("/posts/1/edit", {.form = {{"title", "Of Eve"}, {"body", "x"}}}).status_code, 403);
  EXPECT_EQ(eve.post("/posts/1/delete").status_code, 403);
  EXPECT_EQ(eve.post("/posts/2/delete").status_code, 404);
  EXPECT_THAT(client.get("/posts/1").text(), HasSubstr("<h1>Of Ada</h1>"));
}

TEST_F(Main, TakesNoFieldsThatTheFormHasNot) {
  register_user("ada");
  register_user("eve");
  log_in(client, "ada");
  client.post("/post", {.form = {{"title", "T"}, {"body", "B"}, {"user_id", "2"}, {"id", "77"}}});
  EXPECT_THAT(client.get("/posts/1").text(), HasSubstr("href=\"/users/ada\""));
  client.post("/profile", {.form = {{"username", "ada"},
                                    {"about", "I count."},
                                    {"is_active", ""},
                                    {"email", "eve2@example.com"},
                                    {"password_hash", "x"}}});
  const auto context = app.app_context();
  const auto ada = user_named("ada");
  EXPECT_TRUE(ada->is_active);
  EXPECT_EQ(ada->email, "ada@example.com");
  EXPECT_TRUE(ada->check_password(kPassword));
  EXPECT_EQ(ada->about, "I count.");
}

TEST_F(Main, SaysWhatAPostLacks) {
  register_user("ada");
  log_in(client, "ada");
  const std::string page = write(client, "", "").text();
  EXPECT_THAT(page, HasSubstr("This field is required."));
  EXPECT_THAT(page, HasSubstr("aria-describedby=\"title-errors\""));
  EXPECT_THAT(page, HasSubstr("id=\"title-errors\""));
  EXPECT_THAT(write(client, std::string(121, 'x')).text(),
              HasSubstr("Field cannot be longer than 120 characters."));
  EXPECT_EQ(client.post("/post", {.form = {{"title", "x"}, {"body", std::string(300'000, 'x')}}}).status_code,
            413);
}

TEST_F(Main, Pages) {
  register_user("ada");
  {
    const auto context = app.app_context();
    const auto ada = user_named("ada");
    for (int i = 1; i <= 23; ++i)
      db.session().add(Post{.title = "Post " + std::to_string(i) + ".", .body = "x", .author = ada});
    db.session().commit();
  }
  for (const char* path : {"/", "/users/ada"}) {
    const std::string first = client.get(path).text();
    EXPECT_THAT(first, HasSubstr("Post 23.")) << path;
    EXPECT_THAT(first, HasSubstr("Post 14.")) << path;
    EXPECT_THAT(first, Not(HasSubstr("Post 13."))) << path;
    EXPECT_THAT(first, HasSubstr("aria-current=\"page\">1</a>")) << path;
    EXPECT_THAT(client.get(path, {.query_string = {{"page", 3}}}).text(), HasSubstr("Post 1.")) << path;
    EXPECT_EQ(client.get(path, {.query_string = {{"page", 4}}}).status_code, 404) << path;
  }
}

TEST_F(Main, ProfilesSayWhoOneIs) {
  register_user("ada");
  register_user("eve");
  log_in(client, "ada");
  EXPECT_THAT(client
                  .post("/profile", {.form = {{"username", "lovelace"}, {"about", "I <3 engines."}},
                                     .follow_redirects = true})
                  .text(),
              HasSubstr("Profile saved."));
  EXPECT_THAT(client.get("/users/lovelace").text(), HasSubstr("I &lt;3 engines."));
  EXPECT_EQ(client.get("/users/ada").status_code, 404);
  EXPECT_THAT(client.post("/profile", {.form = {{"username", "eve"}, {"about", ""}}}).text(),
              HasSubstr("This name is taken."));
  EXPECT_THAT(client.get("/users/lovelace").text(), Not(HasSubstr("example.com")))
      << "the address is private";
}

TEST_F(Main, EscapesWhatPeopleWrite) {
  const std::string script = "<script>alert(1)</script>";
  register_user("ada");
  log_in(client, "ada");
  write(client, script, script);
  client.post("/profile", {.form = {{"username", "ada"}, {"about", script}}});
  for (const char* path : {"/", "/posts/1", "/posts/1/edit", "/dashboard", "/users/ada", "/profile"}) {
    const auto page = client.get(path);
    EXPECT_EQ(page.status_code, 200) << path;
    EXPECT_THAT(page.text(), HasSubstr("&lt;script&gt;")) << path;
    EXPECT_THAT(page.text(), Not(HasSubstr("<script"))) << path;
  }
}

TEST_F(Main, EscapesWhatComesBack) {
  const std::string script = "\"><script>alert(1)</script>";
  register_user("ada");
  std::vector<TestResponse> pages;
  for (const char* path : {"/auth/login", "/auth/register"}) {
    pages.push_back(client.post(path, {.query_string = {{"next", script}},
                                       .form = {{"email", script},
                                                {"username", script},
                                                {"password", script},
                                                {"confirm", script},
                                                {"remember", script}}}));
  }
  log_in(client, "ada");
  pages.push_back(client.post("/profile", {.form = {{"username", script}, {"about", script}}}));
  pages.push_back(client.post("/post", {.form = {{"title", script}}}));
  pages.push_back(client.get("/", {.query_string = {{"page", script}, {script, script}}}));
  pages.push_back(client.get("/users/" + script));
  pages.push_back(client.get("/nowhere/" + script));
  for (const TestResponse& page : pages) {
    EXPECT_LT(page.status_code, 500) << page.request.target;
    EXPECT_THAT(page.text(), Not(HasSubstr("<script"))) << page.request.target;
    EXPECT_THAT(page.text(), HasSubstr("</html>")) << page.request.target;
  }
}

TEST_F(Main, ErrorsHavePages) {
  const auto missing = client.get("/nowhere");
  EXPECT_EQ(missing.status_code, 404);
  EXPECT_THAT(missing.text(), HasSubstr("<h1>Not Found</h1>"));
  EXPECT_THAT(missing.text(), HasSubstr("Back to the posts"));
  EXPECT_THAT(client.get("/users/nobody").text(), HasSubstr("Nobody here has that name."));
  const auto wrong_method = client.get("/auth/logout");
  EXPECT_EQ(wrong_method.status_code, 405);
  EXPECT_THAT(wrong_method.headers.get("Allow", ""), HasSubstr("POST"));
}

TEST(Failure, TheDatabaseHasTheLastWord) {
  App app = create_app("testing");
  app.get("/race", []() -> std::string {  // what two registrations at once come to
    for (int i = 0; i < 2; ++i) db.session().add(User{.username = "ada", .email = "ada@example.com"});
    db.session().commit();
    return "";
  });
  {
    const auto context = app.app_context();
    db.create_all();
  }
  const auto page = app.test_client().get("/race");
  EXPECT_EQ(page.status_code, 409);
  EXPECT_THAT(page.text(), HasSubstr("Somebody else was quicker"));
}

TEST(Failure, WhatTheDatabaseCannotKeepIsTheVisitorsMistake) {
  App app = create_app("testing");
  app.get("/nul", []() -> std::string { throw db::DataError(db::Failure{}); });
  app.get("/api/nul", []() -> std::string { throw db::DataError(db::Failure{}); });
  auto client = app.test_client();
  const auto page = client.get("/nul");
  EXPECT_EQ(page.status_code, 400);
  EXPECT_THAT(page.text(), HasSubstr("cannot be kept"));
  EXPECT_EQ(client.get("/api/nul").status_code, 400);
  EXPECT_TRUE(client.get("/api/nul").is_json());
}

TEST(Failure, IsAPageThatTellsNothing) {
  App app = create_app("testing");
  app.get("/fail", []() -> std::string { throw std::runtime_error("the secret is 42"); });
  app.config["PROPAGATE_EXCEPTIONS"] = false;
  const auto page = app.test_client().get("/fail");
  EXPECT_EQ(page.status_code, 500);
  EXPECT_THAT(page.text(), HasSubstr("Something went wrong"));
  EXPECT_THAT(page.text(), Not(HasSubstr("42")));
}

TEST_F(Main, TellsBrowsersToRunNothing) {
  const auto page = client.get("/");
  EXPECT_THAT(page.headers.get("Content-Security-Policy", ""), HasSubstr("default-src 'none'"));
  EXPECT_EQ(page.headers.get("X-Content-Type-Options", ""), "nosniff");
}

TEST(Configuration, WantsASecretKeyInProduction) { EXPECT_THROW(create_app("production"), SetupError); }

}  // namespace
}  // namespace flaskr
