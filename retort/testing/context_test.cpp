// SPDX-License-Identifier: BSD-3-Clause
// Contexts: who sees them, how long they stay, and that each ends once.
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/kept_context.h"
#include "retort/app/redirect.h"
#include "retort/app/session.h"
#include "retort/app/templating.h"
#include "retort/fiber/fiber.h"
#include "retort/http/request_head.h"
#include "retort/testing/client.h"

using namespace retort;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

using Events = std::vector<std::string>;

/// An app that notes when its teardown functions run, and with what.
App noting(Events& events) {
  App app{"noting"};
  app.teardown_request([&events](std::exception_ptr error) {
    std::string what = "request";
    try {
      if (error) std::rethrow_exception(error);
    } catch (const std::exception& e) {
      what += std::string(": ") + e.what();
    }
    events.push_back(what + (g.pop("hello") ? " with g" : " without g"));
  });
  app.teardown_appcontext([&events] { events.push_back("app"); });
  return app;
}

// Flask 3.1.2 ran the teardown functions before the stream, and once more after it, where
// what they took out of g the first time was missing (its issue 5804).
TEST(Contexts, TeardownRunsOnceAndAfterTheStream) {
  Events events;
  App app = noting(events);
  app.get("/", "stream", [&events] {
    g["hello"] = "hi";
    return stream_with_context([&events](BodyWriter& body) {
      body.write(request->path);
      body.write(*g.find<std::string>("hello"));
      events.push_back("streamed");
    });
  });
  EXPECT_EQ(app.test_client().get("/").text(), "/hi");
  EXPECT_THAT(events, ElementsAre("streamed", "request with g", "app"));
}

TEST(Contexts, WithoutStreamWithContextTheContextEndsBeforeTheStream) {
  Events events;
  App app = noting(events);
  app.get("/", "stream", [&events] {
    return [&events](BodyWriter& body) {
      events.push_back(has_request_context() ? "inside" : "outside");
      body.write("x");
    };
  });
  EXPECT_EQ(app.test_client().get("/").text(), "x");
  EXPECT_THAT(events, ElementsAre("request without g", "app", "outside"));
}

TEST(Contexts, AStreamThatIsNeverRunEndsItsContextWithTheResponse) {
  Events events;
  App app = noting(events);
  app.get("/", "stream", [&events] {
    g["hello"] = "hi";
    return stream_with_context([&events](BodyWriter&) { events.push_back("streamed"); });
  });
  app.get("/replaced", "replaced", [&events]() -> std::string {
    stream_with_context([&events](BodyWriter&) { events.push_back("streamed"); });
    return "text";
  });
  auto client = app.test_client();
  client.head("/");
  EXPECT_THAT(events, ElementsAre("request with g", "app"));
  events.clear();
  EXPECT_EQ(client.get("/replaced").text(), "text");
  EXPECT_THAT(events, ElementsAre("request without g", "app"));
}

TEST(Contexts, AStreamsContextEndsBeforeTheFunctionsOfCallOnClose) {
  Events events;
  App app = noting(events);
  app.get("/", "stream", [&events](Request&) {
    Response response;
    response.set_stream(stream_with_context([](BodyWriter& body) { body.write("x"); }));
    response.call_on_close([&events] { events.push_back("closed"); });
    response.call_on_close([&events] { events.push_back("closed, too"); });
    return response;
  });
  auto client = app.test_client();
  for (const char* method : {"GET", "HEAD"}) {
    events.clear();
    client.open(method, "/");
    EXPECT_THAT(events, ElementsAre("request without g", "app", "closed", "closed, too")) << method;
  }
}

TEST(Contexts, TeardownIsToldWhatTheStreamThrew) {
  Events events;
  App app = noting(events);
  app.get("/", "stream", [] {
    return stream_with_context([](BodyWriter& body) {
      body.write("part");
      throw std::runtime_error("broken off");
    });
  });
  EXPECT_THROW(app.test_client().get("/"), std::runtime_error);
  EXPECT_THAT(events, ElementsAre("request: broken off without g", "app"));
}

TEST(Contexts, TeardownIsToldWhatTheViewThrewThatNothingAnswered) {
  Events events;
  App app = noting(events);
  app.get("/", "fails", []() -> std::string { throw std::runtime_error("no"); });
  app.get("/404", "missing", []() -> std::string { abort(404); });
  auto client = app.test_client();
  EXPECT_EQ(client.get("/").status_code, 500);
  EXPECT_EQ(client.get("/404").status_code, 404);
  EXPECT_THAT(events, ElementsAre("request: no without g", "app", "request without g", "app"));
}

TEST(Contexts, ATeardownFunctionThatFailsStopsNoOther) {
  Events events;
  App app = noting(events);
  app.teardown_request([] { throw std::runtime_error("in teardown"); });
  app.get("/", "index", [] { return "x"; });
  EXPECT_EQ(app.test_client().get("/").text(), "x");
  EXPECT_THAT(events, ElementsAre("request without g", "app"));
}

TEST(Contexts, GeneratorsAndTemplatesStream) {
  App app{"t"};
  app.get("/generator", "generator", [] {
    return [i = 0]() mutable -> std::optional<std::string> {
      if (i == 3) return std::nullopt;
      return std::to_string(i++);
    };
  });
  app.get("/template", "template", [] {
    const std::vector<std::string> names{"a rather long name", "b"};
    return pair{stream_template_string("{% for n in names %}{{ n }} {{ request.path }};{% endfor %}",
                                       {{"names", Value::view(names)}}),
                201};
  });
  auto client = app.test_client();
  EXPECT_EQ(client.get("/generator").text(), "012");
  const auto response = client.get("/template");
  EXPECT_EQ(response.text(), "a rather long name /template;b /template;");
  EXPECT_EQ(response.status_code, 201);
  EXPECT_EQ(response.headers.get("Content-Type", ""), "text/html; charset=utf-8");
}

TEST(Contexts, GatherInheritsSpawnNeedsACopy) {
  App app{"t"};
  app.get("/<name>", "show", [](const std::string& name) {
    g["name"] = name;
    auto [a, b] = fiber::gather(
        [] {
          fiber::yield();
          return std::string(request->path);
        },
        [] { return *g.find<std::string>("name"); });
    auto bare = fiber::spawn([] { return has_request_context(); });
    auto copied = fiber::spawn(copy_current_request_context([] {
      fiber::yield();
      return std::string(request->path) + (g.contains("name") ? " same g" : " own g");
    }));
    return a + " " + b + (bare.join() ? " inherited " : " bare ") + copied.join();
  });
  EXPECT_EQ(app.test_client().get("/x").text(), "/x x bare /x own g");
}

// Flask's async views and gevent cannot be mixed: two loops on one thread wait for each other.
TEST(Contexts, BlockingCallsAndFibersMixWithoutADeadlock) {
  App app{"t"};
  app.get("/<int:depth>", "nested", [](std::int64_t depth) {
    fiber::Mutex mutex;
    std::string trace;
    const auto note = [&](std::string_view what) {
      const std::lock_guard lock(mutex);
      fiber::yield();
      trace += what;
    };
    for (std::int64_t i = 0; i < depth; ++i) {
      fiber::gather(
          [&] {
            fiber::blocking([] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); });
            note("b");
          },
          [&] {
            auto inner = fiber::spawn(copy_current_request_context([] {
              return fiber::blocking([] { return std::string("s"); }) +
                     std::string(request->path.substr(0, 1));
            }));
            note(inner.join());
          },
          [&] {
            fiber::sleep_for(std::chrono::microseconds(100));
            note("t");
          });
    }
    return std::to_string(trace.size());
  });
  fiber::run([&] {
    std::vector<Function<std::string()>> clients;
    for (int i = 0; i < 20; ++i) clients.push_back([&app] { return app.test_client().get("/5").text(); });
    for (const std::string& answer : fiber::gather(std::move(clients))) EXPECT_EQ(answer, "20");
  });
}

TEST(Contexts, ACopyOutlivesTheRequest) {
  Events events;
  App app = noting(events);
  app.post("/<name>", "show", [&events](const std::string&) {
    fiber::spawn(copy_current_request_context([&events] {
      fiber::sleep_for(std::chrono::milliseconds(5));
      events.push_back(std::string(request->method) + " " + std::string(request->url()) + " " +
                       std::string(request->form["a"]) + " " + std::string(request->headers["X-Token"]) +
                       " " + std::string(request->endpoint) + " " + request->view_args["name"].str());
    }));
    return "done";
  });
  fiber::run([&] {
    EXPECT_EQ(app.test_client().post("/x", {.form = {{"a", "b c"}}, .headers = {{"X-Token", "t"}}}).text(),
              "done");
    EXPECT_THAT(events, ElementsAre("request without g", "app"));
    fiber::sleep_for(std::chrono::milliseconds(30));
  });
  EXPECT_THAT(events, ElementsAre("request without g", "app", "POST http://localhost/x b c t show x",
                                  "request without g", "app"));
}

TEST(Contexts, ACopyHasWhatTheSessionHolds) {
  App app{"t"};
  app.config["SECRET_KEY"] = "k";
  app.get("/", "index", [] {
    session["user"] = "ada";
    auto copied = fiber::spawn(copy_current_request_context([] {
      const std::string user = session.get("user").str();
      session["user"] = "changed";
      return user;
    }));
    return copied.join() + " " + session.get("user").str();
  });
  EXPECT_EQ(app.test_client().get("/").text(), "ada ada");
}

// Flask's and SQLAlchemy's "working outside of application context" in threads: nothing says
// how to get one there.
TEST(Contexts, AThreadGetsAContextOrAnErrorThatSaysHow) {
  App app{"t"};
  app.config["GREETING"] = "hello";
  app.freeze();
  std::string message, greeting;
  std::thread([&] {
    try {
      static_cast<void>(current_app->name());
    } catch (const OutsideContext& e) {
      message = e.what();
    }
    const AppContext context = app.app_context();
    greeting = current_app->config.text("GREETING");
  }).join();
  EXPECT_THAT(message, HasSubstr("Working outside of application context."));
  EXPECT_THAT(message, HasSubstr("app.app_context()"));
  EXPECT_EQ(greeting, "hello");
}

TEST(Contexts, AppContextsNestAndEnd) {
  Events events;
  App app = noting(events);
  EXPECT_FALSE(has_app_context());
  {
    const AppContext outer = app.app_context();
    g["x"] = 1;
    {
      const AppContext inner = app.app_context();
      EXPECT_FALSE(g.contains("x"));
    }
    EXPECT_TRUE(g.contains("x"));
    EXPECT_FALSE(has_request_context());
    EXPECT_THROW(static_cast<void>(request->path), OutsideContext);
  }
  EXPECT_THAT(events, ElementsAre("app", "app"));
}

TEST(Contexts, ATestClientMayKeepTheLastContext) {
  Events events;
  App app = noting(events);
  app.get("/", "index", [] {
    g["user"] = "ada";
    return "x";
  });
  struct Nowhere final : Transport {
    std::size_t read_body(char*, std::size_t) override { return 0; }
    std::string_view remote_addr() const override { return "127.0.0.1"; }
    std::uint16_t remote_port() const override { return 0; }
    std::string_view server_addr() const override { return "127.0.0.1"; }
    std::uint16_t server_port() const override { return 80; }
    bool secure() const override { return false; }
  } transport;
  http::RequestHead head;
  head.method = "GET";
  head.target = "/?a=1";
  head.host = "localhost";
  Request made;
  made.reset(head, {}, true, transport);
  Response response;
  KeptContext kept = app.handle_keeping(made, response);
  EXPECT_EQ(response.data(), "x");
  EXPECT_TRUE(events.empty());
  {
    const ContextScope scope(*kept.context());
    EXPECT_EQ(request->args["a"], "1");
    EXPECT_EQ(*g.find<std::string>("user"), "ada");
  }
  kept = {};
  EXPECT_THAT(events, ElementsAre("request without g", "app"));
}

}  // namespace
