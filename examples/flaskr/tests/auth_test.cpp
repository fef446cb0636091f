// SPDX-License-Identifier: BSD-3-Clause
#include <thread>
#include <vector>

#include "tests/flaskr_fixture.h"

namespace flaskr {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Auth = Flaskr;

TEST_F(Auth, Register) {
  auto response = client.post(
      "/auth/register",
      {.form = {{"email", "test@example.com"}, {"password", "testpass123"}, {"confirm", "testpass123"}},
       .follow_redirects = true});
  EXPECT_EQ(response.status_code, 200);
  EXPECT_THAT(response.text(), HasSubstr("Registration successful"));
  const auto context = app.app_context();
  const auto user = user_with_email("test@example.com");
  ASSERT_TRUE(user);
  EXPECT_EQ(user->username, "test") << "made from the address";
  EXPECT_THAT(user->password_hash, AllOf(HasSubstr("scrypt:"), Not(HasSubstr("testpass123"))));
}

TEST_F(Auth, RegisterSaysWhatIsWrong) {
  register_user("ada");
  const struct {
    const char* email;
    const char* username;
    const char* password;
    const char* confirm;
    const char* said;
  } cases[] = {
      {"", "", kPassword, kPassword, "This field is required."},
      {"nobody", "", kPassword, kPassword, "Invalid email address."},
      {"ada@example.com", "", kPassword, kPassword, "Email already registered."},
      {"ADA@example.com", "", kPassword, kPassword, "Email already registered."},
      {"new@example.com", "ada", kPassword, kPassword, "This name is taken."},
      {"new@example.com", "A b", kPassword, kPassword, "lower-case letters, digits and underscores"},
      {"new@example.com", "", "short", "short", "Field must be between 8 and 256 characters long."},
      {"new@example.com", "", kPassword, "another12", "Passwords must match"},
  };
  for (const auto& c : cases) {
    const auto page = client.post("/auth/register", {.form = {{"email", c.email},
                                                              {"username", c.username},
                                                              {"password", c.password},
                                                              {"confirm", c.confirm}}});
    EXPECT_EQ(page.status_code, 200) << c.said;
    EXPECT_THAT(page.text(), HasSubstr(c.said)) << c.email;
    EXPECT_THAT(page.text(), HasSubstr("aria-invalid=\"true\"")) << c.email;
    EXPECT_THAT(page.text(), Not(HasSubstr(kPassword))) << "no password comes back";
  }
}

TEST_F(Auth, LogsInAndOut) {
  register_user("ada");
  EXPECT_EQ(client.get("/dashboard").location(), "/auth/login?next=%2Fdashboard");
  EXPECT_EQ(log_in(client, "ada").location(), "/");
  const std::string home = client.get("/").text();
  EXPECT_THAT(home, HasSubstr("Logged in successfully!"));
  EXPECT_THAT(home, HasSubstr("Log out"));
  EXPECT_THAT(client.get("/dashboard").text(), HasSubstr("Hello, ada."));
  EXPECT_EQ(client.get("/auth/login").location(), "/") << "is logged in already";
  EXPECT_EQ(client.get("/auth/logout").status_code, 405) << "a link logs nobody out";
  EXPECT_THAT(client.post("/auth/logout", {.follow_redirects = true}).text(),
              HasSubstr("You have been logged out."));
  EXPECT_EQ(client.get("/dashboard").status_code, 302);
}

TEST_F(Auth, SaysTheSameOfAWrongPasswordAndAnUnknownUser) {
  register_user("ada");
  for (const char* email : {"ada@example.com", "nobody@example.com"}) {
    const auto page = client.post("/auth/login", {.form = {{"email", email}, {"password", "wrong horse"}}});
    EXPECT_THAT(page.text(), HasSubstr("Invalid email or password.")) << email;
    EXPECT_EQ(client.get("/dashboard").status_code, 302) << email;
  }
}

TEST_F(Auth, WhoGuessesHasToWait) {
  register_user("mary");
  const TestRequest guess{.form = {{"email", "mary@example.com"}, {"password", "a guess"}},
                          .remote_addr = "192.0.2.7"};
  TestResponse answer = client.post("/auth/login", guess);
  int guesses = 1;  // each waits twice as long as the one before: few are slow enough not to be refused
  for (; answer.status_code == 200 && guesses < 15; ++guesses) answer = client.post("/auth/login", guess);
  EXPECT_GT(guesses, 5) << "the first five need not wait";
  EXPECT_EQ(answer.status_code, 429);
  EXPECT_FALSE(answer.headers.get("Retry-After", "").empty());
  EXPECT_THAT(answer.text(), HasSubstr("<h1>Too Many Requests</h1>"));
}

TEST_F(Auth, LetsNobodyInWhoIsNotActive) {
  register_user("ada");
  {
    const auto context = app.app_context();
    user_named("ada")->is_active = false;
    db.session().commit();
  }
  EXPECT_THAT(log_in(client, "ada").text(), HasSubstr("Invalid email or password."));
}

TEST_F(Auth, GoesWhereTheUserWanted) {
  register_user("ada");
  const struct {
    const char* next;
    const char* location;
  } cases[] = {{"/dashboard", "/dashboard"}, {"/?page=2", "/?page=2"}, {"https://evil.example/", "/"},
               {"//evil.example", "/"},      {"/\\evil.example", "/"}, {"\t//evil.example", "/"},
               {"javascript:alert(1)", "/"}};
  for (const auto& c : cases) {
    auto fresh = app.test_client();
    const auto answer =
        fresh.post("/auth/login", {.query_string = {{"next", c.next}},
                                   .form = {{"email", "ada@example.com"}, {"password", kPassword}}});
    EXPECT_EQ(answer.location(), c.location) << c.next;
  }
}

TEST_F(Auth, RemembersWhoWantsIt) {
  register_user("ada");
  log_in(client, "ada");
  EXPECT_FALSE(client.get_cookie("remember_token"));
  client.delete_cookie("session");
  EXPECT_EQ(client.get("/dashboard").status_code, 302);

  log_in(client, "ada", true);
  const auto cookie = client.get_cookie("remember_token");
  ASSERT_TRUE(cookie);
  EXPECT_TRUE(cookie->http_only);
  client.delete_cookie("session");  // the browser was closed
  EXPECT_EQ(client.get("/dashboard").status_code, 200);
  client.post("/auth/logout");
  EXPECT_FALSE(client.get_cookie("remember_token"));
}

TEST_F(Auth, ANewPasswordEndsTheOtherLogins) {
  register_user("ada");
  auto other = app.test_client();
  log_in(client, "ada", true);
  log_in(other, "ada", true);
  EXPECT_THAT(
      client
          .post("/auth/password",
                {.form = {{"current", "wrong"}, {"password", "new password"}, {"confirm", "new password"}}})
          .text(),
      HasSubstr("That is not your password."));
  EXPECT_EQ(other.get("/dashboard").status_code, 200);
  EXPECT_THAT(
      client
          .post("/auth/password",
                {.form = {{"current", kPassword}, {"password", "new password"}, {"confirm", "new password"}},
                 .follow_redirects = true})
          .text(),
      HasSubstr("Password changed."));
  EXPECT_EQ(client.get("/dashboard").status_code, 200);
  client.delete_cookie("session");
  EXPECT_EQ(client.get("/dashboard").status_code, 200) << "this browser is still remembered";
  EXPECT_EQ(other.get("/dashboard").status_code, 302);
  EXPECT_THAT(log_in(other, "ada").text(), HasSubstr("Invalid email or password."));
}

TEST_F(Auth, ARememberedUserGivesThePasswordForANewOne) {
  register_user("ada");
  log_in(client, "ada", true);
  client.delete_cookie("session");  // the browser was closed
  const auto asked = client.get("/auth/password", {.follow_redirects = true});
  EXPECT_EQ(asked.status_code, 200);
  EXPECT_THAT(asked.text(), HasSubstr("<h1>Is it you?</h1>"));
  const TestRequest wrong{.query_string = {{"next", "/auth/password"}}, .form = {{"password", "a guess"}}};
  EXPECT_THAT(client.post("/auth/confirm", wrong).text(), HasSubstr("That is not your password."));
  EXPECT_THAT(client.get("/auth/password").location(), HasSubstr("/auth/confirm?next="));
  const TestRequest right{.query_string = {{"next", "/auth/password"}}, .form = {{"password", kPassword}}};
  EXPECT_EQ(client.post("/auth/confirm", right).location(), "/auth/password");
  EXPECT_THAT(client.get("/auth/password").text(), HasSubstr("<h1>Change password</h1>"));
  TestRequest away = right;
  away.query_string = {{"next", "//evil.example"}};
  EXPECT_EQ(client.post("/auth/confirm", away).location(), "/");
}

TEST_F(Auth, ConfirmingIsNoWayToGuess) {
  register_user("joan");  // whom the throttle, which all apps share, does not know from another test
  log_in(client, "joan");
  const TestRequest guess{.form = {{"password", "a guess"}}, .remote_addr = "192.0.2.8"};
  int code = 200;
  for (int guesses = 0; code == 200 && guesses < 15; ++guesses)
    code = client.post("/auth/confirm", guess).status_code;
  EXPECT_EQ(code, 429);
}

TEST_F(Auth, ADeletedUserIsNobody) {
  register_user("ada");
  log_in(client, "ada", true);
  auto program = app.test_client();
  const auto made =
      program.post("/api/v1/tokens", {.json = json({{"email", "ada@example.com"}, {"password", kPassword}})});
  const std::string bearer = "Bearer " + std::string(made.json()["token"].as_string());
  {
    const auto context = app.app_context();
    db.session().delete_(user_named("ada"));
    db.session().commit();
  }
  const auto home = client.get("/");
  EXPECT_EQ(home.status_code, 200);
  EXPECT_THAT(home.text(), HasSubstr("Register"));
  EXPECT_EQ(client.get("/dashboard").status_code, 302);
  EXPECT_EQ(program.get("/api/v1/users/me", {.headers = {{"Authorization", bearer}}}).status_code, 401);
}

TEST_F(Auth, LoggingOutTwiceIsNoError) {
  register_user("ada");
  log_in(client, "ada");
  for (const char* path : {"/auth/logout", "/auth/logout", "/auth/logout-everywhere"}) {
    const auto page = client.post(path, {.follow_redirects = true});  // the second: in another tab
    EXPECT_EQ(page.status_code, 200) << path;
    EXPECT_THAT(page.text(), HasSubstr("<h1>Posts</h1>")) << path;
  }
}

// Each finds the name free while the others' passwords are still being hashed.
TEST_F(Auth, OneOfManyRegistrationsAtOnceGetsTheName) {
  client.get("/");
  std::vector<std::string> pages(4);
  std::vector<std::thread> people;
  for (std::string& page : pages) {
    people.emplace_back([this, &page] {
      auto own = app.test_client();
      page = own.post("/auth/register", {.form = {{"email", "ada@example.com"},
                                                  {"username", "ada"},
                                                  {"password", kPassword},
                                                  {"confirm", kPassword}},
                                         .follow_redirects = true})
                 .text();
    });
  }
  for (std::thread& each : people) each.join();
  int registered = 0;
  for (const std::string& page : pages) {
    if (page.find("Registration successful") != page.npos) {
      ++registered;
      continue;
    }
    EXPECT_THAT(page, HasSubstr("Email already registered."));
    EXPECT_THAT(page, HasSubstr("value=\"ada@example.com\"")) << "what was written is still there";
  }
  EXPECT_EQ(registered, 1);
}

TEST_F(Auth, LogsOutEverywhere) {
  register_user("ada");
  auto other = app.test_client();
  log_in(client, "ada");
  log_in(other, "ada", true);
  EXPECT_THAT(client.post("/auth/logout-everywhere", {.follow_redirects = true}).text(),
              HasSubstr("You are logged out everywhere."));
  EXPECT_EQ(client.get("/dashboard").status_code, 302);
  EXPECT_EQ(other.get("/dashboard").status_code, 302);
}

}  // namespace
}  // namespace flaskr
