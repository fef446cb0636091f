// SPDX-License-Identifier: BSD-3-Clause
// Expected values are Flask 3.1's.
#include "retort/app/app.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/client.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/globals.h"
#include "retort/app/url_for.h"
#include "retort/base/text.h"
#include "retort/routing/adapter.h"
#include "retort/routing/converter.h"
#include "retort/routing/map.h"

namespace retort {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

template <class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "no error";
}

std::string get(App& app, const char* path) { return app.test_client().get(path).data; }
std::string plain() { return "plain"; }

TEST(App, RefusesSetUpAfterItsFirstRequest) {
  App app{"closed"};
  Blueprint bp{"bp"};
  app.get<plain>("/");
  EXPECT_EQ(get(app, "/"), "plain");
  const std::pair<const char*, Function<void()>> methods[] = {
      {"add_url_rule", [&] { app.get("/x", "x", [] { return ""; }); }},
      {"endpoint", [&] { app.endpoint("x", [] { return ""; }); }},
      {"before_request", [&] { app.before_request([] {}); }},
      {"after_request", [&] { app.after_request([](Response&) {}); }},
      {"teardown_request", [&] { app.teardown_request([] {}); }},
      {"teardown_appcontext", [&] { app.teardown_appcontext([] {}); }},
      {"url_value_preprocessor", [&] { app.url_value_preprocessor([](std::string_view, Value&) {}); }},
      {"url_defaults", [&] { app.url_defaults([](std::string_view, Value&) {}); }},
      {"context_processor", [&] { app.context_processor([] { return Value::dict(); }); }},
      {"errorhandler", [&] { app.errorhandler(404, [] { return ""; }); }},
      {"register_blueprint", [&] { app.register_blueprint(bp); }},
      {"template_filter", [&] { app.template_filter("f", [](std::string_view) { return ""; }); }},
      {"wrap", [&] { app.wrap([](Handler&, Request&, Response&) {}); }},
      {"url_build_error_handler",
       [&] {
         app.url_build_error_handler(
             [](const std::string&, std::string_view,
                const routing::Variables&) -> std::optional<std::string> { return std::nullopt; });
       }},
  };
  for (const auto& [name, call] : methods) {
    EXPECT_THAT(error_of([&] { call(); }),
                HasSubstr(std::string(name) + "() was called on 'closed' after its first request"));
  }
}

TEST(App, NamesTheEndpointThatIsTaken) {
  App app{"taken"};
  app.get("/a", "x", [] { return "a"; });
  EXPECT_THAT(error_of([&] { app.get("/b", "x", [] { return "b"; }); }),
              HasSubstr("View function mapping is overwriting an existing endpoint function: x"));
}

TEST(App, BindsEndpointsToRulesAddedWithoutAView) {
  App app{"endpoints"};
  app.endpoint("early", [] { return "early"; });
  app.add_url_rule("/early", "early");
  app.add_url_rule("/late/<int:n>", "late", RouteOptions{.rule = {.methods = {{"GET", "POST"}}}});
  app.endpoint("late", [](std::int64_t n) { return std::to_string(n); });
  EXPECT_EQ(get(app, "/early"), "early");
  EXPECT_EQ(app.test_client().post("/late/7").data, "7");
  App without{"without"};
  without.add_url_rule("/x", "x");
  EXPECT_THAT(error_of([&] { without.freeze(); }), HasSubstr("the rule '/x' of 'without' has no view"));
  App twice{"twice"};
  twice.get("/x", "x", [] { return ""; });
  twice.endpoint("x", [] { return ""; });
  EXPECT_THAT(error_of([&] { twice.freeze(); }), HasSubstr("the endpoint 'x' of 'twice' has two views"));
}

TEST(App, KeepsWhatExtensionsPutIntoIt) {
  struct Pool {
    int size;
  };
  App app{"extensions"};
  app.extensions.set("pool", Pool{5});
  App moved = std::move(app);
  moved.get("/", "index", [] { return std::to_string(current_app->extensions.get<Pool>("pool").size); });
  EXPECT_EQ(get(moved, "/"), "5");
}

TEST(App, OpensResourcesAndInstanceResources) {
  std::string folder = (fs::temp_directory_path() / "retort-app-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  fs::create_directory(fs::path(folder) / "instance");
  std::ofstream(fs::path(folder) / "schema.sql") << "create\n";
  std::ofstream(fs::path(folder) / "instance" / "key") << "k";
  const App app{"resources", {.root_path = folder}};
  EXPECT_EQ(app.open_resource("schema.sql"), "create\n");
  EXPECT_EQ(app.open_instance_resource("key"), "k");
  EXPECT_THAT(error_of([&] { app.open_resource("nothing"); }), HasSubstr("/nothing' cannot be read"));
  const Blueprint bp{"bp", {.root_path = folder + "/instance"}};
  EXPECT_EQ(bp.open_resource("key"), "k");
  fs::remove_all(folder);
}

TEST(App, OfOneProcessDoNotTouchEachOther) {
  App one{"one"};
  App two{"two"};
  Blueprint shared{"shared", {.url_prefix = "/shared"}};
  shared.get("/", "index", [] { return current_app->name() + " " + url_for("own", {}, {.anchor = "x"}); });
  for (App* app : {&one, &two}) {
    app->register_blueprint(shared);
    app->get("/own", "own", [] { return current_app->name(); });
  }
  two.before_request([] { return std::optional<std::string>(); });
  two.errorhandler(404, [] { return pair{"two's", 404}; });
  two.url_map().add_converter(
      "list",
      [](const routing::ConverterArguments&) -> std::unique_ptr<routing::Converter> { return nullptr; });
  EXPECT_EQ(get(one, "/shared/"), "one /own#x");
  EXPECT_EQ(get(two, "/shared/"), "two /own#x");
  EXPECT_EQ(get(two, "/none"), "two's");
  EXPECT_THAT(get(one, "/none"), HasSubstr("404 Not Found"));
  EXPECT_FALSE(one.url_map().has_converter("list"));
  EXPECT_NE(&one.logger, &two.logger);
}

class UpperCase final : public routing::Converter {
 public:
  std::optional<routing::Variable> to_value(std::string_view value) const override {
    return routing::Variable(text::to_upper(value));
  }
  routing::UrlText to_url(const routing::Variable& value) const override {
    return Converter::to_url(routing::Variable(text::to_lower(value.str())));
  }
};

class Doubled final : public routing::Converter {
 public:
  std::string regex() const override { return "[0-9]"; }
  std::optional<routing::Variable> to_value(std::string_view value) const override {
    return routing::Variable(2 * (value[0] - '0'));
  }
};

TEST(App, TakesConvertersOfItsOwn) {
  App app{"converters"};
  app.url_map().add_converter("upper",
                              [](const routing::ConverterArguments&) -> std::unique_ptr<routing::Converter> {
                                return std::make_unique<UpperCase>();
                              });
  app.add_url_rule("/shout/<upper:word>", "shout", [](std::string_view word) {
    return std::string(word) + " " + url_for("shout", {{"word", "LOUD"}});
  });
  app.url_map().add_converter("doubled",
                              [](const routing::ConverterArguments&) -> std::unique_ptr<routing::Converter> {
                                return std::make_unique<Doubled>();
                              });
  app.add_url_rule("/twice/<doubled:n>", "twice", [](std::int64_t n) { return std::to_string(n); });
  EXPECT_EQ(get(app, "/shout/hey"), "HEY /shout/loud");
  EXPECT_EQ(get(app, "/twice/4"), "8");
}

// url_for.

TEST(UrlForOptions, AreFlasks) {
  struct Case {
    const char* endpoint;
    routing::Variables values;
    UrlOptions options;
    const char* expected;
  };
  const std::vector<Case> cases = {
      {"post", {{"id", 7}}, {}, "/post/7"},
      {"post", {{"id", 7}, {"q", "a b&c"}}, {}, "/post/7?q=a+b%26c"},
      {"post", {{"id", 7}, {"q", std::vector<routing::Variable>{1, 2}}}, {}, "/post/7?q=1&q=2"},
      {"post", {{"id", 7}, {"q", nullptr}}, {}, "/post/7"},
      {"post", {{"id", 7}}, {.anchor = "x y"}, "/post/7#x%20y"},
      {"post", {{"id", 7}, {"q", 1}}, {.anchor = ""}, "/post/7?q=1#"},
      {"post", {{"id", 7}}, {.external = true}, "http://localhost/post/7"},
      {"post", {{"id", 7}}, {.external = false}, "/post/7"},
      {"post", {{"id", 7}}, {.scheme = "https"}, "https://localhost/post/7"},
      {"post", {{"id", 7}}, {.scheme = ""}, "//localhost/post/7"},
      {"post", {{"id", 7}}, {.scheme = "https", .external = true}, "https://localhost/post/7"},
      {"many", {}, {.method = "POST"}, "/many-post"},
      {"many", {}, {.method = "GET"}, "/many"},
      {"many", {}, {}, "/many"},
  };
  App app{"urls"};
  app.add_url_rule("/post/<int:id>", "post", [] { return ""; });
  app.add_url_rule("/many-post", "many", RouteOptions{.rule = {.methods = {{"POST"}}}});
  app.add_url_rule("/many", "many", RouteOptions{});
  app.endpoint("many", [] { return ""; });
  std::vector<std::string> built;
  app.get("/", "index", [&] {
    for (const Case& c : cases) built.push_back(url_for(c.endpoint, c.values, c.options));
    EXPECT_THROW(url_for("index", {}, {.scheme = "https", .external = false}), std::invalid_argument);
    return "";
  });
  EXPECT_EQ(app.test_client().get("/").status_code, 200);
  ASSERT_EQ(built.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(built[i], cases[i].expected) << i;
}

TEST(UrlForOptions, OutsideOfARequestNeedServerName) {
  App app{"outside"};
  app.config["SERVER_NAME"] = "example.com:8080";
  app.config["APPLICATION_ROOT"] = "/app";
  app.config["PREFERRED_URL_SCHEME"] = "https";
  app.get<plain>("/");
  const AppContext context = app.app_context();
  EXPECT_EQ(url_for("plain"), "https://example.com:8080/app/");
  EXPECT_EQ(url_for("plain", {}, {.external = false}), "/app/");
  EXPECT_EQ(url_for("plain", {}, {.scheme = "http"}), "http://example.com:8080/app/");
}

TEST(UrlForOptions, OutsideOfARequestWithoutServerNameSayWhatIsMissing) {
  App app{"outside"};
  app.get<plain>("/");
  const AppContext context = app.app_context();
  EXPECT_THAT(error_of([] { url_for("plain"); }), HasSubstr("SERVER_NAME"));
}

TEST(UrlBuildErrors, AskTheAppsHandlersInTurn) {
  App app{"handlers"};
  app.url_build_error_handler([](const std::string&, std::string_view endpoint,
                                 const routing::Variables&) -> std::optional<std::string> {
    if (endpoint == "cdn") throw routing::BuildError("replaced");
    return std::nullopt;
  });
  app.url_build_error_handler([](const std::string& error, std::string_view endpoint,
                                 const routing::Variables& values) -> std::optional<std::string> {
    if (endpoint == "external") return "https://cdn/" + values.find("x")->str();
    if (endpoint == "cdn") return error;
    return std::nullopt;
  });
  app.get("/", "index", [] {
    std::string out = url_for("external", {{"x", "y"}}) + " " + url_for("cdn") + " ";
    try {
      url_for("nowhere");
    } catch (const routing::BuildError& e) {
      out += e.what();
    }
    return out;
  });
  EXPECT_THAT(get(app, "/"), HasSubstr("https://cdn/y replaced Could not build url for endpoint 'nowhere'"));
}

TEST(UrlDefaults, MayAddAndReplaceValues) {
  App app{"defaults"};
  app.url_defaults([](std::string_view endpoint, Value& values) {
    if (endpoint != "page") return;
    if (!values.contains("lang")) values.set("lang", "en");
    values.set("always", "new");
  });
  app.add_url_rule("/<lang>/page", "page", [] { return ""; });
  app.get("/", "index", [] {
    return url_for("page") + " " + url_for("page", {{"lang", "de"}, {"always", "old"}}) + " " +
           url_for("index");
  });
  EXPECT_EQ(get(app, "/"), "/en/page?always=new /de/page?always=new /");
}

// Wrapping.

struct Tag : Handler {
  Tag(Handler& inner, std::string text) : next(inner), tag(std::move(text)) {}
  void handle(Request& request, Response& response) override {
    next.handle(request, response);
    response.headers.add("X-Tag", tag);
  }
  Handler& next;
  std::string tag;
};

TEST(Wrap, PutsTheLastOutermost) {
  App app{"wrapped"};
  app.get<plain>("/");
  app.wrap<Tag>("inner");
  app.wrap([](Handler& next, Request& request, Response& response) {
    if (request.path == "/closed") {
      response.status_code = 503;
      return;
    }
    next.handle(request, response);
    response.headers.add("X-Tag", "outer");
  });
  App moved = std::move(app);
  const TestResponse response = moved.test_client().get("/");
  EXPECT_EQ(response.data, "plain");
  EXPECT_THAT(response.headers.getlist("X-Tag"), ElementsAre("inner", "outer"));
  EXPECT_EQ(moved.test_client().get("/closed").status_code, 503);
}

}  // namespace
}  // namespace retort
