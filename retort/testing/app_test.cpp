// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/app.h"

#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/globals.h"
#include "retort/app/inject.h"
#include "retort/app/redirect.h"
#include "retort/app/url_for.h"
#include "retort/fiber/fiber.h"
#include "retort/message/files.h"
#include "retort/testing/client.h"

namespace retort {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string index() { return "Home Page"; }
std::string user_profile(const std::string& name) { return "Profile: " + name; }
std::string show_post(std::int64_t post_id) { return "Post #" + std::to_string(post_id); }
std::string show_price(double amount) { return std::to_string(amount); }
std::string_view serve_file(std::string_view path) { return path; }
std::string get_item(const Uuid& id) { return id.str(); }
std::string narrow(std::uint8_t n) { return std::to_string(n); }
std::string both(int a, Request& request, const std::string& b) {
  return std::to_string(a) + b + request.method.data()[0];
}

App make_app() {
  App app{"test"};
  app.get<index>("/");
  app.get<user_profile>("/user/<name>");
  app.get<show_post>("/post/<int:post_id>");
  app.get<show_price>("/price/<float:amount>");
  app.get<serve_file>("/files/<path:path>");
  app.get<get_item>("/item/<uuid:id>");
  app.get<narrow>("/narrow/<int:n>");
  app.get<both>("/both/<int:a>/<b>");
  return app;
}

TEST(App, TypedRoutesTakeTheRulesVariables) {
  App app = make_app();
  TestClient client = app.test_client();
  EXPECT_EQ(client.get("/").text(), "Home Page");
  EXPECT_EQ(client.get("/user/fo%20lau").text(), "Profile: fo lau");
  EXPECT_EQ(client.get("/post/42").text(), "Post #42");
  EXPECT_EQ(client.get("/price/1.5").text(), "1.500000");
  EXPECT_EQ(client.get("/files/a/b.txt").text(), "a/b.txt");
  EXPECT_EQ(client.get("/item/a8098c1a-f86e-11da-bd1a-00112444be1e").text(),
            "a8098c1a-f86e-11da-bd1a-00112444be1e");
  EXPECT_EQ(client.get("/both/7/x").text(), "7xG");
  EXPECT_EQ(client.get("/post/x").status_code, 404);
  EXPECT_EQ(client.get("/narrow/255").text(), "255");
  EXPECT_EQ(client.get("/narrow/256").status_code, 404);
  EXPECT_EQ(client.get("/").headers["Content-Type"], "text/html; charset=utf-8");
}

TEST(App, HeadOptionsAnd405AreAutomatic) {
  App app = make_app();
  TestClient client = app.test_client();
  const auto head = client.head("/");
  EXPECT_EQ(head.status_code, 200);
  EXPECT_EQ(head.text(), "");
  EXPECT_EQ(head.headers["Content-Length"], "9");
  EXPECT_EQ(client.options("/").headers["Allow"], "GET, HEAD, OPTIONS");
  const auto refused = client.post("/");
  EXPECT_EQ(refused.status_code, 405);
  EXPECT_EQ(refused.headers["Allow"], "GET, HEAD, OPTIONS");
}

TEST(App, SlashesRedirect) {
  App app{"test"};
  app.get("/a/", "a", [] { return "a"; });
  TestClient client = app.test_client();
  const auto moved = client.get("/a?x=1");
  EXPECT_EQ(moved.status_code, 308);
  EXPECT_EQ(moved.location(), "http://localhost/a/?x=1");
  const auto followed = client.get("/a", {.follow_redirects = true});
  EXPECT_EQ(followed.text(), "a");
  EXPECT_EQ(followed.history.size(), 1u);
}

struct Point {
  int y = 2;
  int x = 1;
};

TEST(App, ViewsReturnWhatFlasksMay) {
  App app{"test"};
  app.get("/text", [] { return std::string("t"); });
  app.get("/literal", [] { return "literal"; });
  app.get("/json", [] { return json({{"b", 1}, {"a", "\xc3\xa4"}}); });
  app.get("/value", [] { return Value::list({1, 2}); });
  app.get("/bytes", [] { return Value::bytes("\xff"); });
  app.get("/aggregate", [] { return Point{}; });
  app.get("/vector", [] { return std::vector<Point>{{}, {}}; });
  app.get("/status", [] { return status(204); });
  app.get("/pair", [] { return pair{"no", 418}; });
  app.get("/tuple", [] { return tuple{json({{"a", 1}}), 201, Headers{{"X-A", "b"}}}; });
  app.get("/headers", [] { return pair{std::string("h"), Headers{{"Content-Type", "text/plain"}}}; });
  app.get("/none", [] { return std::optional<Point>(); });
  app.get("/some", [] { return std::optional<std::string>("some"); });
  app.get("/response", [] { return Response("made", 202); });
  app.get("/stream", [] { return stream([](BodyWriter& out) { out.write("piece"); }); });
  TestClient client = app.test_client();
  EXPECT_EQ(client.get("/literal").text(), "literal");
  EXPECT_EQ(client.get("/json").text(), "{\"a\":\"\\u00e4\",\"b\":1}\n");
  EXPECT_EQ(client.get("/json").mimetype(), "application/json");
  EXPECT_EQ(client.get("/value").text(), "[1,2]\n");
  EXPECT_EQ(client.get("/bytes").text(), "\xff");
  EXPECT_EQ(client.get("/bytes").mimetype(), "text/html");
  EXPECT_EQ(client.get("/aggregate").text(), "{\"x\":1,\"y\":2}\n");
  EXPECT_EQ(client.get("/vector").text(), "[{\"x\":1,\"y\":2},{\"x\":1,\"y\":2}]\n");
  EXPECT_EQ(client.get("/status").status_code, 204);
  EXPECT_EQ(client.get("/pair").status_code, 418);
  EXPECT_EQ(client.get("/tuple").status_code, 201);
  EXPECT_EQ(client.get("/tuple").headers["X-A"], "b");
  EXPECT_EQ(client.get("/headers").headers["Content-Type"], "text/plain");
  EXPECT_EQ(client.get("/none").status_code, 404);
  EXPECT_EQ(client.get("/some").text(), "some");
  EXPECT_EQ(client.get("/response").status_code, 202);
  EXPECT_EQ(client.get("/stream").text(), "piece");
}

TEST(App, HooksRunInFlasksOrder) {
  std::string log;
  App app{"test"};
  Blueprint bp{"bp", {.url_prefix = "/bp"}};
  app.before_request([&] { log += "app-before "; });
  bp.before_request([&] { log += "bp-before "; });
  bp.before_app_request([&] { log += "bp-app-before "; });
  app.after_request([&](Response r) {
    log += "app-after1 ";
    return r;
  });
  app.after_request([&](Response&) { log += "app-after2 "; });
  bp.after_request([&](Response&) { log += "bp-after "; });
  app.teardown_request([&] { log += "app-teardown "; });
  bp.teardown_request([&](std::exception_ptr error) { log += error ? "bp-error " : "bp-teardown "; });
  app.teardown_appcontext([&] { log += "appcontext "; });
  bp.get("/", "view", [&] {
    log += "view ";
    after_this_request([&](Response&) { log += "this "; });
    return "";
  });
  app.register_blueprint(bp);
  app.test_client().get("/bp/");
  EXPECT_EQ(
      log,
      "app-before bp-app-before bp-before view this bp-after app-after2 app-after1 bp-teardown app-teardown "
      "appcontext ");
}

TEST(App, BeforeRequestMayAnswer) {
  App app{"test"};
  app.before_request([](Request& request) -> std::optional<Response> {
    if (request.args.contains("stop")) return Response("stopped", 403);
    return std::nullopt;
  });
  app.get("/", [] { return "view"; });
  TestClient client = app.test_client();
  EXPECT_EQ(client.get("/").text(), "view");
  EXPECT_EQ(client.get("/?stop").status_code, 403);
}

struct BaseError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct DerivedError : BaseError {
  using BaseError::BaseError;
};

TEST(App, TheMostDerivedHandlerWinsAndTheBlueprintsFirst) {
  App app{"test"};
  Blueprint bp{"bp", {.url_prefix = "/bp"}};
  app.errorhandler<std::exception>([](const std::exception&) { return pair{"std", 500}; });
  app.errorhandler<BaseError>([](const BaseError& e) { return pair{std::string("base ") + e.what(), 500}; });
  app.errorhandler(404, [](const HTTPException& e) { return pair{"app " + std::to_string(e.code()), 404}; });
  bp.errorhandler<NotFound>([](const NotFound&) { return pair{"bp", 404}; });
  app.get("/derived", []() -> std::string { throw DerivedError("x"); });
  app.get("/logic", []() -> std::string { throw std::logic_error("x"); });
  app.get("/abort", []() -> std::string { abort(404); });
  bp.get("/abort", "abort", []() -> std::string { abort(404); });
  app.register_blueprint(bp);
  TestClient client = app.test_client();
  EXPECT_EQ(client.get("/derived").text(), "base x");
  EXPECT_EQ(client.get("/logic").text(), "std");
  EXPECT_EQ(client.get("/abort").text(), "app 404");
  EXPECT_EQ(client.get("/bp/abort").text(), "bp");
  EXPECT_EQ(client.get("/nowhere").text(), "app 404");
}

TEST(App, WhatAnExceptionSaysStaysInsideUnlessInDebugMode) {
  for (const bool debug : {false, true}) {
    App app{"test"};
    app.logger.remove_standard_error();
    app.config["DEBUG"] = debug;
    app.get("/", []() -> std::string { throw std::runtime_error("secret <detail>"); });
    const auto response = app.test_client().get("/");
    EXPECT_EQ(response.status_code, 500);
    EXPECT_EQ(response.text().find("secret") != std::string::npos, debug);
    EXPECT_EQ(response.text().find("<detail>"), std::string::npos);
  }
}

TEST(App, TestingLetsExceptionsThrough) {
  App app{"test"};
  app.logger.remove_standard_error();
  app.config["TESTING"] = true;
  app.get("/", []() -> std::string { throw std::runtime_error("x"); });
  TestClient client = app.test_client();
  EXPECT_THROW(client.get("/"), std::runtime_error);
}

TEST(App, UrlForBuildsFromNamesAndFunctions) {
  App app = make_app();
  Blueprint bp{"auth", {.url_prefix = "/auth"}};
  bp.get("/login", "login", [] { return url_for(".login", {{"next", "/x y"}}); });
  app.register_blueprint(bp);
  app.get("/urls", [] {
    return url_for("user_profile", {{"name", "folau"}}) + " " + url_for<user_profile>("f/l") + " " +
           url_for<show_post>(7) + " " + url_for<both>(1, "z") + " " +
           url_for("auth.login", {}, {.external = true}) + " " + url_for("index", {}, {.anchor = "top"});
  });
  TestClient client = app.test_client();
  EXPECT_EQ(client.get("/urls").text(),
            "/user/folau /user/f/l /post/7 /both/1/z http://localhost/auth/login /#top");
  EXPECT_EQ(client.get("/auth/login").text(), "/auth/login?next=/x+y");
  EXPECT_THROW(url_for("index"), OutsideContext);
}

TEST(App, BlueprintsNestAndTakeOtherNames) {
  App app{"test"};
  Blueprint parent{"parent", {.url_prefix = "/<lang>"}}, child{"child", {.url_prefix = "/c"}};
  child.get("/<int:id>", "show", [](const std::string& lang, int id) { return lang + std::to_string(id); });
  parent.register_blueprint(child);
  app.register_blueprint(parent);
  app.register_blueprint(child, {.url_prefix = "/again/<lang>", .name = "other"});
  EXPECT_THROW(app.register_blueprint(parent), SetupError);
  TestClient client = app.test_client();
  EXPECT_EQ(client.get("/de/c/7").text(), "de7");
  EXPECT_EQ(client.get("/again/en/8").text(), "en8");
}

TEST(App, UrlValuesMayBeTakenAwayAndAdded) {
  App app{"test"};
  app.url_value_preprocessor(
      [](std::string_view, Value& values) { values.set("n", values["n"].as_int() * 2); });
  app.url_defaults([](std::string_view, Value& values) { values.set("n", 5); });
  app.get("/<int:n>", "twice", [](int n) { return std::to_string(n); });
  app.get("/self/<int:n>", "self", [](int) { return url_for("twice"); });
  TestClient client = app.test_client();
  EXPECT_EQ(client.get("/21").text(), "42");
  EXPECT_EQ(client.get("/self/1").text(), "/5");
}

TEST(App, APreprocessorElsewhereLeavesTheTextOfNumbers) {
  App app{"test"};
  app.url_value_preprocessor([](std::string_view endpoint, Value& values) {
    if (endpoint == "changed") values.set("n", 43);
  });
  const auto view = [](const std::string& n) { return "text " + n; };
  app.add_url_rule("/kept/<int:n>", "kept", view);
  app.add_url_rule("/changed/<int:n>", "changed", view);
  TestClient client = app.test_client();
  EXPECT_EQ(client.get("/kept/007").text(), "text 007");
  EXPECT_EQ(client.get("/changed/42").status_code, 500) << "the text 42 would be wrong";
}

struct Paging {
  int page = 1;
  std::optional<std::string> sort;
};

TEST(App, InjectsQueriesAndForms) {
  App app{"test"};
  app.get("/list",
          [](Query<Paging> paging) { return std::to_string(paging->page) + paging->sort.value_or("-"); });
  app.post("/form", [](Form<Paging> form) { return std::to_string(form->page); });
  TestClient client = app.test_client();
  EXPECT_EQ(client.get("/list").text(), "1-");
  EXPECT_EQ(client.get("/list?page=3&sort=name").text(), "3name");
  const auto wrong = client.get("/list?page=x");
  EXPECT_EQ(wrong.status_code, 422);
  EXPECT_EQ(wrong.text(), "{\"errors\":{\"page\":[\"Not a valid integer.\"]}}\n");
  EXPECT_EQ(client.post("/form", {.form = {{"page", "9"}}}).text(), "9");
  EXPECT_EQ(client.post("/form").status_code, 422);
}

TEST(App, RequestAndGFollowTheirFiber) {
  App app{"test"};
  app.get("/<int:n>", [](int n) {
    g["n"] = n;
    const auto check = [n] {
      fiber::sleep_for(std::chrono::milliseconds(2));
      return g.get<int>("n") == n && request->path == "/" + std::to_string(n);
    };
    const auto [a, b] = fiber::gather(check, check);
    return std::to_string(a && b && check());
  });
  fiber::run([&] {
    std::vector<Function<std::string()>> requests;
    for (int i = 0; i < 20; ++i) {
      requests.emplace_back([&app, i] { return app.test_client().get("/" + std::to_string(i)).text(); });
    }
    for (const std::string& text : fiber::gather(std::move(requests))) EXPECT_EQ(text, "1");
  });
  EXPECT_FALSE(has_request_context());
  EXPECT_THROW((void)request->path, OutsideContext);
}

TEST(App, MistakesAtSetUpNameTheRule) {
  App app{"test"};
  app.get("/x", "same", [] { return "a"; });
  const auto message = [&](auto f) -> std::string {
    try {
      f();
      return "nothing";
    } catch (const std::exception& e) {
      return e.what();
    }
  };
  EXPECT_THAT(message([&] { app.get("/y", "same", [] { return "b"; }); }), HasSubstr("'/y'"));
  EXPECT_THAT(message([&] { app.add_url_rule("/z/<int:n>", "z", [](const std::string&) { return ""; }); }),
              "nothing");
  EXPECT_THAT(message([&] { app.add_url_rule("/w/<name>", "w", [](int) { return ""; }); }),
              HasSubstr("rule '/w/<name>' (endpoint 'w'): the variable 'name'"));
  EXPECT_THAT(message([&] { app.add_url_rule("/v", "v", [](int) { return ""; }); }),
              HasSubstr("has 1 parameters"));
  EXPECT_THAT(message([&] { app.errorhandler(299, [] { return ""; }); }), HasSubstr("errorhandler(299)"));
  app.test_client().get("/x");
  EXPECT_THAT(message([&] { app.get("/late", [] { return ""; }); }), HasSubstr("after its first request"));
}

TEST(App, TakesUploads) {
  App app{"test"};
  app.post("/upload", [](Request& request, Form<Paging> form) {
    FileStorage& file = request.files["file"];
    return std::to_string(form->page) + " " + file.filename + " " + file.mimetype() + " " + file.read();
  });
  TestClient client = app.test_client();
  TestRequest upload{.form = {{"page", "3"}},
                     .files = {{"file", "a b.txt", "data\r\n--retort--", "text/plain"}}};
  EXPECT_EQ(client.post("/upload", upload).text(), "3 a b.txt text/plain data\r\n--retort--");
  EXPECT_EQ(client.post("/upload", {.form = {{"page", "3"}}}).status_code, 400);
}

TEST(App, BoundsForms) {
  const auto status = [](std::string_view limit, std::int64_t value) {
    App app{"test"};
    app.config[limit] = value;
    app.post("/",
             [](Request& request) { return std::to_string(request.form.size() + request.files->size()); });
    return app.test_client()
        .post("/", {.form = {{"a", "12345"}}, .files = {{"f", "x", "12345"}}})
        .status_code;
  };
  EXPECT_EQ(status("MAX_CONTENT_LENGTH", 10), 413);
  EXPECT_EQ(status("MAX_FORM_MEMORY_SIZE", 4), 413);
  EXPECT_EQ(status("MAX_FORM_PARTS", 1), 413);
  EXPECT_EQ(status("MAX_FORM_PARTS", 2), 200);
}

TEST(App, TwoAppsDoNotTouchEachOther) {
  App a{"a"}, b{"b"};
  a.config["NAME"] = "a";
  b.config["NAME"] = "b";
  const auto view = [] { return std::string(current_app->config.text("NAME")); };
  a.get("/", view);
  b.get("/", view);
  EXPECT_EQ(a.test_client().get("/").text(), "a");
  EXPECT_EQ(b.test_client().get("/").text(), "b");
}

TEST(App, AnswersOnManyThreadsAtOnce) {
  App app = make_app();
  app.freeze();
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const auto response = app.test_client().get("/post/" + std::to_string(i));
        EXPECT_EQ(response.text(), "Post #" + std::to_string(i));
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace retort
