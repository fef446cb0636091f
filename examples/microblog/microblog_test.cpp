// SPDX-License-Identifier: BSD-3-Clause
// The microblog over SQLite and PostgreSQL, its database made by its migrations.
#include "microblog.h"

#include <atomic>
#include <filesystem>

#include "tests/support/postgresql_server.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <retort/db/inspect.h>
#include <retort/migrate/compare.h>
#include <retort/migrate/migrator.h>
#include <retort/testing/client.h>

namespace microblog {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string new_database(const std::string& dialect) {
  static std::atomic<int> last = 0;
  const std::string name = "microblog_" + std::to_string(++last);
  if (dialect == "postgresql") return test::PostgresqlServer::shared().create_database(name);
  const std::string file = ::testing::TempDir() + name + ".db";
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
  return "sqlite:///" + file;
}

// A browser: it knows the token of the last page that had one.
class Browser {
 public:
  explicit Browser(App& app) : client(app) {}
  // Of somebody who signs up.
  Browser(App& app, const std::string& name) : Browser(app) {
    get("/auth/register");
    const auto home =
        post("/auth/register",
             {{"username", name}, {"email", name + "@example.org"}, {"password", "correct horse"}});
    EXPECT_THAT(home.text(), HasSubstr("Welcome to the microblog, " + name));
  }

  TestResponse get(const std::string& path) { return remember(client.get(path)); }
  TestResponse post(const std::string& path, std::vector<std::pair<std::string, std::string>> fields,
                    bool follow_redirects = true) {
    fields.emplace_back("csrf_token", token);
    TestRequest request;
    for (auto& [name, value] : fields) request.form.add(std::move(name), std::move(value));
    request.follow_redirects = follow_redirects;
    return remember(client.post(path, request));
  }

  std::string token;

 private:
  TestResponse remember(TestResponse response) {
    const std::string before = "name=\"csrf_token\" value=\"";
    const std::string text = response.text();
    if (const auto at = text.find(before); at != text.npos)
      token = text.substr(at + before.size(), text.find('"', at + before.size()) - at - before.size());
    return response;
  }

  TestClient client;
};

class Microblog : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (GetParam() == std::string("postgresql") && !test::PostgresqlServer::is_installed())
      GTEST_SKIP() << "PostgreSQL's server is not installed";
    app.emplace(create_app(Value::dict(
        {{"SQLALCHEMY_DATABASE_URI", new_database(GetParam())}, {"POSTS_PER_PAGE", 3}, {"TESTING", true}})));
    const auto context = app->app_context();
    migrations = migrate::Revisions::load(app->config.root_path() + "/migrations/versions");
    migrate::Migrator(db.engine(), migrations).upgrade();
  }

  std::optional<App> app;
  migrate::Revisions migrations;
};

TEST_P(Microblog, ItsMigrationsMakeWhatItsModelsSay) {
  const auto context = app->app_context();
  EXPECT_GE(migrations.all().size(), 3U);
  const auto lease = db.engine().connect();
  const auto compared = migrate::compare(db.metadata(), db::inspect(*lease), db.engine().dialect());
  EXPECT_THAT(compared.found, IsEmpty());
  migrate::Migrator(db.engine(), migrations).downgrade("base");
  EXPECT_FALSE(db::inspect(*lease).metadata.find("users"));
}

TEST_P(Microblog, SignsUpAndIn) {
  Browser ada{*app, "ada"};
  EXPECT_THAT(ada.get("/").text(), HasSubstr("<h1>Home</h1>"));
  ada.post("/auth/logout", {});
  EXPECT_EQ(ada.get("/").location(), "/explore");
  ada.get("/auth/login?next=/settings");
  EXPECT_THAT(ada.post("/auth/login", {{"username", "ada"}, {"password", "wrong horse"}}).text(),
              HasSubstr("There is no such user, or the password is another."));
  EXPECT_THAT(
      ada.post("/auth/login?next=/settings", {{"username", "ada"}, {"password", "correct horse"}}).text(),
      HasSubstr("<h1>Settings</h1>"));
}

TEST_P(Microblog, SaysWhyAUserCannotBe) {
  Browser{*app, "ada"};
  const struct {
    const char* username;
    const char* email;
    const char* password;
    const char* said;
  } cases[] = {
      {"ada", "other@example.org", "correct horse", "That name or email address is taken."},
      {"eve", "ada@example.org", "correct horse", "That name or email address is taken."},
      {"A b", "x@example.org", "correct horse", "A user name is 2 to 32"},
      {"eve", "nobody", "correct horse", "That is no email address."},
      {"eve", "x@example.org", "short", "A password has 8 characters or more."},
  };
  for (const auto& c : cases) {
    Browser eve{*app};
    eve.get("/auth/register");
    const auto page =
        eve.post("/auth/register", {{"username", c.username}, {"email", c.email}, {"password", c.password}});
    EXPECT_THAT(page.text(), HasSubstr(c.said)) << c.username << " " << c.email;
    EXPECT_THAT(page.text(), HasSubstr("<h1>Sign up</h1>"));
  }
}

TEST_P(Microblog, GoesNowhereElseBehindTheLogin) {
  Browser{*app, "ada"};
  for (const char* next :
       {"https://evil.example/", "//evil.example", "/\\evil.example", "/%09/evil.example"}) {
    Browser ada{*app};
    ada.get("/auth/login");
    const auto answer = ada.post(std::string("/auth/login?next=") + next,
                                 {{"username", "ada"}, {"password", "correct horse"}}, false);
    EXPECT_EQ(answer.location(), "/") << next;
  }
}

TEST_P(Microblog, TakesNoFormOfAnotherSite) {
  Browser ada{*app, "ada"};
  ada.token = "forged";
  const auto refused = ada.post("/posts", {{"body", "hello"}});
  EXPECT_EQ(refused.status_code, 400);
  EXPECT_THAT(refused.text(), HasSubstr("The form is too old."));
  EXPECT_THAT(ada.get("/explore").text(), HasSubstr("Nobody has written anything yet."));
}

TEST_P(Microblog, WantsALoginForWhatIsOnesOwn) {
  Browser nobody{*app};
  EXPECT_EQ(nobody.get("/settings").location(), "/auth/login?next=/settings?");
  nobody.get("/auth/login");
  EXPECT_THAT(nobody.post("/posts", {{"body", "hello"}}).text(), HasSubstr("Please log in first."));
}

TEST_P(Microblog, TheTimelineHasWhomOneFollows) {
  Browser ada{*app, "ada"};
  Browser bob{*app, "bob"};
  Browser eve{*app, "eve"};
  ada.post("/posts", {{"body", "by ada"}});
  bob.post("/posts", {{"body", "by bob"}});
  eve.post("/posts", {{"body", "by eve"}});
  EXPECT_THAT(ada.get("/user/bob").text(), HasSubstr("<b>0</b> followers"));
  const auto followed = ada.post("/user/bob/follow", {});
  EXPECT_THAT(followed.text(), HasSubstr("You follow bob now."));
  EXPECT_THAT(followed.text(), HasSubstr("<b>1</b> follower<"));
  EXPECT_THAT(followed.text(), HasSubstr(">Unfollow</button>"));
  EXPECT_EQ(ada.post("/user/bob/follow", {}).status_code, 200) << "once more";
  const std::string home = ada.get("/").text();
  EXPECT_THAT(home, HasSubstr("by ada"));
  EXPECT_THAT(home, HasSubstr("by bob"));
  EXPECT_THAT(home, Not(HasSubstr("by eve")));
  EXPECT_THAT(bob.get("/").text(), Not(HasSubstr("by ada")));
  EXPECT_THAT(ada.get("/user/bob/followers").text(), HasSubstr("href=\"/user/ada\""));
  EXPECT_THAT(ada.get("/user/ada/following").text(), HasSubstr("href=\"/user/bob\""));
  EXPECT_THAT(ada.post("/user/bob/unfollow", {}).text(), HasSubstr("<b>0</b> followers"));
  EXPECT_THAT(ada.get("/").text(), Not(HasSubstr("by bob")));
  EXPECT_THAT(ada.post("/user/ada/follow", {}).text(), HasSubstr("You need not follow yourself."));
}

TEST_P(Microblog, PagesOfPosts) {
  Browser ada{*app, "ada"};
  for (int i = 1; i <= 7; ++i) ada.post("/posts", {{"body", "post " + std::to_string(i) + "."}});
  const std::string first = ada.get("/").text();
  EXPECT_THAT(first, HasSubstr("post 7."));
  EXPECT_THAT(first, Not(HasSubstr("post 4.")));
  EXPECT_THAT(first, HasSubstr("aria-current=\"page\">1</a>"));
  const std::string last = ada.get("/?page=3").text();
  EXPECT_THAT(last, HasSubstr("post 1."));
  EXPECT_THAT(last, Not(HasSubstr("post 2.")));
  EXPECT_EQ(ada.get("/?page=4").status_code, 404);
  EXPECT_EQ(ada.get("/?page=x").status_code, 404);
}

TEST_P(Microblog, SearchTakesWildcardsAsTheyStand) {
  Browser ada{*app, "ada"};
  ada.post("/posts", {{"body", "100% sure"}});
  ada.post("/posts", {{"body", "100 times"}});
  ada.post("/posts", {{"body", "<script>alert(1)</script>"}});
  const std::string found = ada.get("/search?q=100%25").text();
  EXPECT_THAT(found, HasSubstr("100% sure"));
  EXPECT_THAT(found, Not(HasSubstr("100 times")));
  EXPECT_THAT(ada.get("/search?q=SURE").text(), HasSubstr("100% sure"));
  EXPECT_THAT(ada.get("/search?q=ADA").text(), HasSubstr("href=\"/user/ada\""));
  EXPECT_THAT(ada.get("/search?q=' OR 1=1 --").text(), HasSubstr("No post has these words."));
  const std::string shown = ada.get("/search?q=%3Cscript").text();
  EXPECT_THAT(shown, Not(HasSubstr("<script>")));
  EXPECT_THAT(shown, HasSubstr("&lt;script&gt;alert(1)"));
}

TEST_P(Microblog, PostsHaveALimitAndAnOwner) {
  Browser ada{*app, "ada"};
  Browser bob{*app, "bob"};
  EXPECT_THAT(ada.post("/posts", {{"body", "  "}}).text(), HasSubstr("A post has 1 to 280 characters."));
  EXPECT_THAT(ada.post("/posts", {{"body", std::string(281, 'x')}}).text(), HasSubstr("A post has 1 to 280"));
  std::string wide;
  for (int i = 0; i < 280; ++i) wide += "\u00e9";
  EXPECT_THAT(ada.post("/posts", {{"body", wide}}).text(), HasSubstr("Your post is out."));
  EXPECT_EQ(bob.post("/posts/1/delete", {}).status_code, 403);
  EXPECT_EQ(bob.post("/posts/9/delete", {}).status_code, 404);
  EXPECT_THAT(ada.get("/posts/1").text(), HasSubstr(wide));
  EXPECT_THAT(ada.post("/posts/1/delete", {}).text(), HasSubstr("The post is gone."));
  EXPECT_EQ(ada.get("/posts/1").status_code, 404);
}

TEST_P(Microblog, ProfilesSayWhoOneIs) {
  Browser ada{*app, "ada"};
  EXPECT_THAT(ada.post("/settings", {{"about", "I count."}}).text(), HasSubstr("I count."));
  EXPECT_THAT(ada.get("/settings").text(), HasSubstr(">I count.</textarea>"));
  EXPECT_THAT(ada.post("/settings", {{"about", ""}}).text(), Not(HasSubstr("I count.")));
  EXPECT_THAT(ada.post("/settings", {{"about", std::string(161, 'x')}}).text(),
              HasSubstr("That is too long"));
  const auto missing = ada.get("/user/nobody");
  EXPECT_EQ(missing.status_code, 404);
  EXPECT_THAT(missing.text(), HasSubstr("<h1>Not Found</h1>"));
}

TEST_P(Microblog, SpeaksJson) {
  Browser ada{*app, "ada"};
  ada.post("/posts", {{"body", "hello"}});
  const Value posts = ada.get("/api/posts").json();
  EXPECT_EQ(posts["total"], 1);
  EXPECT_EQ(posts["items"][0]["body"], "hello");
  EXPECT_EQ(posts["items"][0]["author"], "ada");
  EXPECT_EQ(ada.get("/api/posts?page=2").status_code, 404);
  const Value user = ada.get("/api/users/ada").json();
  EXPECT_EQ(user["posts"], 1);
  EXPECT_THAT(ada.get("/api/users/ada").text(), Not(HasSubstr("scrypt")));
  const auto missing = ada.get("/api/users/nobody");
  EXPECT_EQ(missing.status_code, 404);
  EXPECT_EQ(missing.mimetype(), "application/json");
}

INSTANTIATE_TEST_SUITE_P(On, Microblog, ::testing::Values("sqlite", "postgresql"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace microblog
