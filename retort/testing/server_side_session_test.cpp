// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/server_side_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/flash.h"
#include "retort/app/globals.h"
#include "retort/testing/client.h"

namespace retort {
namespace {

using testing::HasSubstr;
using testing::Not;

std::int64_t clock_now = 4'000'000'000;

class TestedSessions final : public ServerSideSessionInterface {
 public:
  using ServerSideSessionInterface::ServerSideSessionInterface;
  std::int64_t now() const override { return clock_now; }
};

struct Site {
  App app{"site"};
  MemorySessionStore* store = new MemorySessionStore();

  Site() {
    clock_now = 4'000'000'000;
    app.config["PERMANENT_SESSION_LIFETIME"] = 1000;
    app.session_interface(std::make_unique<TestedSessions>(std::unique_ptr<SessionStore>(store)));
    app.get("/set/<value>", "set", [](const std::string& value) {
      session["value"] = value;
      return status(204);
    });
    app.get("/get", "get", [] { return session.get<std::string>("value", "nothing"); });
    app.get("/renew", "renew", [] {
      session.renew();
      return status(204);
    });
    app.get("/clear", "clear", [] {
      session.clear();
      return status(204);
    });
    app.get("/permanent", "permanent", [] {
      session.permanent(true);
      return status(204);
    });
    app.get("/plain", "plain", [] { return "plain"; });
  }
};

std::string id_of(const TestClient& client) {
  const auto cookie = client.get_cookie("session");
  return cookie ? cookie->value : "";
}

TEST(ServerSideSession, KeepsDataOnTheServerAndAnIdInTheCookie) {
  Site site;
  TestClient client(site.app);
  const auto response = client.get("/set/secret-word");
  EXPECT_THAT(std::string(response.headers.get("Set-Cookie", "")), Not(HasSubstr("secret-word")));
  EXPECT_EQ(id_of(client).size(), 43u);
  EXPECT_EQ(client.get("/get").text(), "secret-word");
  EXPECT_EQ(site.store->size(), 1u);
  TestClient other(site.app);
  EXPECT_EQ(other.get("/get").text(), "nothing");
  EXPECT_EQ(site.store->size(), 1u);
}

TEST(ServerSideSession, NeedsNoSecretKeyAndKeepsTypes) {
  Site site;
  TestClient client(site.app);
  client.session_transaction([](Session& s) {
    s["when"] = DateTime{};
    s["value"] = "set by the test";
  });
  EXPECT_EQ(client.get("/get").text(), "set by the test");
  client.session_transaction([](Session& s) { EXPECT_TRUE(s.get<DateTime>("when")); });
}

TEST(ServerSideSession, TakesNothingForAnIdThatItHasNotMade) {
  Site site;
  TestClient client(site.app);
  for (const std::string& id :
       {std::string(), std::string("x"), std::string(43, 'A'), std::string(43, '/'),
        std::string(42, 'A') + ".", std::string(44, 'A'), std::string("../../../etc/passwd")}) {
    client.set_cookie("session", id);
    EXPECT_EQ(client.get("/get").text(), "nothing") << id;
    client.get("/set/x");
    EXPECT_NE(id_of(client), id);
  }
}

TEST(ServerSideSession, RenewsItsIdAndForgetsTheOldOne) {
  Site site;
  TestClient client(site.app);
  client.get("/set/kept");
  const std::string before = id_of(client);
  client.get("/renew");
  EXPECT_NE(id_of(client), before);
  EXPECT_EQ(client.get("/get").text(), "kept");
  EXPECT_EQ(site.store->size(), 1u);
  TestClient thief(site.app);
  thief.set_cookie("session", before);
  EXPECT_EQ(thief.get("/get").text(), "nothing");
}

TEST(ServerSideSession, LeavesTheStoreWhenItIsEmptied) {
  Site site;
  TestClient client(site.app);
  client.get("/set/x");
  client.get("/clear");
  EXPECT_EQ(site.store->size(), 0u);
  EXPECT_FALSE(client.get_cookie("session"));
}

TEST(ServerSideSession, EndsWithoutUseAndIsProlongedByUse) {
  Site site;
  TestClient client(site.app);
  client.get("/set/x");
  for (int i = 0; i < 5; ++i) {
    clock_now += 900;
    EXPECT_EQ(client.get("/get").text(), "x");
  }
  clock_now += 1000;
  EXPECT_EQ(client.get("/get").text(), "nothing");
}

TEST(ServerSideSession, IsNotOpenedByRequestsThatDoNotUseIt) {
  Site site;
  TestClient client(site.app);
  client.get("/set/x");
  clock_now += 900;
  const auto response = client.get("/plain");
  EXPECT_FALSE(response.headers.contains("Vary"));
  clock_now += 900;
  EXPECT_EQ(client.get("/get").text(), "nothing");
}

TEST(ServerSideSession, GivesAPermanentSessionsCookieATime) {
  Site site;
  TestClient client(site.app);
  EXPECT_THAT(std::string(client.get("/set/x").headers.get("Set-Cookie", "")), Not(HasSubstr("Expires")));
  EXPECT_THAT(std::string(client.get("/permanent").headers.get("Set-Cookie", "")),
              HasSubstr("Expires=Tue, 02 Oct 2096 07:23:20 GMT"));
  const std::string id = id_of(client);
  clock_now += 60;
  const auto response = client.get("/get");
  EXPECT_THAT(std::string(response.headers.get("Set-Cookie", "")), HasSubstr("07:24:20 GMT"));
  EXPECT_EQ(response.headers.get("Vary", ""), "Cookie");
  EXPECT_EQ(id_of(client), id);
}

TEST(ServerSideSession, DoesNotComeBackWithARequestThatWasUnderWay) {
  Site site;
  site.app.get("/slow", "slow", [&] {
    session["value"] = "too late";
    const auto& own = dynamic_cast<const ServerSideSession&>(*session);
    site.store->remove(own.key());  // somebody ends it from elsewhere
    return status(204);
  });
  TestClient client(site.app);
  client.get("/set/x");
  client.get("/slow");
  EXPECT_EQ(site.store->size(), 0u);
  EXPECT_EQ(client.get("/get").text(), "nothing");
}

TEST(ServerSideSession, StaysWhenASlowerRequestHasTheOneBefore) {
  Site site;
  TestClient client(site.app), quicker(site.app);
  site.app.get("/slow", "slow", [&] {
    session["value"] = "of the one before";
    quicker.set_cookie("session", id_of(client));
    quicker.get("/renew");  // as a login does
    return status(204);
  });
  client.get("/set/x");
  // Its answer comes to the same browser, after the other's.
  EXPECT_FALSE(client.get("/slow").headers.contains("Set-Cookie"));
  EXPECT_EQ(quicker.get("/get").text(), "x");
}

/// Remembers which keys it was asked for.
class AskedStore final : public SessionStore {
 public:
  std::vector<std::string> asked;
  bool load(std::string_view key, std::int64_t, StoredSession&) override { return note(key); }
  void add(std::string_view key, const StoredSession&, std::int64_t) override { note(key); }
  bool replace(std::string_view key, const StoredSession&, std::int64_t) override { return note(key); }
  bool remove(std::string_view key) override { return note(key); }
  std::vector<std::pair<std::string, StoredSession>> of_owner(std::string_view, std::int64_t) override {
    return {};
  }

 private:
  bool note(std::string_view key) {
    asked.emplace_back(key);
    return false;
  }
};

TEST(ServerSideSession, LooksForNoKeyThatItHasNotMade) {
  auto* store = new AskedStore();
  const ServerSideSessionInterface sessions{std::unique_ptr<SessionStore>(store)};
  for (const std::string& key :
       {std::string(), std::string("../etc"), std::string("x\r\nDEL y"), std::string(63, 'a'),
        std::string(65, 'a'), std::string(64, 'A'), std::string(64, '*'), std::string(64, '\0')})
    EXPECT_FALSE(sessions.end("ada", key));
  EXPECT_THAT(store->asked, testing::IsEmpty());
  sessions.end("ada", std::string(64, 'a'));
  EXPECT_THAT(store->asked, testing::ElementsAre(std::string(64, 'a')));
}

TEST(ServerSideSession, ListsAndEndsAnOwnersSessions) {
  Site site;
  site.app.get("/own/<name>", "own", [](const std::string& name) {
    session["value"] = name;
    dynamic_cast<ServerSideSession&>(*session).owner(name);
    return status(204);
  });
  const auto& sessions = dynamic_cast<const ServerSideSessionInterface&>(site.app.session_interface());
  TestClient laptop(site.app, {.headers = {{"User-Agent", "Laptop"}}});
  TestClient phone(site.app,
                   {.remote_addr = "10.1.1.1", .headers = {{"User-Agent", std::string(1000, 'p')}}});
  laptop.get("/own/ada");
  clock_now += 100;
  phone.get("/own/ada");
  const auto live = sessions.of_owner("ada");
  ASSERT_EQ(live.size(), 2u);
  EXPECT_EQ(live[0].second.user_agent, std::string(256, 'p'));
  EXPECT_EQ(live[0].second.remote_addr, "10.1.1.1");
  EXPECT_EQ(live[1].second.created, 4'000'000'000);
  EXPECT_NE(live[0].first, id_of(phone));
  EXPECT_FALSE(sessions.end("bob", live[0].first));
  EXPECT_FALSE(sessions.end("", live[0].first));
  EXPECT_TRUE(sessions.end("ada", live[0].first));
  EXPECT_EQ(phone.get("/get").text(), "nothing");
  EXPECT_EQ(laptop.get("/get").text(), "ada");
}

}  // namespace
}  // namespace retort
