// SPDX-License-Identifier: BSD-3-Clause
// Session fixation: a session that an attacker has put into somebody's browser before a login.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/flash.h"
#include "retort/app/globals.h"
#include "retort/app/server_side_session.h"
#include "retort/app/session.h"
#include "retort/ext/login/login.h"
#include "retort/testing/client.h"

namespace retort {
namespace {

struct Victim {
  std::int64_t id = 7;
};

struct FixationSite {
  LoginManager manager;
  App app{"site"};
  explicit FixationSite(bool on_server) {
    app.config["SECRET_KEY"] = "dev";
    if (on_server) {
      std::unique_ptr<SessionStore> store = std::make_unique<MemorySessionStore>();
      app.session_interface(std::make_unique<ServerSideSessionInterface>(std::move(store)));
    }
    manager.user_loader([](std::int64_t id) { return std::optional(Victim{id}); });
    manager.init_app(app);
    app.get("/before", "before", [] {
      session["csrf_token"] = "known to the attacker";
      session["next"] = "/page";
      flash("Please log in.");
      return status(204);
    });
    app.get("/in", "in", [] { return login_user(Victim{}) ? "in" : "refused"; });
    app.get("/out", "out", [] {
      logout_user();
      return "out";
    });
    app.get("/who", "who", [] { return current_user().is_authenticated() ? "victim" : "nobody"; });
    app.get("/state", "state", [] {
      std::string out = session.get("csrf_token", "none") + ' ' + session.get("next", "none");
      const Value messages = get_flashed_messages();
      for (const Value& message : messages.items()) out += ' ' + message.str();
      return out;
    });
  }
};

class SessionFixation : public ::testing::TestWithParam<bool> {};

TEST_P(SessionFixation, LeavesNothingOfTheSessionBeforeTheLogin) {
  FixationSite site(GetParam());
  TestClient attacker(site.app), victim(site.app);
  attacker.get("/before");
  const std::string planted = attacker.get_cookie("session")->value;
  victim.set_cookie("session", planted);
  victim.get("/in");
  EXPECT_NE(victim.get_cookie("session")->value, planted);
  EXPECT_EQ(victim.get("/state").text(), "none /page Please log in.");
  EXPECT_EQ(victim.get("/who").text(), "victim");
  EXPECT_EQ(attacker.get("/who").text(), "nobody");
}

TEST_P(SessionFixation, LeavesNothingOfTheLoginAfterTheLogout) {
  FixationSite site(GetParam());
  TestClient client(site.app), thief(site.app);
  client.get("/in");
  const std::string stolen = client.get_cookie("session")->value;
  client.get("/before");
  client.get("/out");
  EXPECT_EQ(client.get("/who").text(), "nobody");
  if (GetParam()) {  // a cookie that holds the session itself cannot be taken back: see log_out_everywhere
    thief.set_cookie("session", stolen);
    EXPECT_EQ(thief.get("/who").text(), "nobody");
  }
  EXPECT_NE(client.get_cookie("session")->value, stolen);
}

TEST_P(SessionFixation, LeavesNothingOfTheSessionBeforeWhoIsRemembered) {
  FixationSite site(GetParam());
  TestClient attacker(site.app), victim(site.app);
  attacker.get("/before");
  const std::string planted = attacker.get_cookie("session")->value;
  victim.set_cookie("session", planted);
  victim.set_cookie("remember_token", login::encode_cookie("7", "dev"));
  EXPECT_EQ(victim.get("/who").text(), "victim");
  EXPECT_NE(victim.get_cookie("session")->value, planted);
  EXPECT_EQ(victim.get("/state").text(), "none /page Please log in.");
  EXPECT_EQ(attacker.get("/who").text(), "nobody");
}

/// A thief has the id of the victim's session on the server; then the victim does something that only
/// the victim can do.
void expect_thief_is_out(const char* action) {
  FixationSite site(true);
  site.app.get("/confirm", "confirm", [] {
    confirm_login();
    return status(204);
  });
  site.app.get("/everywhere", "everywhere", [] {
    log_out_everywhere(current_user());
    return status(204);
  });
  site.app.get("/others", "others", [] {
    login::end_other_sessions();
    return status(204);
  });
  TestClient victim(site.app), thief(site.app);
  victim.get("/in");
  thief.set_cookie("session", victim.get_cookie("session")->value);
  ASSERT_EQ(thief.get("/who").text(), "victim");
  victim.get(action);
  EXPECT_EQ(thief.get("/who").text(), "nobody") << action;
  EXPECT_EQ(victim.get("/who").text(), "victim") << action;
}

TEST(StolenSession, IsNotMadeFreshByTheOwnersPassword) { expect_thief_is_out("/confirm"); }
TEST(StolenSession, EndsWhenTheOwnerLogsOutEverywhere) { expect_thief_is_out("/everywhere"); }
TEST(StolenSession, EndsWithTheOwnersOtherSessions) { expect_thief_is_out("/others"); }

INSTANTIATE_TEST_SUITE_P(CookieAndServer, SessionFixation, ::testing::Bool());

}  // namespace
}  // namespace retort
