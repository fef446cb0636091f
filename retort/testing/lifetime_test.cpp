// SPDX-License-Identifier: BSD-3-Clause
// What may be looked at, returned and thrown around the edges of a request.
#include <stdexcept>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/inject.h"
#include "retort/app/kept_context.h"
#include "retort/app/proxy_fix.h"
#include "retort/app/redirect.h"
#include "retort/app/session_interface.h"
#include "retort/app/signals.h"
#include "retort/app/templating.h"
#include "retort/app/url_for.h"
#include "retort/fiber/fiber.h"
#include "retort/testing/client.h"
#include "retort/testing/detail/exchange.h"

using namespace retort;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

using Events = std::vector<std::string>;

std::string what(const std::exception_ptr& error) {
  try {
    if (error) std::rethrow_exception(error);
    return "none";
  } catch (const std::exception& e) {
    return e.what();
  }
}

// view_args is made of the match, which lies in the context.
TEST(ViewArgs, AreThereForWrappersStreamsAndCloseFunctions) {
  Events events;
  App app{"t"};
  app.get("/plain/<name>", "plain", [](std::string_view) { return "plain"; });
  app.get("/stream/<name>", "stream", [](Request& request, std::string_view) {
    return [&request](BodyWriter& body) { body.write(request.view_args["name"].str()); };
  });
  app.get("/close/<name>", "close", [&](Request& request, std::string_view) {
    Response response("close");
    response.call_on_close([&] { events.push_back(request.view_args["name"].str()); });
    return response;
  });
  EXPECT_EQ(app.test_client().get("/stream/ada").text(), "ada");
  EXPECT_EQ(app.test_client().get("/close/bob").text(), "close");
  EXPECT_THAT(events, ElementsAre("bob"));

  TestSent sent;
  sent.method = "GET";
  sent.host = "localhost";
  sent.scheme = "http";
  sent.target = "/plain/eve";
  detail::TestConnection connection(sent);
  fiber::run([&] { app.handle(connection.request, connection.response); });
  EXPECT_TRUE((*connection.request.view_args).is_none()) << "nobody asked for them in time";

  App wrapped{"wrapped"};
  wrapped.get("/plain/<name>", "plain", [](std::string_view) { return "plain"; });
  wrapped.wrap([&](Handler& next, Request& request, Response& response) {
    next.handle(request, response);
    events.push_back(request.view_args["name"].str());
  });
  EXPECT_EQ(wrapped.test_client().get("/plain/carol").text(), "plain");
  EXPECT_THAT(events, ElementsAre("bob", "carol"));
}

struct Search {
  std::string q;
};

// Longer than what a std::string keeps inside itself.
constexpr const char* kLong = "a text that is much longer than sixteen bytes";

TEST(ReturnedText, IsTheResponsesOwn) {
  App app{"t"};
  app.get("/text/<name>", [](const std::string& name) -> std::string_view { return name; });
  app.get("/query", [](Query<Search> search) -> std::string_view { return search->q; });
  app.get("/g", []() -> std::string_view { return g.set("text", std::string(kLong)); });
  app.get("/throws", []() -> std::string { throw std::runtime_error(kLong); });
  app.get("/made", [] {
    try {
      throw std::runtime_error(kLong);
    } catch (const std::exception& e) {
      return make_response(e.what(), 500);
    }
  });
  app.errorhandler<std::runtime_error>([](const std::runtime_error& e) { return pair{e.what(), 500}; });
  TestClient client = app.test_client();
  const std::string text = kLong;
  EXPECT_EQ(client.get("/text/" + text).text(), text);
  EXPECT_EQ(client.get("/query", {.query_string = {{"q", text}}}).text(), text);
  EXPECT_EQ(client.get("/g").text(), text);
  EXPECT_EQ(client.get("/throws").text(), text);
  EXPECT_EQ(client.get("/made").text(), text);
}

TEST(AfterThisRequest, MayBeAskedForInSuchAFunction) {
  Events events;
  App app{"t"};
  app.logger.remove_standard_error();
  app.get("/", "index", [&] {
    after_this_request([&](Response&) {
      events.emplace_back("outer");
      for (int i = 0; i < 20; ++i)
        after_this_request([&events, i](Response&) { events.push_back(std::to_string(i)); });
    });
    return "x";
  });
  EXPECT_EQ(app.test_client().get("/").text(), "x");
  EXPECT_EQ(events.size(), 21U);
  EXPECT_EQ(events.front() + events[1] + events.back(), "outer019");
}

// As in Flask the answer to what went wrong goes through them too.
TEST(AfterThisRequest, RunsAgainForTheAnswerToItsFailure) {
  int runs = 0;
  App app{"t"};
  app.logger.remove_standard_error();
  app.get("/", "index", [&] {
    after_this_request([&](Response& response) {
      if (++runs == 1) throw std::runtime_error("once");
      response.headers["X-Runs"] = std::to_string(runs);
    });
    return "x";
  });
  const auto answer = app.test_client().get("/");
  EXPECT_EQ(answer.status_code, 500);
  EXPECT_EQ(answer.headers["X-Runs"], "2");
}

TEST(RequestCopy, IsTheRequestThatTheWrappersMade) {
  std::string seen;
  App app{"t"};
  app.config["MAX_FORM_PARTS"] = 7;
  app.wrap<ProxyFix>(ProxyFixOptions{.x_for = 1, .x_proto = 1, .x_host = 1, .x_prefix = 1});
  app.post("/show", "show", [&] {
    request->max_content_length = 1234;
    return fiber::spawn(copy_current_request_context([&] {
             return std::string(request->remote_addr()) + " " + std::string(request->url()) + " " +
                    std::string(request->path) + " " + std::string(request->endpoint) + " " +
                    std::to_string(*request->max_content_length) + " " +
                    std::to_string(request->max_form_parts);
           }))
        .join();
  });
  const auto answer = app.test_client().post("/show", {.data = "x",
                                                       .headers = {{"X-Forwarded-For", "9.9.9.9"},
                                                                   {"X-Forwarded-Proto", "https"},
                                                                   {"X-Forwarded-Host", "ex.org"},
                                                                   {"X-Forwarded-Prefix", "/app"}}});
  EXPECT_EQ(answer.text(), "9.9.9.9 https://ex.org/app/show /show show 1234 7");
}

TEST(RequestCopy, ReadsJSONByTheAppsProvider) {
  struct Shouting final : JSONProvider {
    std::string dumps(const Value&) const override { return "!"; }
    Result<Value> loads(std::string_view text) const override { return Value(std::string(text) + "!"); }
  };
  App app{"t"};
  app.json = std::make_unique<Shouting>();
  app.post("/", [] {
    return fiber::spawn(copy_current_request_context([] { return request->get_json().str(); })).join();
  });
  EXPECT_EQ(app.test_client().post("/", {.data = "1", .content_type = "application/json"}).text(), "1!");
}

TEST(RequestCopy, LeavesNoContextBehindWhenItCannotBegin) {
  App app{"t"};
  int pushed = 0;
  app.teardown_appcontext([] {});
  appcontext_pushed.connect(app, [&] {
    if (++pushed == 2) throw std::runtime_error("not this one");
  });
  app.get("/", "index", [] {
    auto copied = copy_current_request_context([] { return std::string("ran"); });
    const Context* before = current_context();
    std::string out;
    try {
      out = copied();
    } catch (const std::runtime_error& e) {
      out = e.what();
    }
    return out + (current_context() == before ? " same" : " another");
  });
  EXPECT_EQ(app.test_client().get("/").text(), "not this one same");
}

// What the copy keeps goes when its context is no longer the current one.
TEST(RequestCopy, TakesItsContextAwayBeforeItEnds) {
  struct Notes {
    Events& events;
    explicit Notes(Events& all) : events(all) {}
    Notes(Notes&&) = default;
    ~Notes() { events.emplace_back(has_request_context() ? "inside" : "outside"); }
  };
  Events events;
  App app{"t"};
  app.get("/", "index", [&] {
    fiber::spawn(copy_current_request_context([&] {
      g.setdefault<std::shared_ptr<Notes>>("notes", [&] { return std::make_shared<Notes>(events); });
    })).join();
    return "x";
  });
  EXPECT_EQ(app.test_client().get("/").text(), "x");
  EXPECT_THAT(events, testing::Contains("outside"));
  EXPECT_THAT(events, testing::Not(testing::Contains("inside")));
}

TEST(Teardown, IsToldWhatLeftTheBlock) {
  Events events;
  App app{"t"};
  app.teardown_request([&](std::exception_ptr error) { events.push_back("request " + what(error)); });
  app.teardown_appcontext([&](std::exception_ptr error) { events.push_back("app " + what(error)); });
  app.get("/", "index", [&] {
    auto copied = copy_current_request_context([] { throw std::runtime_error("copy"); });
    EXPECT_THROW(copied(), std::runtime_error);
    return "x";
  });
  const std::string unknown = LeftByException().what();
  try {
    const AppContext context = app.app_context();
    throw std::runtime_error("not told");
  } catch (const std::runtime_error&) {
    const AppContext context = app.app_context();  // in flight is nothing any more
  }
  EXPECT_THAT(events, ElementsAre("app " + unknown, "app none"));
  events.clear();
  try {
    AppContext context = app.app_context();
    context.fail(std::make_exception_ptr(std::runtime_error("told")));
    throw std::runtime_error("told");
  } catch (const std::runtime_error&) {
  }
  EXPECT_THAT(events, ElementsAre("app told"));
  events.clear();
  try {
    const TestRequestContext context = app.test_request_context("/");
    throw std::runtime_error("not told");
  } catch (const std::runtime_error&) {
  }
  EXPECT_THAT(events, ElementsAre("request " + unknown, "app " + unknown));
  events.clear();
  EXPECT_EQ(app.test_client().get("/").text(), "x");
  EXPECT_THAT(events, ElementsAre("request copy", "app copy", "request none", "app none"));
}

class Sessions : public SecureCookieSessionInterface {
 public:
  explicit Sessions(Function<void()> f) : f_(std::move(f)) {}
  void freeze(const App&) override { f_(); }

 private:
  Function<void()> f_;
};

TEST(Freeze, FailsTheSameWayEachTime) {
  App app{"t"};
  int tries = 0;
  app.session_interface(std::make_unique<Sessions>([&] {
    if (++tries == 1) throw SetupError("no database");
  }));
  app.get("/", [] { return "x"; });
  for (int i = 0; i < 2; ++i) {
    try {
      app.freeze();
      ADD_FAILURE() << "it froze";
    } catch (const SetupError& e) {
      EXPECT_STREQ(e.what(), "no database");
    }
  }
  EXPECT_EQ(tries, 1);
}

TEST(Freeze, MayPark) {
  App app{"t"};
  int runs = 0;
  app.session_interface(std::make_unique<Sessions>([&] {
    fiber::sleep_for(std::chrono::milliseconds(5));
    ++runs;
  }));
  app.get("/", [] { return "x"; });
  fiber::run([&] {
    std::vector<Function<std::string()>> clients;
    for (int i = 0; i < 3; ++i) clients.push_back([&app] { return app.test_client().get("/").text(); });
    for (const std::string& answer : fiber::gather(std::move(clients))) EXPECT_EQ(answer, "x");
  });
  EXPECT_EQ(runs, 1);
}

TEST(Freeze, EndsTheSettingsThatAreMembers) {
  struct Teapot : HTTPException {
    explicit Teapot(std::string) : HTTPException(418) {}
  };
  App app{"t"};
  app.json.sort_keys = false;
  app.json.compact = true;
  app.extensions.set("n", 1);
  app.aborter.add<Teapot>(418);
  app.freeze();
  const std::pair<const char*, Function<void()>> changes[] = {
      {"sort_keys", [&] { app.json.sort_keys = true; }},
      {"ensure_ascii", [&] { app.json.ensure_ascii = true; }},
      {"compact", [&] { app.json.compact = std::nullopt; }},
      {"mimetype", [&] { app.json.mimetype = "text/json"; }},
      {"json", [&] { app.json = std::make_unique<DefaultJSONProvider>(); }},
      {"extensions.set", [&] { app.extensions.set("text", std::string("x")); }},
      {"extensions[]", [&] { app.extensions["n"] = 2; }},
      {"extensions.pop", [&] { app.extensions.pop("n"); }},
      {"extensions.clear", [&] { app.extensions.clear(); }},
      {"aborter", [&] { app.aborter.add<Teapot>(419); }},
  };
  for (const auto& [name, change] : changes) EXPECT_THROW(change(), SetupError) << name;
  EXPECT_EQ(app.extensions.get<int>("n"), 1) << "what is there may be used";
  EXPECT_FALSE(app.json.sort_keys);
}

TEST(Errors, AReceiverOfAppcontextPushedThatThrowsIsAnswered) {
  Events events;
  App app{"t"};
  app.logger.remove_standard_error();
  app.teardown_request([&](std::exception_ptr error) { events.push_back(what(error)); });
  app.get("/", [] { return "x"; });
  appcontext_pushed.connect(app, [] { throw std::runtime_error("boom"); });
  EXPECT_EQ(app.test_client().get("/").status_code, 500);
  EXPECT_THAT(events, ElementsAre("boom"));
}

TEST(Errors, TheAnswerToAnUnhandledOneIsFinalized) {
  App app{"t"};
  app.logger.remove_standard_error();
  app.get("/", []() -> std::string { throw std::runtime_error("boom"); });
  app.errorhandler(500, [] {
    Response response("", 204);
    response.headers["Content-Length"] = "7";
    return response;
  });
  const auto answer = app.test_client().get("/");
  EXPECT_EQ(answer.status_code, 204);
  EXPECT_FALSE(answer.headers.contains("Content-Length"));
}

// Flask gives an app's functions (None, None) where no rule matched.
TEST(UrlValues, PreprocessorsSeeRequestsThatNoRuleMatches) {
  Events events;
  App app{"t"};
  app.url_value_preprocessor([&](std::string_view endpoint, Value& values) {
    events.push_back(std::string(endpoint) + "|" + values.repr());
  });
  app.get("/<name>", "show", [](std::string_view) { return "x"; });
  EXPECT_EQ(app.test_client().get("/a/b").status_code, 404);
  EXPECT_EQ(app.test_client().get("/a").status_code, 200);
  EXPECT_THAT(events, ElementsAre("|None", "show|{'name': 'a'}"));
}

TEST(UrlValues, UrlDefaultsMayTakeAValueAway) {
  App app{"t"};
  app.url_defaults([](std::string_view, Value& values) { values.erase("secret"); });
  app.get("/<name>", "show", [](std::string_view) {
    return url_for("show", {{"name", "b"}, {"secret", 1}, {"x", 2}});
  });
  EXPECT_EQ(app.test_client().get("/a").text(), "/b?x=2");
}

TEST(TemplateSignals, LeaveTheCallersValues) {
  App app{"t"};
  before_render_template.connect(
      app, [](App&, std::string_view, Value& context) { context.set("name", "changed"); });
  app.get("/", [] {
    const Value values = Value::dict({{"name", "mine"}});
    const std::string shown = render_template_string("{{ name }}", values);
    return shown + " " + values["name"].str();
  });
  EXPECT_EQ(app.test_client().get("/").text(), "changed mine");
}

TEST(TestClients, RefuseToEndAKeptContextBelowAnother) {
  App app{"t"};
  app.get("/", [] { return "x"; });
  TestClient client = app.test_client();
  const auto scope = client.preserve_context();
  EXPECT_EQ(client.get("/").text(), "x");
  {
    const AppContext nested = app.app_context();
    EXPECT_THROW(client.get("/"), std::logic_error);
    EXPECT_FALSE(has_request_context());
  }
  EXPECT_TRUE(has_request_context());
  EXPECT_EQ(client.get("/").text(), "x");
}

TEST(TestClients, SessionTransactionsHaveAContext) {
  class Asking final : public SecureCookieSessionInterface {
   public:
    std::unique_ptr<Session> open_session(const App& app, const Request& request) const override {
      fiber::sleep_for(std::chrono::milliseconds(1));
      opened += std::string(retort::request->path);
      return SecureCookieSessionInterface::open_session(app, request);
    }
    void save_session(const App& app, Session& session, Response& response) const override {
      opened += "!" + std::string(retort::request->path);
      SecureCookieSessionInterface::save_session(app, session, response);
    }
    mutable std::string opened;
  };
  App app{"t"};
  app.config["SECRET_KEY"] = "k";
  auto sessions = std::make_unique<Asking>();
  const Asking& asking = *sessions;
  app.session_interface(std::move(sessions));
  app.get("/", [] { return session.get("user").str(); });
  TestClient client = app.test_client();
  client.session_transaction([](Session& opened) { opened["user"] = "ada"; }, "/login");
  EXPECT_EQ(asking.opened, "/login!/login");
  EXPECT_EQ(client.get("/").text(), "ada");
}

TEST(TestClients, ReadMaxAgeAsBrowsersDo) {
  App app{"t"};
  app.get("/<age>", "set", [](const std::string& age) {
    Response response("x");
    response.headers.add("Set-Cookie", "c=1; Path=/; Max-Age=" + age);
    return response;
  });
  const std::pair<const char*, bool> cases[] = {
      {"60", true},
      {"9223372036854775807", true},
      {"99999999999999999999", true},
      {"soon", true},
      {"1h", true},
      {"+5", true},
      {"0", false},
      {"-1", false},
      {"-99999999999999999999", false},
  };
  for (const auto& [age, kept] : cases) {
    TestClient client = app.test_client();
    (void)client.get("/" + std::string(age));
    EXPECT_EQ(client.get_cookie("c").has_value(), kept) << age;
  }
}

}  // namespace
