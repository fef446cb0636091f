// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/login/login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/retort.h"
#include "retort/testing/client.h"

namespace retort {
namespace {

using testing::HasSubstr;

struct User {
  std::int64_t id = 0;
  std::string name;
  bool is_active = true;
};

User people[] = {{1, "ada"}, {2, "bob"}, {3, "carol", false}};

User* find(std::int64_t id) {
  for (User& user : people) {
    if (user.id == id) return &user;
  }
  return nullptr;
}

std::string secret() { return "secret of " + current_user<User>()->name; }
std::string show(std::int64_t id) { return "page " + std::to_string(id); }

static_assert(detail::function_name<login_required<secret>()>() == "secret");
static_assert(detail::function_name<fresh_login_required<login_required<show>()>()>() == "show");

struct Site {
  LoginManager manager;
  App app{"site"};

  explicit Site(void (*configure)(LoginManager&, App&) = nullptr) {
    app.config["SECRET_KEY"] = "dev";
    manager.login_view = "login";
    manager.user_loader(&find);
    if (configure) configure(manager, app);
    manager.init_app(app);
    app.get("/login", "login", [] { return "login page"; });
    app.get("/in/<int:id>", "in", [](std::int64_t id) {
      return login_user(find(id), {.remember = request->args.contains("remember")}) ? "in" : "refused";
    });
    app.get("/out", "out", login_required([] {
              logout_user();
              return "out";
            }));
    app.get<login_required<secret>()>("/secret");
    app.get("/show/<int:id>", "show", login_required(show));
    app.get("/fresh", "fresh", fresh_login_required([] { return "fresh"; }));
    app.get("/who", "who", [] {
      return render_template_string(
          "{{ current_user.name }} {{ current_user.is_authenticated }} {{ current_user.get_id() }}");
    });
  }
};

TEST(Login, SendsWhoIsNotLoggedInToTheLoginPage) {
  Site site;
  TestClient client(site.app);
  const auto response = client.get("/secret?a=b c");
  EXPECT_EQ(response.status_code, 302);
  EXPECT_EQ(response.location(), "/login?next=%2Fsecret%3Fa%3Db%2520c");
}

TEST(Login, LogsInAndOut) {
  Site site;
  TestClient client(site.app);
  EXPECT_EQ(client.get("/who").text(), " False None");
  EXPECT_EQ(client.get("/in/1").text(), "in");
  EXPECT_EQ(client.get("/secret").text(), "secret of ada");
  EXPECT_EQ(client.get("/show/7").text(), "page 7");
  EXPECT_EQ(client.get("/who").text(), "ada True 1");
  EXPECT_EQ(client.get("/fresh").text(), "fresh");
  EXPECT_EQ(client.get("/out").text(), "out");
  EXPECT_EQ(client.get("/secret").status_code, 302);
}

TEST(Login, RefusesWhoIsNotActive) {
  Site site;
  TestClient client(site.app);
  EXPECT_EQ(client.get("/in/3").text(), "refused");
  EXPECT_EQ(client.get("/secret").status_code, 302);
}

TEST(Login, RemembersAUserWithoutASession) {
  Site site;
  TestClient client(site.app);
  client.get("/in/1?remember=1");
  ASSERT_TRUE(client.get_cookie("remember_token"));
  client.delete_cookie("session");
  EXPECT_EQ(client.get("/secret").text(), "secret of ada");
  EXPECT_EQ(client.get("/fresh").status_code, 401);
  client.get("/out");
  EXPECT_FALSE(client.get_cookie("remember_token"));
}

TEST(Login, TakesTheEndpointFromTheWrappedView) {
  Site site;
  const TestRequestContext context(site.app);
  EXPECT_EQ(url_for("secret"), "/secret");
  EXPECT_EQ(url_for<login_required<secret>()>(), "/secret");
}

}  // namespace
}  // namespace retort
