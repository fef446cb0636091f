// SPDX-License-Identifier: BSD-3-Clause
// Sessions, cookies and signing.
#include "retort/app/session.h"

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/flash.h"
#include "retort/app/globals.h"
#include "retort/app/kept_context.h"
#include "retort/app/session_interface.h"
#include "retort/app/templating.h"
#include "retort/base/base64.h"
#include "retort/crypto/password.h"
#include "retort/http/cookie.h"
#include "retort/http/multidict.h"
#include "retort/signing/serializer.h"
#include "retort/testing/client.h"

namespace retort {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

App keyed_app(const char* key = "dev") {
  App app{"sessions"};
  app.config["SECRET_KEY"] = key;
  return app;
}

// Flask CVE-2023-30861, CVE-2026-27205: a page that depends on the session must not be
// given to another client by a cache.
void check_touches(App& app) {
  using View = std::string (*)();
  const std::pair<const char*, View> touches[] = {
      {"/get", [] { return session.get("a", ""); }},
      {"/contains", [] { return std::string(session.contains("a") ? "1" : "0"); }},
      {"/size", [] { return std::to_string(session.size()); }},
      {"/empty", [] { return std::string(session.empty() ? "1" : "0"); }},
      {"/permanent", [] { return std::string(session.permanent() ? "1" : "0"); }},
      {"/walk",
       [] {
         std::string keys;
         for (const auto& entry : session) keys += entry.key.str();
         return keys;
       }},
      {"/set",
       [] {
         session["a"] = 1;
         return std::string();
       }},
      {"/clear",
       [] {
         session.clear();
         return std::string();
       }},
      {"/modified",
       [] {
         session.modified(true);
         return std::string();
       }},
      {"/copied",
       [] {
         std::string read;
         copy_current_request_context([&] { read = session.get("a", ""); })();
         return read;
       }},
      {"/flashes", [] { return get_flashed_messages().repr(); }},
      {"/template", [] { return render_template_string("{{ session.a }}"); }},
      {"/template-length", [] { return render_template_string("{{ session|length }}"); }},
      {"/template-in", [] { return render_template_string("{{ 'a' in session }}"); }},
      {"/template-flashes", [] { return render_template_string("{{ get_flashed_messages() }}"); }},
  };
  for (const auto& [path, view] : touches) app.add_url_rule(path, path, view);
  app.get("/by-parameter", [](Session& s) { return std::to_string(s.size()); });
  app.get("/untouched", [] { return "ok"; });
  app.get("/other-vary", [](Context&) {
    Response response(session.get("a", ""));
    response.headers.set("Vary", "Accept-Encoding");
    return response;
  });
  TestClient client(app);
  for (const auto& [path, view] : touches)
    EXPECT_EQ(client.get(path).headers.get("Vary", ""), "Cookie") << path;
  EXPECT_EQ(client.get("/by-parameter").headers.get("Vary", ""), "Cookie");
  EXPECT_EQ(client.get("/other-vary").headers.get("Vary", ""), "Accept-Encoding, Cookie");
  EXPECT_FALSE(client.get("/untouched").headers.contains("Vary"));
}

/// As a program of its own writes it: of Vary it knows nothing.
class OwnSessions : public SessionInterface {
 public:
  std::unique_ptr<Session> open_session(const App&, const Request& request) const override {
    return std::make_unique<Session>(Value::dict({{"id", request.cookies.get(cookie_name(), "")}}));
  }
  void save_session(const App& app, Session& session, Response& response) const override {
    if (should_set_cookie(app, session)) set_cookie(app, response, "id", get_expiration_time(app, session));
  }
};

TEST(Session, AnyTouchSetsVaryCookie) {
  App app = keyed_app();
  check_touches(app);
  App with_own_sessions = keyed_app();
  with_own_sessions.session_interface(std::make_unique<OwnSessions>());
  check_touches(with_own_sessions);
}

// One that nothing touched is in the answer when its cookie is set anew.
TEST(Session, ARefreshSetsVaryCookieWhateverKeepsTheSessions) {
  class Permanent : public OwnSessions {
   public:
    std::unique_ptr<Session> open_session(const App&, const Request&) const override {
      return std::make_unique<Session>(Value::dict({{"_permanent", true}}));
    }
  };
  App app = keyed_app();
  app.session_interface(std::make_unique<Permanent>());
  app.get("/", "index", [] { return "ok"; });
  const TestResponse response = app.test_client().get("/");
  EXPECT_TRUE(response.headers.contains("Set-Cookie"));
  EXPECT_EQ(response.headers.get("Vary", ""), "Cookie");
}

TEST(Session, ACopyOfARequestKeepsTheKindOfItsSession) {
  class OwnSession : public Session {
   public:
    Owned<Session> copy() const override {
      auto out = std::make_unique<OwnSession>();
      out->update(data().deep_copy());
      return out;
    }
  };
  class Interface : public OwnSessions {
   public:
    std::unique_ptr<Session> open_session(const App&, const Request&) const override {
      return std::make_unique<OwnSession>();
    }
  };
  App app = keyed_app();
  app.session_interface(std::make_unique<Interface>());
  app.get("/", "index", [] {
    session["list"] = Value::list({1});
    auto copied = copy_current_request_context([] {
      EXPECT_TRUE(dynamic_cast<OwnSession*>(&*session));
      session.get("list").push_back(2);
      return session.get("list").repr();
    });
    std::string said = copied();
    said += copied();
    return said + session.get("list").repr();
  });
  EXPECT_EQ(app.test_client().get("/").text(), "[1, 2][1, 2, 2][1]");
  App keyless{"keyless"};
  keyless.get("/", "index", [] {
    copy_current_request_context([] { EXPECT_THROW(session["a"] = 1, std::runtime_error); })();
    return "ok";
  });
  EXPECT_EQ(keyless.test_client().get("/").text(), "ok");
}

std::string session_cookie(const TestResponse& response) {
  const std::string cookie(response.headers.get("Set-Cookie", ""));
  return cookie.substr(0, cookie.find(';'));
}

void add_views(App& app) {
  app.get("/set", [] {
    session["user"] = "ada";
    return "ok";
  });
  app.get("/get", [] { return session.get("user", "nobody"); });
}

std::string user_by(App& app, const std::string& cookie) {
  return TestClient(app).get("/get", {.headers = {{"Cookie", cookie}}}).text();
}

// Flask CVE-2025-47278.
TEST(Session, TheCurrentKeySignsAndFallbacksOnlyVerify) {
  App before = keyed_app("old"), after = keyed_app("new"), gone = keyed_app("new");
  after.config["SECRET_KEY_FALLBACKS"] = Value::list({"older", "old"});
  for (App* app : {&before, &after, &gone}) add_views(*app);
  const std::string old_cookie = session_cookie(TestClient(before).get("/set"));
  const std::string new_cookie = session_cookie(TestClient(after).get("/set"));
  EXPECT_EQ(user_by(after, old_cookie), "ada");
  EXPECT_EQ(user_by(gone, old_cookie), "nobody");
  EXPECT_EQ(user_by(gone, new_cookie), "ada");  // signed with the current key
  EXPECT_EQ(user_by(before, new_cookie), "nobody");
}

// Of the known problems: what signs takes its keys from one place, so that rotation holds
// for all of it.
TEST(Session, RotatedKeysAreHonouredByEverythingThatSigns) {
  App app = keyed_app("new");
  app.config["SECRET_KEY_FALLBACKS"] = Value::list({"old"});
  const signing::URLSafeTimedSerializer of_a_mail(secret_keys(app), {.salt = "confirm-mail"});
  const signing::URLSafeTimedSerializer before("old", {.salt = "confirm-mail"}),
      after("new", {.salt = "confirm-mail"});
  EXPECT_EQ(of_a_mail.loads(before.dumps(7), {.max_age = 60}), Value(7));
  EXPECT_EQ(after.loads(of_a_mail.dumps(7)), Value(7));
  EXPECT_THROW(before.loads(of_a_mail.dumps(7)), signing::BadSignature);
  EXPECT_THROW(secret_keys([] {
                 App wrong = keyed_app();
                 wrong.config["SECRET_KEY_FALLBACKS"] = "old";
                 return wrong;
               }()),
               SetupError);
}

// Of an environment variable that looks like a number.
TEST(Session, AKeyOfAnotherTypeEndsSetUp) {
  ::setenv("RT_SECRET_KEY", "1234567890123456", 1);
  App app{"sessions"};
  app.config.from_prefixed_env("RT");
  ::unsetenv("RT_SECRET_KEY");
  try {
    app.freeze();
    FAIL() << "an integer counts as no key";
  } catch (const SetupError& error) {
    EXPECT_THAT(std::string(error.what()),
                AllOf(HasSubstr("SECRET_KEY"), HasSubstr("int"), HasSubstr("RT_SECRET_KEY")));
    EXPECT_THAT(std::string(error.what()), Not(HasSubstr("1234567890123456")));
  }
  App fallback = keyed_app();
  fallback.config["SECRET_KEY_FALLBACKS"] = Value::list({7});
  EXPECT_THROW(fallback.freeze(), SetupError);
}

TEST(Session, ACookieThatWasChangedCountsForNothing) {
  App app = keyed_app();
  add_views(app);
  const std::string cookie = session_cookie(TestClient(app).get("/set"));
  ASSERT_EQ(user_by(app, cookie), "ada");
  for (std::size_t i = std::string("session=").size(); i < cookie.size(); ++i) {
    std::string changed = cookie;
    changed[i] = changed[i] == 'A' ? 'Q' : 'A';
    // The last character of each part has bits that mean nothing.
    const bool is_last = i + 1 == cookie.size() || cookie[i + 1] == '.';
    if (is_last) continue;
    EXPECT_EQ(user_by(app, changed), "nobody") << i;
  }
  for (const char* text : {"", ".", "..", "...", "a.b.c", "e30", ".eJyrVkpKLFKyqgUADiYC9w.AAAA.AAAA"})
    EXPECT_EQ(user_by(app, std::string("session=") + text), "nobody") << text;
}

TEST(Session, AnotherUseOfTheKeyMakesNoSession) {
  App app = keyed_app();
  add_views(app);
  const signing::URLSafeTimedSerializer other("dev", {.salt = "remember-me"});
  EXPECT_EQ(user_by(app, "session=" + other.dumps(Value::dict({{"user", "ada"}}))), "nobody");
}

// What is signed but no dict must not crash or leak either.
TEST(Session, ASignedListIsNoSession) {
  App app = keyed_app();
  add_views(app);
  signing::SerializerOptions options;
  options.salt = "cookie-session";
  options.key_derivation = signing::KeyDerivation::hmac;
  const signing::URLSafeTimedSerializer signer("dev", options);
  EXPECT_EQ(user_by(app, "session=" + signer.dumps(Value::dict({{"user", "ada"}}))), "ada");
  EXPECT_EQ(user_by(app, "session=" + signer.dumps(Value::list({"user"}))), "nobody");
}

// Werkzeug CVE-2023-23934.
TEST(Session, NamelessCookiesAreDropped) {
  App app = keyed_app();
  add_views(app);
  const std::string cookie = session_cookie(TestClient(app).get("/set"));
  EXPECT_EQ(user_by(app, "=" + cookie), "nobody");
  EXPECT_EQ(user_by(app, "==" + cookie), "nobody");
  EXPECT_EQ(user_by(app, "=x; " + cookie), "ada");
}

// Crow CVE-2023-26142 and others: settings that would split a header end set-up.
TEST(Session, CookieSettingsCannotInjectHeaders) {
  const std::pair<const char*, const char*> settings[] = {
      {"SESSION_COOKIE_NAME", "a\r\nX: y"},
      {"SESSION_COOKIE_NAME", "a=b"},
      {"SESSION_COOKIE_NAME", ""},
      {"SESSION_COOKIE_DOMAIN", "a.test\r\nX: y"},
      {"SESSION_COOKIE_DOMAIN", "a.test; Path=/x"},
      {"SESSION_COOKIE_SAMESITE", "Lax\r\nX: y"},
      {"SESSION_COOKIE_SAMESITE", "maybe"},
  };
  for (const auto& [name, value] : settings) {
    App app = keyed_app();
    add_views(app);
    app.config.set(name, value);
    EXPECT_THROW(app.freeze(), SetupError) << name << " " << value;
    App with_own_sessions = keyed_app();
    with_own_sessions.session_interface(std::make_unique<OwnSessions>());
    with_own_sessions.config.set(name, value);
    EXPECT_THROW(with_own_sessions.freeze(), SetupError) << name << " " << value;
  }
  App app = keyed_app();
  app.config["SESSION_COOKIE_PATH"] = "/a\r\nX: y; b";
  add_views(app);
  const TestResponse response = TestClient(app).get("/set");
  EXPECT_FALSE(response.headers.contains("X"));
  EXPECT_THAT(std::string(response.headers.get("Set-Cookie", "")), HasSubstr("; Path=/a%0D%0AX:%20y%3B%20b"));
}

TEST(Session, CookieSettingsAreInTheCookie) {
  App app = keyed_app();
  for (const auto& [name, value] :
       std::vector<std::pair<const char*, Value>>{{"SESSION_COOKIE_NAME", "__Host-s"},
                                                  {"SESSION_COOKIE_DOMAIN", "a.test"},
                                                  {"SESSION_COOKIE_PATH", "/x"},
                                                  {"SESSION_COOKIE_SECURE", true},
                                                  {"SESSION_COOKIE_PARTITIONED", true},
                                                  {"SESSION_COOKIE_SAMESITE", "Lax"}})
    app.config.set(name, value);
  add_views(app);
  const std::string cookie(TestClient(app).get("/set").headers.get("Set-Cookie", ""));
  EXPECT_EQ(cookie.substr(0, 9), "__Host-s=");
  EXPECT_EQ(cookie.substr(cookie.find(';')),
            "; Domain=a.test; Secure; HttpOnly; Path=/x; SameSite=Lax; Partitioned");
}

// A payload of ten kilobytes that would become eight megabytes, with a right signature and
// with a wrong one.
TEST(Signing, AZlibBombIsAnError) {
  signing::SerializerOptions small;
  small.max_payload_bytes = 1 << 16;
  const signing::URLSafeSerializer big("key"), bounded("key", small), other("other key", small);
  const std::string bomb = big.dumps(std::string(std::size_t{1} << 21, 'a'));
  ASSERT_LT(bomb.size(), 10'000u);
  EXPECT_EQ(big.loads(bomb).as_string().size(), std::size_t{1} << 21);
  EXPECT_THROW(bounded.loads(bomb), signing::BadPayload);
  EXPECT_THROW(other.loads(bomb), signing::BadSignature);
  EXPECT_TRUE(other.loads_unsafe(bomb).payload.is_none());
}

// The text of a stored hash decides what checking it costs: an outsider's must not take the
// process down.
TEST(Passwords, AHashCannotAskForMoreThanIsBearable) {
  for (const char* hash :
       {"scrypt:1073741824:8:1$salt$00", "scrypt:32768:1024:1024$salt$00", "scrypt:1048576:8:1024$salt$00",
        "scrypt:1048576:8:1$salt$00", "scrypt:2:1:18446744073709551615$salt$00",
        "scrypt:18446744073709551616:8:1$salt$00", "scrypt:0:8:1$salt$00", "scrypt:3:8:1$salt$00",
        "pbkdf2:sha256:10000001$salt$00", "pbkdf2:sha256:0$salt$00", "pbkdf2:sha256:-1$salt$00",
        "pbkdf2:sha512:4294967296$salt$00", "pbkdf2:nonsense:1$salt$00"})
    EXPECT_THROW(crypto::check_password_hash(hash, "password"), std::invalid_argument) << hash;
}

}  // namespace
}  // namespace retort
