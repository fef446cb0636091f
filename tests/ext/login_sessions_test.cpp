// SPDX-License-Identifier: BSD-3-Clause
// What a login leaves in sessions and cookies.
#include <limits>

#include "tests/ext/login_site.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/server_side_session.h"

namespace retort::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const TestRequest kElsewhere{.headers = {{"User-Agent", "Another/1.0"}}};

std::string set_cookie(const TestResponse& response, std::string_view name) {
  for (const auto& [header, value] : response.headers) {
    if (header == "Set-Cookie" && value.substr(0, name.size() + 1) == std::string(name) + '=')
      return std::string(value);
  }
  return "";
}

TEST(LoginSession, HasFlaskLoginsKeys) {
  LoginSite site;
  site.open();
  TestClient client(site.app);
  client.get("/in/1");
  client.session_transaction([](Session& s) {
    EXPECT_EQ(s.get("_user_id"), Value("1.0"));
    EXPECT_EQ(s.get("_fresh"), Value(true));
    // sha512 of "b'127.0.0.1'|b'...'" with Flask-Login
    EXPECT_EQ(s.get<std::string>("_id", "").size(), 128u);
    EXPECT_FALSE(s.contains("_remember"));
    EXPECT_EQ(s.size(), 3u);
  });
  client.get("/out");
  client.session_transaction([](Session& s) { EXPECT_TRUE(s.empty()); });
}

TEST(LoginSession, IdentifierIsFlaskLogins) {
  LoginSite site;
  site.open();
  // Of flask_login.utils._create_identifier() for the same headers.
  const TestRequestContext plain(
      site.app, "/", {.headers = {{"User-Agent", "Moz\xe9'\"\\x"}, {"X-Forwarded-For", " 1.2.3.4 , 5"}}});
  EXPECT_EQ(login::session_identifier(request),
            "3fb940c2f32707504c0f5fd68131db1757589129198d35813a38eeb6f71b0afc613e852a7f76895478dfcad30c25aa75"
            "37c31d6f"
            "464407f7735bfb19d1217dc7");
}

TEST(LoginSession, BasicProtectionMakesAnothersSessionStale) {
  LoginSite site;
  site.open();
  TestClient client(site.app);
  client.get("/in/1");
  EXPECT_EQ(client.get("/fresh").text(), "fresh");
  EXPECT_EQ(client.get("/fresh", kElsewhere).status_code, 401);
  EXPECT_EQ(client.get("/secret", kElsewhere).text(), "secret");
  client.get("/confirm");
  EXPECT_EQ(client.get("/fresh").text(), "fresh");
}

TEST(LoginSession, StrongProtectionEndsAnothersSession) {
  LoginSite site;
  site.manager.session_protection = login::SessionProtection::strong;
  site.open();
  TestClient client(site.app);
  client.get("/in/1?remember=1");
  EXPECT_EQ(client.get("/secret", kElsewhere).status_code, 302);
  EXPECT_FALSE(client.get_cookie("remember_token"));
  EXPECT_EQ(client.get("/secret").status_code, 302);
}

TEST(LoginSession, StrongProtectionKeepsWhoIsRemembered) {
  LoginSite site;
  site.app.config["SESSION_PROTECTION"] = "strong";
  site.open();
  TestClient client(site.app);
  client.get("/in/1?remember=1");
  client.delete_cookie("session");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get("/secret").text(), "secret") << i;
}

TEST(LoginSession, NoProtectionLetsAnySessionBe) {
  LoginSite site;
  site.app.config["SESSION_PROTECTION"] = nullptr;
  site.open();
  TestClient client(site.app);
  client.get("/in/1");
  EXPECT_EQ(client.get("/fresh", kElsewhere).text(), "fresh");
}

TEST(LoginSession, RefusesAProtectionThatThereIsNot) {
  LoginSite site;
  site.app.config["SESSION_PROTECTION"] = "storng";
  site.app.config["PROPAGATE_EXCEPTIONS"] = true;
  site.open();
  TestClient client(site.app);
  EXPECT_THROW(client.get("/who"), SetupError);
}

TEST(LoginSession, IsEmptiedForWhoLogsIn) {
  LoginSite site;
  site.manager.keep_in_session = {"cart"};
  site.open();
  TestClient client(site.app);
  client.get("/put/planted/x");
  client.get("/put/cart/apples");
  client.get("/put/next/page");
  client.get("/in/1");
  EXPECT_EQ(client.get("/session/planted").text(), "None");
  EXPECT_EQ(client.get("/session/cart").text(), "apples");
  EXPECT_EQ(client.get("/session/next").text(), "page");
  client.get("/put/own/y");
  client.get("/in/1");  // the same user again
  EXPECT_EQ(client.get("/session/own").text(), "y");
  client.get("/in/2");
  EXPECT_EQ(client.get("/session/own").text(), "None");
}

TEST(LoginSession, StrongProtectionLetsAVisitorsSessionBe) {
  LoginSite site;
  site.app.config["SESSION_PROTECTION"] = "strong";
  int protections = 0;
  site.open();
  login::session_protected.connect(site.app, [&] { ++protections; });
  TestClient client(site.app);
  client.get("/in/1?remember=1");
  client.delete_cookie("session");
  client.get("/put/csrf_token/x");  // a page that has a form and does not ask for the user
  EXPECT_EQ(client.get("/who").text(), "ada");
  EXPECT_TRUE(client.get_cookie("remember_token"));
  EXPECT_EQ(protections, 0);
}

TEST(LoginSession, OfTheRequestIsNotEmptiedForWhoIsRemembered) {
  LoginSite site;
  site.open();
  site.app.get("/form", "form", [] {
    session["csrf_token"] = "in the page already";
    return current_user().is_authenticated() ? "user" : "nobody";
  });
  TestClient client(site.app);
  client.set_cookie("remember_token", login::encode_cookie("1.0", "dev"));
  EXPECT_EQ(client.get("/form").text(), "user");
  EXPECT_EQ(client.get("/session/csrf_token").text(), "in the page already");
}

TEST(LoginSession, StaysWholeWhereTheAppWantsThat) {
  LoginSite site;
  site.manager.renew_session = false;
  site.open();
  TestClient client(site.app);
  client.get("/put/planted/x");
  client.get("/in/1");
  EXPECT_EQ(client.get("/session/planted").text(), "x");
}

TEST(RememberCookie, TakesItsSettings) {
  LoginSite site;
  site.app.config["REMEMBER_COOKIE_NAME"] = "stay";
  site.app.config["REMEMBER_COOKIE_DURATION"] = 60;
  site.app.config["REMEMBER_COOKIE_DOMAIN"] = "localhost";
  site.app.config["REMEMBER_COOKIE_PATH"] = "/app";
  site.app.config["REMEMBER_COOKIE_SECURE"] = true;
  site.app.config["REMEMBER_COOKIE_HTTPONLY"] = false;
  site.app.config["REMEMBER_COOKIE_SAMESITE"] = "Lax";
  site.open();
  TestClient client(site.app);
  const std::string cookie = set_cookie(client.get("/in/1?remember=1"), "stay");
  EXPECT_THAT(cookie, HasSubstr("stay=1.0|"));
  EXPECT_THAT(cookie, HasSubstr("Domain=localhost"));
  EXPECT_THAT(cookie, HasSubstr("Path=/app"));
  EXPECT_THAT(cookie, HasSubstr("Secure"));
  EXPECT_THAT(cookie, HasSubstr("SameSite=Lax"));
  EXPECT_THAT(cookie, HasSubstr("Expires="));
  EXPECT_THAT(cookie, Not(HasSubstr("HttpOnly")));
}

TEST(RememberCookie, IsHttpOnlyAndOfAYearByDefault) {
  LoginSite site;
  site.open();
  TestClient client(site.app);
  const std::string cookie = set_cookie(client.get("/in/1?remember=1"), "remember_token");
  EXPECT_THAT(cookie, HasSubstr("HttpOnly; Path=/"));
  EXPECT_EQ(set_cookie(client.get("/who"), "remember_token"), "");
  EXPECT_EQ(set_cookie(client.get("/in/2"), "remember_token"), "");
}

TEST(RememberCookie, GoesWithWhoIsLoggedOutInFavourOfAnother) {
  LoginSite site;
  site.open();
  site.app.get("/switch", "switch", [&] {
    logout_user();
    return login_user(site.find(2)) ? "in" : "refused";
  });
  TestClient client(site.app);
  client.get("/in/1?remember=1");
  EXPECT_EQ(client.get("/switch").text(), "in");
  EXPECT_FALSE(client.get_cookie("remember_token"));
  client.delete_cookie("session");
  EXPECT_EQ(client.get("/who").text(), "nobody");
}

TEST(RememberCookie, MayLastForEver) {
  for (const bool by_option : {true, false}) {
    LoginSite site;
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (!by_option) site.app.config["REMEMBER_COOKIE_DURATION"] = kMost;
    site.open();
    site.app.get("/stay", "stay", [&] {
      LoginOptions options{.remember = true};
      if (by_option) options.duration = kMost;
      return login_user(site.find(1), options) ? "in" : "refused";
    });
    TestClient client(site.app);
    EXPECT_EQ(client.get("/stay").status_code, 200);
    client.delete_cookie("session");
    EXPECT_EQ(client.get("/who").text(), "ada");
  }
}

TEST(RememberCookie, VariesByCookieAlsoWhereThereIsNone) {
  LoginSite site;
  site.open();
  site.app.get("/remembered", "remembered", [] { return login_remembered() ? "yes" : "no"; });
  TestClient client(site.app);
  const auto response = client.get("/remembered");
  EXPECT_EQ(response.text(), "no");
  EXPECT_EQ(response.headers.get("Vary", ""), "Cookie");
}

TEST(RememberCookie, IsProlongedByEachRequestWhereThatIsAskedFor) {
  LoginSite site;
  site.app.config["REMEMBER_COOKIE_REFRESH_EACH_REQUEST"] = true;
  site.open();
  TestClient remembered(site.app);
  remembered.get("/in/1?remember=1");
  EXPECT_THAT(set_cookie(remembered.get("/plain"), "remember_token"), HasSubstr("remember_token=1.0|"));
  TestClient other(site.app);
  other.get("/in/1");
  EXPECT_EQ(set_cookie(other.get("/plain"), "remember_token"), "");
}

TEST(RememberCookie, IsReadWithAnOlderKey) {
  LoginSite site;
  site.app.config["SECRET_KEY"] = "new";
  site.app.config["SECRET_KEY_FALLBACKS"] = Value::list({"dev"});
  site.open();
  TestClient client(site.app);
  client.set_cookie("remember_token", login::encode_cookie("1.0", "dev"));
  EXPECT_EQ(client.get("/who").text(), "ada");
  client.delete_cookie("session");
  client.set_cookie("remember_token", login::encode_cookie("1.0", "other"));
  EXPECT_EQ(client.get("/who").text(), "nobody");
}

TEST(LogOutEverywhere, MakesOtherSessionsAndCookiesVoid) {
  LoginSite site;
  site.open();
  TestClient here(site.app), phone(site.app), remembered(site.app);
  here.get("/in/1?remember=1");
  phone.get("/in/1");
  remembered.get("/in/1?remember=1");
  remembered.delete_cookie("session");
  EXPECT_EQ(here.get("/everywhere").text(), "done");
  EXPECT_EQ(here.get("/who").text(), "ada");
  EXPECT_EQ(phone.get("/who").text(), "nobody");
  EXPECT_EQ(remembered.get("/who").text(), "nobody");
  here.delete_cookie("session");
  EXPECT_EQ(here.get("/who").text(), "ada");  // by its new remember cookie
}

TEST(LogOutEverywhere, TakesTheObjectAndNoCopyOfIt) {
  LoginSite site;
  site.open();
  site.app.get("/struct", "struct", [&] {
    Person& person = *site.find(1);
    return log_out_everywhere(person) && log_out_everywhere(person) ? "done" : "nothing";
  });
  TestClient here(site.app), phone(site.app);
  here.get("/in/1");
  phone.get("/in/1");
  EXPECT_EQ(here.get("/struct").text(), "done");
  EXPECT_EQ(site.find(1)->login_generation, 2);
  EXPECT_EQ(phone.get("/who").text(), "nobody");
  EXPECT_EQ(here.get("/who").text(), "ada");
}

TEST(LogOutEverywhere, LogsNobodyInWhoHasNoSession) {
  LoginSite site;
  site.manager.request_loader([&](Request&) { return site.find(1); });
  site.open();
  TestClient api(site.app);
  EXPECT_EQ(api.get("/everywhere").text(), "done");
  EXPECT_FALSE(api.get_cookie("session"));
}

TEST(LogOutEverywhere, WantsIdsWithTheGeneration) {
  LoginSite site;
  site.open();
  TestClient client(site.app);
  for (const char* id : {"1", "1.", ".0", "1.1", "01.0", "1.00", "1.0.0", "1.0 ", "+1.0"}) {
    client.session_transaction([&](Session& s) { s["_user_id"] = id; });
    EXPECT_EQ(client.get("/who").text(), "nobody") << id;
  }
}

struct StoredSite : LoginSite {
  StoredSite() {
    app.session_interface(std::make_unique<ServerSideSessionInterface>(
        std::unique_ptr<SessionStore>(new MemorySessionStore())));
    app.get("/live", "live", [] {
      std::string out;
      for (const login::LiveSession& s : login::live_sessions())
        out += s.user_agent + (s.is_current ? "* " : " ");
      return out;
    });
    app.get("/end/<key>", "end",
            [](const std::string& key) { return login::end_session(key) ? "ended" : "none"; });
    app.get("/others", "others", [] { return std::to_string(login::end_other_sessions()); });
    app.get("/key", "key", [] {
      for (const login::LiveSession& s : login::live_sessions()) {
        if (s.is_current) return s.key;
      }
      return std::string("none");
    });
    open();
  }
};

TEST(LiveSessions, AreListedAndEnded) {
  StoredSite site;
  TestClient laptop(site.app, {.headers = {{"User-Agent", "laptop"}}});
  TestClient phone(site.app, {.headers = {{"User-Agent", "phone"}}});
  TestClient bob(site.app, {.headers = {{"User-Agent", "bob's"}}});
  laptop.get("/in/1");
  phone.get("/in/1");
  bob.get("/in/2");
  EXPECT_THAT(laptop.get("/live").text(),
              testing::AllOf(HasSubstr("laptop* "), HasSubstr("phone "), Not(HasSubstr("bob"))));
  const std::string phones = phone.get("/key").text();
  EXPECT_EQ(bob.get("/end/" + phones).text(), "none");
  EXPECT_EQ(phone.get("/who").text(), "ada");
  EXPECT_EQ(laptop.get("/end/" + phones).text(), "ended");
  EXPECT_EQ(phone.get("/who").text(), "nobody");
  phone.get("/in/1");
  EXPECT_EQ(laptop.get("/others").text(), "1");
  EXPECT_EQ(phone.get("/who").text(), "nobody");
  EXPECT_EQ(laptop.get("/who").text(), "ada");
}

TEST(LiveSessions, EndWithALogout) {
  StoredSite site;
  TestClient laptop(site.app), phone(site.app, {.headers = {{"User-Agent", "phone"}}});
  laptop.get("/in/1");
  phone.get("/in/1");
  phone.get("/put/left/x");
  phone.get("/out");
  EXPECT_THAT(laptop.get("/live").text(), Not(HasSubstr("phone")));
}

TEST(LiveSessions, EndEverywhereAtOnce) {
  StoredSite site;
  TestClient laptop(site.app), phone(site.app);
  laptop.get("/in/1");
  phone.get("/in/1");
  EXPECT_EQ(laptop.get("/everywhere").text(), "done");
  EXPECT_EQ(phone.get("/who").text(), "nobody");
  EXPECT_EQ(laptop.get("/who").text(), "ada");
  EXPECT_EQ(laptop.get("/live").text(), "* ");
}

TEST(LiveSessions, AreNoneWhereSessionsAreCookies) {
  LoginSite site;
  site.app.get("/live", "live", [] { return std::to_string(login::live_sessions().size()); });
  site.open();
  TestClient client(site.app);
  client.get("/in/1");
  EXPECT_EQ(client.get("/live").text(), "0");
}

}  // namespace
}  // namespace retort::test
