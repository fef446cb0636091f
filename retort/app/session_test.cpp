// SPDX-License-Identifier: BSD-3-Clause
// Cookies are Flask 3.1's, made with the key "dev" at 1,700,000,000.
#include "retort/app/session.h"

#include <memory>
#include <optional>
#include <string>

#include "tests/support/client.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/flash.h"
#include "retort/app/globals.h"
#include "retort/app/session_interface.h"
#include "retort/app/signals.h"
#include "retort/app/templating.h"
#include "retort/value/uuid_time.h"

namespace retort {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Sessions at a time of the test's choice.
class TimedSessions : public SecureCookieSessionInterface {
 public:
  std::int64_t now() const override { return time; }
  std::int64_t time = 1'700'000'000;
};

TimedSessions& stop_time(App& app) {
  auto sessions = std::make_unique<TimedSessions>();
  TimedSessions& out = *sessions;
  app.session_interface(std::move(sessions));
  return out;
}

App keyed_app() {
  App app{"sessions"};
  app.config["SECRET_KEY"] = "dev";
  return app;
}

TEST(Session, IsADictThatNoticesItsChanges) {
  Session s;
  EXPECT_FALSE(s.modified());
  EXPECT_TRUE(s.get("name").is_none());
  EXPECT_EQ(s.get("name", "nobody"), "nobody");
  EXPECT_EQ(s.pop("name", nullptr), Value(nullptr));
  EXPECT_FALSE(s.modified());
  s["name"] = "ada";
  EXPECT_TRUE(s.modified());
  s["born"] = 1815;
  s["tags"] = std::vector<std::string>{"a", "b"};
  EXPECT_EQ(s["name"], Value("ada"));
  EXPECT_EQ(s.get<std::string>("name"), "ada");
  EXPECT_EQ(s.get("born", 0), 1815);
  EXPECT_EQ(s.get<int>("name"), std::nullopt);
  EXPECT_EQ(s.get<int>("died"), std::nullopt);
  EXPECT_THAT(*s.get<std::vector<std::string>>("tags"), ElementsAre("a", "b"));
  EXPECT_EQ(s.size(), 3u);
  std::string keys;
  for (const auto& [key, value] : s) keys += key.str() + " ";
  EXPECT_EQ(keys, "name born tags ");
  EXPECT_EQ(s.pop("name"), Value("ada"));
  EXPECT_THROW(s.pop("name"), KeyError);
  EXPECT_THROW(s["name"].value(), KeyError);
  EXPECT_EQ(s.setdefault("born", 1), Value(1815));
  EXPECT_EQ(s.setdefault("n", 1), Value(1));
  s.update({{"a", 1}, {"born", 2}});
  EXPECT_EQ(s.get("born", 0), 2);
  s["copy"] = s["a"];
  EXPECT_EQ(s.get("copy", 0), 1);
  s.clear();
  EXPECT_TRUE(s.empty());
}

TEST(Session, KeepsUuidsAndTimes) {
  Session s;
  const DateTime time{2024, 5, 6, 7, 8, 9, 0, 0};
  const Uuid id = Uuid::random();
  s["id"] = id;
  s["time"] = time;
  s["day"] = Date{2024, 5, 6};
  EXPECT_EQ(s.get<Uuid>("id"), id);
  EXPECT_EQ(s.get<DateTime>("time"), time);
  EXPECT_EQ(s.get<Date>("day"), (Date{2024, 5, 6}));
  EXPECT_EQ(s.get<DateTime>("id"), std::nullopt);
}

TEST(Session, LastsFromOneRequestToTheNext) {
  App app = keyed_app();
  app.get("/set", [](Session& s) {
    s["user"] = "ada";
    return "set";
  });
  app.get("/get", [] { return session.get("user", "nobody"); });
  app.get("/clear", [] {
    session.clear();
    return "cleared";
  });
  TestClient client(app);
  EXPECT_EQ(client.get("/get").text(), "nobody");
  EXPECT_THAT(std::string(client.get("/set").headers.get("Set-Cookie", "")), HasSubstr("; HttpOnly; Path=/"));
  EXPECT_EQ(client.get("/get").text(), "ada");
  EXPECT_EQ(client.get("/clear").headers.get("Set-Cookie", ""),
            "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/");
  EXPECT_EQ(client.get("/get").text(), "nobody");
}

TEST(Session, ReadsAndWritesFlasksCookie) {
  App app = keyed_app();
  TimedSessions& sessions = stop_time(app);
  app.get("/", [] {
    session["b"] = session.get("a", 0) + 1;
    return "ok";
  });
  const TestRequest request{.headers = {{"Cookie", "session=eyJhIjoxfQ.ZVPw9g.nl1BTbpHL8tPiErYTp6ZODUzjBs"}}};
  const std::string written(TestClient(app).get("/", request).headers.get("Set-Cookie", ""));
  EXPECT_EQ(written.substr(0, written.find('.')), "session=eyJhIjoxLCJiIjoyfQ");
  const auto* signer = sessions.get_signing_serializer();
  ASSERT_TRUE(signer);
  const std::string value = written.substr(8, written.find(';') - 8);
  EXPECT_EQ(signer->loads(value), Value::dict({{"a", 1}, {"b", 2}}));
}

TEST(Session, EndsAfterItsLifetime) {
  App app = keyed_app();
  app.config["PERMANENT_SESSION_LIFETIME"] = 60;
  TimedSessions& sessions = stop_time(app);
  app.get("/", [] { return session.get("a", 0) == 1 ? "known" : "new"; });
  const TestRequest request{.headers = {{"Cookie", "session=eyJhIjoxfQ.ZVPw9g.nl1BTbpHL8tPiErYTp6ZODUzjBs"}}};
  sessions.time = 1'700'000'000 - 10 + 60;  // the cookie is of ten seconds before
  EXPECT_EQ(TestClient(app).get("/", request).text(), "known");
  sessions.time += 1;
  EXPECT_EQ(TestClient(app).get("/", request).text(), "new");
}

TEST(Session, APermanentOneIsProlongedByEveryRequestEvenUntouched) {
  for (const bool refresh : {true, false}) {
    App app = keyed_app();
    app.config["SESSION_REFRESH_EACH_REQUEST"] = refresh;
    TimedSessions& sessions = stop_time(app);
    app.get("/login", [] {
      session.permanent(true);
      return "ok";
    });
    app.get("/plain", [] { return "ok"; });
    TestClient client(app);
    const std::string cookie(client.get("/login").headers.get("Set-Cookie", ""));
    EXPECT_THAT(cookie, HasSubstr("; Expires=Fri, 15 Dec 2023 22:13:20 GMT; "));
    sessions.time += 60;
    const TestResponse response =
        client.get("/plain", {.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}}});
    EXPECT_EQ(response.headers.contains("Set-Cookie"), refresh);
    EXPECT_EQ(response.headers.get("Vary", ""), refresh ? "Cookie" : "");
  }
}

TEST(Session, OneThatIsNotUsedCostsNothing) {
  App app = keyed_app();
  stop_time(app);
  bool opened = true;
  app.get("/", [&](Context& context) {
    opened = context.opened_session() != nullptr;
    return "ok";
  });
  const TestRequest request{.headers = {{"Cookie", "session=eyJhIjoxfQ.ZVPw9g.nl1BTbpHL8tPiErYTp6ZODUzjBs"}}};
  const TestResponse response = TestClient(app).get("/", request);
  EXPECT_FALSE(opened);
  EXPECT_FALSE(response.headers.contains("Vary"));
  EXPECT_FALSE(response.headers.contains("Set-Cookie"));
}

TEST(Session, WithoutAKeyCanBeReadAndSaysWhyItCannotBeWritten) {
  App app{"keyless"};
  app.config["PROPAGATE_EXCEPTIONS"] = true;
  std::string said;
  app.get("/read", [] { return session.get("a", "none"); });
  app.get("/write", [&] {
    try {
      session["a"] = 1;
    } catch (const std::runtime_error& error) {
      said = error.what();
    }
    EXPECT_THROW(session.clear(), std::runtime_error);
    EXPECT_THROW(session.pop("a", nullptr), std::runtime_error);
    EXPECT_THROW(session.setdefault("a", 1), std::runtime_error);
    EXPECT_THROW(session.update({{"a", 1}}), std::runtime_error);
    EXPECT_THROW(flash("hi"), std::runtime_error);
    return "ok";
  });
  TestClient client(app);
  EXPECT_EQ(client.get("/read").text(), "none");
  const TestResponse response = client.get("/write");
  EXPECT_THAT(said, HasSubstr("The session is unavailable because no secret key was set."));
  EXPECT_FALSE(response.headers.contains("Set-Cookie"));
}

TEST(Session, OutsideOfARequestSaysSo) { EXPECT_THROW(session.get("a"), OutsideContext); }

/// Sessions that stay on the server.
class MemorySessions : public SessionInterface {
 public:
  std::unique_ptr<Session> open_session(const App&, const Request&) const override {
    ++opened;
    return std::make_unique<Session>(kept.copy());
  }
  void save_session(const App& app, Session& session, Response& response) const override {
    if (!should_set_cookie(app, session)) return;
    kept = session.data().copy();
    set_cookie(app, response, "id", get_expiration_time(app, session));
  }
  mutable Value kept = Value::dict();
  mutable int opened = 0;
};

TEST(SessionInterface, CanBeReplaced) {
  App app{"memory"};
  app.config["SESSION_COOKIE_NAME"] = "sid";
  app.config["SESSION_COOKIE_SAMESITE"] = "Strict";
  auto own = std::make_unique<MemorySessions>();
  const MemorySessions& sessions = *own;
  app.session_interface(std::move(own));
  app.get("/", [] {
    session["n"] = session.get("n", 0) + 1;
    return std::to_string(session.get("n", 0));
  });
  app.get("/plain", [] { return "ok"; });
  TestClient client(app);
  EXPECT_EQ(client.get("/").headers.get("Set-Cookie", ""), "sid=id; HttpOnly; Path=/; SameSite=Strict");
  EXPECT_EQ(client.get("/").text(), "2");
  client.get("/plain");
  EXPECT_EQ(sessions.opened, 3);  // one that has not said otherwise is opened by every request, as in Flask
  EXPECT_THROW(app.session_interface(std::make_unique<MemorySessions>()), SetupError);
}

TEST(Session, IsSavedAfterTheHooksAndWithErrorPages) {
  App app = keyed_app();
  app.get("/fails", []() -> std::string { throw std::runtime_error("no"); });
  app.after_request([](Response&) { session["seen"] = 1; });
  EXPECT_TRUE(TestClient(app).get("/fails").headers.contains("Set-Cookie"));
  EXPECT_TRUE(TestClient(app).get("/missing").headers.contains("Set-Cookie"));
}

TEST(Session, WhatJsonCannotHoldIsAnErrorOfThatRequest) {
  App app = keyed_app();
  app.get("/", [] {
    session["a"] = Value::list({Value::undefined()});
    return "ok";
  });
  EXPECT_EQ(TestClient(app).get("/").status_code, 500);
}

TEST(Session, TemplatesSeeIt) {
  App app = keyed_app();
  app.get("/", [] {
    session["user"] = "ada";
    session["items"] = Value::list({1, 2});
    return render_template_string(
        "{{ session.user }} {{ session['user'] }} {{ session.get('x', 7) }} {{ 'user' in session }} "
        "{{ session|length }} {{ session.permanent }} {% for k in session %}{{ k }},{% endfor %} "
        "{{ session.missing is defined }} {% if session %}yes{% endif %}");
  });
  const TestResponse response = TestClient(app).get("/");
  EXPECT_EQ(response.text(), "ada ada 7 True 2 False user,items, False yes");
}

// As Flask's CallbackDict does.
TEST(Session, TemplatesMayChangeIt) {
  App app = keyed_app();
  app.config["PROPAGATE_EXCEPTIONS"] = true;
  app.get("/fill",
          [] { return render_template_string("{{ session.setdefault('a', 1) }}{{ session.update(b=2) }}"); });
  app.get("/do", [] {
    session.modified(false);
    std::string said = render_template_string(request->args["do"]);
    return session.modified() ? said + " modified" : said;
  });
  TestClient client(app);
  EXPECT_EQ(client.get("/fill").text(), "1None");
  const std::pair<const char*, const char*> steps[] = {
      {"{{ session.setdefault('a', 7) }}", "1"},
      {"{{ session.pop('none', 0) }}", "0"},
      {"{{ session.pop('a') }}{{ session.a is defined }}", "1False modified"},
      {"{{ session.update({'c': 3}) }}{{ session.c }}", "None3 modified"},
      {"{{ session.popitem()|safe }}", "('c', 3) modified"},
      {"{{ session.b }}{{ session.clear() }}{{ session|length }}", "2None0 modified"},
  };
  for (const auto& [code, expected] : steps)
    EXPECT_EQ(client.get("/do", {.query_string = {{"do", code}}}).text(), expected) << code;
  EXPECT_FALSE(client.get_cookie("session"));
  App keyless{"keyless"};
  keyless.config["PROPAGATE_EXCEPTIONS"] = true;
  keyless.get("/", [] { return render_template_string("{{ session.pop('a', none) }}"); });
  EXPECT_THROW(TestClient(keyless).get("/"), std::runtime_error);
}

TEST(SessionInterface, AsksForTheCookieOnce) {
  class Named : public SecureCookieSessionInterface {
   public:
    std::string get_cookie_name(const App&) const override { return "sid"; }
    std::string get_cookie_path(const App&) const override {
      ++asked;
      return "/below";
    }
    mutable int asked = 0;
  };
  App app = keyed_app();
  auto own = std::make_unique<Named>();
  const Named& sessions = *own;
  app.session_interface(std::move(own));
  app.get("/", [] {
    session["n"] = session.get("n", 0) + 1;
    return std::to_string(session.get("n", 0));
  });
  const std::string cookie(TestClient(app).get("/").headers.get("Set-Cookie", ""));
  EXPECT_THAT(cookie, AllOf(::testing::StartsWith("sid="), HasSubstr("; Path=/below")));
  const TestRequest again{.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}}};
  EXPECT_EQ(TestClient(app).get("/", again).text(), "2");
  EXPECT_EQ(sessions.asked, 1);
}

TEST(Flash, WaitsForTheRequestThatAsks) {
  App app = keyed_app();
  app.get("/do", [] {
    flash("Saved.");
    flash(Markup("<b>Bad</b>"), "error");
    return "done";
  });
  app.get("/show", [] {
    const std::string all = get_flashed_messages({.with_categories = true}).repr();
    const std::string errors = get_flashed_messages({.category_filter = {"error"}}).repr();
    return all + " " + errors + " " + get_flashed_messages().repr();  // the same all through a request
  });
  TestClient client(app);
  client.get("/do");
  EXPECT_EQ(client.get("/show").text(),
            "[('message', 'Saved.'), ('error', Markup('<b>Bad</b>'))] "
            "[Markup('<b>Bad</b>')] ['Saved.', Markup('<b>Bad</b>')]");
  EXPECT_EQ(client.get("/show").text(), "[] [] []");
}

TEST(Session, WarnsOfACookieAboveTheSettingsSize) {
  const std::pair<int, std::size_t> cases[] = {{4093, 0}, {100, 1}, {0, 0}};
  for (const auto& [limit, warnings] : cases) {
    App app = keyed_app();
    app.config["MAX_COOKIE_SIZE"] = limit;
    std::vector<std::string> logged;
    app.logger.remove_standard_error();
    app.logger.add_sink(
        [](void* user, LogLevel, std::string_view line) {
          static_cast<std::vector<std::string>*>(user)->emplace_back(line);
        },
        &logged);
    app.get("/", [] {
      for (int i = 0; i < 20; ++i) session[std::to_string(i)] = i * 1000003;
      return "x";
    });
    TestClient(app).get("/");
    ASSERT_EQ(logged.size(), warnings) << limit;
    for (const std::string& line : logged) EXPECT_THAT(line, HasSubstr("The 'session' cookie is too large"));
  }
}

TEST(Flash, ShowsInTemplatesAndTellsReceivers) {
  App app = keyed_app();
  std::string heard;
  message_flashed.connect(app, [&](App&, std::string_view message, std::string_view category) {
    heard = std::string(category) + ": " + std::string(message);
  });
  app.get("/", [] {
    flash("<Hi>", "info");
    return render_template_string(
        "{% for category, message in get_flashed_messages(with_categories=true) %}{{ category }}={{ message "
        "}}"
        "{% endfor %}{{ get_flashed_messages(category_filter=['error']) }}");
  });
  EXPECT_EQ(TestClient(app).get("/").text(), "info=&lt;Hi&gt;[]");
  EXPECT_EQ(heard, "info: <Hi>");
}

}  // namespace
}  // namespace retort
