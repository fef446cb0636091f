// SPDX-License-Identifier: BSD-3-Clause
// Expected values are Flask 3.1's.
#include "retort/app/blueprint.h"

#include <string>
#include <vector>

#include "tests/support/client.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/url_for.h"
#include "retort/routing/map.h"

namespace retort {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

template <class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const SetupError& e) {
    return e.what();
  }
  return "no error";
}

std::string get(App& app, const char* path) { return app.test_client().get(path).data; }

std::string endpoint_view() {
  return std::string(request->endpoint) + " of " + std::string(request->blueprint);
}

TEST(Blueprint, ADotInANameIsAnError) {
  EXPECT_THAT(error_of([] { Blueprint("a.b"); }), HasSubstr("dot"));
  EXPECT_THAT(error_of([] { Blueprint bp(""); }), HasSubstr("name"));
}

TEST(Blueprint, RegisteredTwiceNeedsTwoNames) {
  App app{"app"};
  Blueprint bp{"bp"};
  Blueprint other{"bp"};
  bp.get<endpoint_view>("/");
  app.register_blueprint(bp, {.url_prefix = "/a"});
  EXPECT_EQ(
      error_of([&] { app.register_blueprint(bp); }),
      "The name 'bp' is already registered for this blueprint. Use {.name = ...} to provide a unique name.");
  EXPECT_EQ(
      error_of([&] { app.register_blueprint(other); }),
      "The name 'bp' is already registered for a different blueprint. Use {.name = ...} to provide a unique "
      "name.");
  app.register_blueprint(bp, {.url_prefix = "/b", .name = "again"});
  EXPECT_EQ(get(app, "/a/"), "bp.endpoint_view of bp");
  EXPECT_EQ(get(app, "/b/"), "again.endpoint_view of again");
}

TEST(Blueprint, NestedNamesThatClashNameTheWholePath) {
  App app{"app"};
  Blueprint parent{"parent"};
  Blueprint child{"child"};
  parent.register_blueprint(child);
  parent.register_blueprint(child);
  EXPECT_EQ(error_of([&] { app.register_blueprint(parent); }),
            "The name 'child' is already registered for this blueprint 'parent.child'. Use {.name = ...} to "
            "provide a unique name.");
}

TEST(Blueprint, PrefixesSubdomainsAndDefaultsNest) {
  App app{"app", {.subdomain_matching = true}};
  app.config["SERVER_NAME"] = "example.com";
  Blueprint child{"child", {.url_prefix = "/child", .subdomain = "c"}};
  child.get<endpoint_view>("/x/");
  Blueprint parent{"parent", {.url_prefix = "/parent/", .subdomain = "p", .url_defaults = {{"lang", "en"}}}};
  parent.register_blueprint(child, {.url_prefix = "/other"});
  app.register_blueprint(parent);
  TestClient client = app.test_client();
  EXPECT_EQ(client.get("/parent/other/x/", {.headers = {{"Host", "c.p.example.com"}}}).data,
            "parent.child.endpoint_view of parent.child");
  EXPECT_EQ(client.get("/parent/other/x/").status_code, 404);
  // A parent's url_defaults are not its children's.
  EXPECT_EQ(app.url_map().iter_rules("parent.child.endpoint_view").front()->defaults().size(), 0U);
}

TEST(Blueprint, DefaultsOfTheRegistrationWin) {
  App app{"app"};
  Blueprint bp{"bp", {.url_defaults = {{"a", "own"}, {"b", "own"}}}};
  bp.add_url_rule("/", "index", [](std::string_view a, std::string_view b) {
    return std::string(a) + " " + std::string(b);
  });
  app.register_blueprint(bp, {.url_defaults = {{"b", "given"}}});
  EXPECT_EQ(get(app, "/"), "own given");
}

TEST(Blueprint, AppWideHooksRunOnceHoweverOftenItIsRegistered) {
  App app{"app"};
  std::vector<std::string> events;
  Blueprint bp{"bp"};
  bp.before_app_request([&] { events.emplace_back("app"); });
  bp.before_request([&] { events.emplace_back("own"); });
  bp.get("/", "index", [] { return "x"; });
  app.register_blueprint(bp, {.url_prefix = "/a"});
  app.register_blueprint(bp, {.url_prefix = "/b", .name = "b"});
  app.get("/", "index", [] { return "x"; });
  get(app, "/");
  EXPECT_THAT(events, ElementsAre("app"));
  get(app, "/b/");
  EXPECT_THAT(events, ElementsAre("app", "app", "own"));
}

TEST(Blueprint, RecordedFunctionsRunAtEachOrTheFirstRegistrationWithAnApp) {
  std::vector<std::string> events;
  Blueprint bp{"bp"};
  bp.record([&](App& app) { events.push_back("each " + app.name()); });
  bp.record_once([&](App& app) { events.push_back("once " + app.name()); });
  App one{"one"};
  one.register_blueprint(bp);
  one.register_blueprint(bp, {.name = "again"});
  App two{"two"};
  two.register_blueprint(bp);
  EXPECT_THAT(events, ElementsAre("each one", "once one", "each one", "each two", "once two"));
}

TEST(Blueprint, IsClosedOnceItIsRegistered) {
  App app{"app"};
  Blueprint bp{"bp"};
  app.register_blueprint(bp);
  EXPECT_EQ(
      error_of([&] { bp.get("/", "index", [] { return "x"; }); }),
      "add_url_rule() was called on the blueprint 'bp' after it was registered: what is added now would not "
      "be there; set it up first");
  EXPECT_THAT(error_of([&] { bp.before_app_request([] {}); }), HasSubstr("before_app_request()"));
  EXPECT_THAT(error_of([&] { bp.record([](App&) {}); }), HasSubstr("record()"));
}

TEST(Blueprint, IsListedByItsApp) {
  App app{"app"};
  Blueprint parent{"parent"};
  Blueprint child{"child"};
  parent.register_blueprint(child);
  app.register_blueprint(parent);
  std::vector<std::pair<std::string, std::string>> names;
  for (const auto& [name, blueprint] : app.iter_blueprints()) names.emplace_back(name, blueprint.name());
  EXPECT_THAT(names, ElementsAre(Pair("parent", "parent"), Pair("parent.child", "child")));
}

TEST(Blueprint, EndpointsAreRelativeInUrlFor) {
  App app{"app"};
  Blueprint parent{"parent", {.url_prefix = "/p"}};
  Blueprint child{"child", {.url_prefix = "/c"}};
  const auto view = [] { return url_for(".index") + " " + url_for("index"); };
  app.get("/", "index", view);
  parent.get("/", "index", view);
  child.get("/", "index", view);
  parent.register_blueprint(child);
  app.register_blueprint(parent);
  EXPECT_EQ(get(app, "/"), "/ /");
  EXPECT_EQ(get(app, "/p/"), "/p/ /");
  EXPECT_EQ(get(app, "/p/c/"), "/p/c/ /");
}

TEST(Blueprint, MayNameTheViewOfAnEndpointApart) {
  App app{"app"};
  Blueprint bp{"bp", {.url_prefix = "/bp"}};
  bp.add_url_rule("/one", "shared");
  bp.add_url_rule("/two/<int:n>", "shared", RouteOptions{});
  bp.endpoint("shared", [] { return std::string(request->endpoint); });
  app.register_blueprint(bp);
  EXPECT_EQ(get(app, "/bp/one"), "bp.shared");
  EXPECT_EQ(get(app, "/bp/two/7"), "bp.shared");
}

TEST(Blueprint, HandsItsHooksAndPreprocessorsToTheWholeApp) {
  App app{"app"};
  Blueprint bp{"bp"};
  bp.app_url_value_preprocessor([](std::string_view, Value& values) {
    if (!values.is_none()) values.set("name", "changed");
  });
  bp.app_url_defaults([](std::string_view, Value& values) { values.set("lang", "en"); });
  bp.after_app_request([](Response& response) { response.headers.set("X-App", "1"); });
  bp.app_errorhandler(404, [] { return pair{"app-wide", 404}; });
  app.get("/<name>", "show", [](std::string_view name) { return std::string(name) + url_for("other"); });
  app.get("/other", "other", [] { return ""; });
  app.register_blueprint(bp);
  EXPECT_EQ(get(app, "/x"), "changed/other?lang=en");
  EXPECT_EQ(app.test_client().get("/x").headers["X-App"], "1");
  EXPECT_EQ(get(app, "/no/where"), "app-wide");
}

}  // namespace
}  // namespace retort
