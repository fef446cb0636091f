// SPDX-License-Identifier: BSD-3-Clause
// Remember and session cookies that somebody has altered, and those of users who are gone.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/session.h"
#include "retort/ext/login/login.h"
#include "retort/http/cookie.h"
#include "retort/testing/client.h"

namespace retort {
namespace {

struct Member {
  std::string id;
  bool is_active = true;
};

struct CookieSite {
  std::vector<Member> members = {{"1"}, {"12"}, {""}, {"1|2"}};
  LoginManager manager;
  App app{"site"};
  CookieSite() {
    app.config["SECRET_KEY"] = "dev";
    manager.user_loader([this](const std::string& id) -> Member* {
      for (Member& member : members) {
        if (member.id == id) return &member;
      }
      return nullptr;
    });
    manager.init_app(app);
    app.get("/in", "in", [this] { return login_user(&members[0], {.remember = true}) ? "in" : "refused"; });
    app.get("/who", "who", [] {
      const Member* member = current_user<Member>();
      return member && current_user().is_authenticated() ? "member " + member->id : std::string("nobody");
    });
    app.get("/members", "members", login_required([] { return "members only"; }));
  }
};

/// What /who says to a browser with this one cookie.
std::string who(App& app, const std::string& name, const std::string& value) {
  TestClient client(app);
  return client.get("/who", {.headers = {{"Cookie", name + "=" + value}}}).text();
}

/// Of the last of the 27 letters that a signature has, the two lowest bits mean nothing.
bool means_the_same(std::string_view a, std::string_view b) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return a.find('|') == a.npos && a.substr(0, a.size() - 1) == b.substr(0, b.size() - 1) &&
         kLetters.find(a.back()) / 4 == kLetters.find(b.back()) / 4;
}

class AlteredCookie : public ::testing::TestWithParam<const char*> {};

TEST_P(AlteredCookie, IsNobodysWhicheverBitIsTurned) {
  CookieSite site;
  TestClient client(site.app);
  client.get("/in");
  const auto cookie = client.get_cookie(GetParam());
  ASSERT_TRUE(cookie);
  const std::string good = cookie->value;
  ASSERT_EQ(who(site.app, GetParam(), good), "member 1");
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string altered = good;
      altered[at] = static_cast<char>(altered[at] ^ (1 << bit));
      const auto byte = static_cast<unsigned char>(altered[at]);
      if (byte < 0x20 || byte == 0x7f || byte == ';' || byte == ' ')
        continue;  // cannot be sent as a part of it
      if (means_the_same(good, altered)) continue;
      ASSERT_EQ(who(site.app, GetParam(), altered), "nobody") << altered;
    }
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    ASSERT_EQ(who(site.app, GetParam(), good.substr(0, size)), "nobody") << size;
  EXPECT_EQ(who(site.app, GetParam(), good + "0"), "nobody");
}
INSTANTIATE_TEST_SUITE_P(Both, AlteredCookie, ::testing::Values("remember_token", "session"));

TEST(RememberCookieSecurity, TakesNoOtherSpellingOfADigest) {
  CookieSite site;
  const std::string good = login::encode_cookie("1", "dev");
  const std::string digest = good.substr(2);
  ASSERT_EQ(who(site.app, "remember_token", good), "member 1");
  std::string upper = digest;
  for (char& c : upper) c = static_cast<char>(c >= 'a' ? c - 32 : c);
  for (const std::string& bad : {"12|" + digest, "2|" + digest, "|" + digest, "1||" + digest, "1|2|" + digest,
                                 "1|" + upper, std::string("1|"), std::string("1"), std::string("|"), digest,
                                 "1|" + digest + "|", "1|" + digest.substr(1), "1 |" + digest,
                                 login::encode_cookie("1", ""), login::encode_cookie("1", "DEV")})
    EXPECT_EQ(who(site.app, "remember_token", bad), "nobody") << bad;
}

TEST(RememberCookieSecurity, IsWorthNothingWithoutAKey) {
  App app{"keyless"};
  LoginManager manager;
  manager.user_loader([](const std::string& id) { return std::optional(Member{id}); });
  manager.init_app(app);
  app.get("/who", "who", [] { return current_user().is_authenticated() ? "member" : "nobody"; });
  for (const char* key : {"", "dev", "None"})
    EXPECT_EQ(who(app, "remember_token", login::encode_cookie("1", key)), "nobody");
}

TEST(RememberCookieSecurity, IsNobodysWhenTheUserIsDeleted) {
  CookieSite site;
  TestClient client(site.app);
  client.get("/in");
  client.delete_cookie("session");
  site.members.erase(site.members.begin());
  EXPECT_EQ(client.get("/who").text(), "nobody");
  EXPECT_EQ(client.get("/members").status_code, 401);
  EXPECT_FALSE(client.get_cookie("session"));  // the id of nobody is not kept
}

TEST(RememberCookieSecurity, DoesNotLetABlockedUserIn) {
  CookieSite site;
  TestClient client(site.app);
  client.get("/in");
  site.members[0].is_active = false;
  EXPECT_EQ(client.get("/members").status_code, 401);
  client.delete_cookie("session");
  EXPECT_EQ(client.get("/members").status_code, 401);
}

TEST(RememberCookieSecurity, IsNoFreshLogin) {
  CookieSite site;
  site.app.get("/fresh", "fresh", fresh_login_required([] { return "fresh"; }));
  TestClient client(site.app);
  client.get("/in");
  client.delete_cookie("session");
  EXPECT_EQ(client.get("/fresh").status_code, 401);
  EXPECT_EQ(client.get("/members").text(), "members only");
}

TEST(SessionSecurity, TakesNoIdOfAnotherKind) {
  CookieSite site;
  TestClient client(site.app);
  for (const Value& id :
       {Value(1.0), Value(true), Value::list({"1"}), Value::dict({{"id", "1"}}), Value(nullptr)}) {
    client.session_transaction([&](Session& session) { session["_user_id"] = id; });
    EXPECT_EQ(client.get("/who").text(), "nobody");
  }
}

}  // namespace
}  // namespace retort
