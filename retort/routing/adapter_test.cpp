// SPDX-License-Identifier: BSD-3-Clause
#include "retort/routing/adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace retort::routing {
namespace {

using ::testing::ElementsAre;

Map blog() {
  Map map;
  map.add("/", "index");
  map.add("/post/<int:id>", "post", {.methods = {{"GET"}}});
  map.add("/post/<int:id>/edit", "edit", {.methods = {{"POST"}}});
  map.add("/files/<path:p>/", "files");
  map.add("/tag/<v>/", "tag");
  map.add("/chat", "chat", {.websocket = true});
  map.add("/", "user", {.subdomain = "<name>"});
  map.compile();
  return map;
}

std::string redirect(const MapAdapter& adapter, std::string_view path, const QueryArgs& query = {}) {
  MatchResult result;
  adapter.match(result, path, std::nullopt, std::nullopt, query.empty() ? nullptr : &query);
  return result.kind == MatchKind::redirect ? result.location : "no redirect";
}

TEST(MapAdapter, BuildsPathsAndUrls) {
  const Map map = blog();
  const MapAdapter here = map.bind({.server_name = "Example.org:8080", .script_name = "/app"});
  EXPECT_EQ(here.build("index"), "/app/");
  EXPECT_EQ(here.build("post", {{"id", 7}}), "/app/post/7");
  EXPECT_EQ(
      here.build("index", {{"q", "a b&c"}, {"l", std::vector<Variable>{1, 2}}, {"n", nullptr}, {"t", true}}),
      "/app/?q=a+b%26c&l=1&l=2&t=True");
  EXPECT_EQ(here.build("index", {{"q", 1}}, {.append_unknown = false}), "/app/");
  EXPECT_EQ(here.build("index", {}, {.force_external = true}), "http://example.org:8080/app/");
  EXPECT_EQ(here.build("index", {}, {.force_external = true, .url_scheme = ""}), "//example.org:8080/app/");
  EXPECT_EQ(here.build("index", {}, {.force_external = true, .url_scheme = "wss"}),
            "https://example.org:8080/app/");
  EXPECT_EQ(here.build("chat"), "ws://example.org:8080/app/chat");
  EXPECT_EQ(here.build("user", {{"name", "bob"}}), "http://bob.example.org:8080/app/");
}

TEST(MapAdapter, SaysWhyAUrlCannotBeBuilt) {
  const Map map = blog();
  const MapAdapter adapter = map.bind({.server_name = "example.org"});
  const struct {
    const char* endpoint;
    Variables values;
    BuildOptions options;
    const char* message;
  } cases[] = {
      {"pots", {}, {}, "Could not build url for endpoint 'pots'. Did you mean 'post' instead?"},
      {"post", {}, {}, "Could not build url for endpoint 'post'. Did you forget to specify values ['id']?"},
      {"post",
       {{"id", 1}},
       {.method = "PUT"},
       "Could not build url for endpoint 'post' ('PUT') with values ['id']. Did you mean to use methods "
       "['GET', 'HEAD']?"},
      {"post",
       {{"z", 1}, {"a", 2}},
       {},
       "Could not build url for endpoint 'post' with values ['a', 'z']. Did you forget to specify values "
       "['id']?"},
  };
  for (const auto& c : cases) {
    const auto url = adapter.try_build(c.endpoint, c.values, c.options);
    ASSERT_FALSE(url.ok()) << *url;
    EXPECT_EQ(url.error().message, c.message);
    EXPECT_THROW(adapter.build(c.endpoint, c.values, c.options), BuildError);
  }
  EXPECT_EQ(adapter.build("edit", {{"id", 1}}), "/post/1/edit");  // any method will do if none is asked for
}

TEST(MapAdapter, MakesAbsoluteRedirects) {
  const Map map = blog();
  const MapAdapter adapter =
      map.bind({.server_name = "example.org", .script_name = "/app", .url_scheme = "https"});
  EXPECT_EQ(redirect(adapter, "/files/a b"), "https://example.org/app/files/a%20b/");
  EXPECT_EQ(redirect(adapter, "//files//x"), "https://example.org/app/files/x/");
  EXPECT_EQ(redirect(adapter, "/files/a", "raw=%zz"), "https://example.org/app/files/a/?raw=%zz");
  EXPECT_EQ(redirect(adapter, "/files/a", Variables{{"k", "v&w"}}),
            "https://example.org/app/files/a/?k=v%26w");
  // No text of a path can turn the redirect to another host.
  EXPECT_EQ(redirect(adapter, "//evil.test/files"), "no redirect");
  EXPECT_EQ(redirect(adapter, "/tag//a\r\nSet-Cookie: a=b"),
            "https://example.org/app/tag/a%0D%0ASet-Cookie:%20a=b/");
}

TEST(MapAdapter, RedirectsAliasesAndRedirectTo) {
  Map map;
  map.add("/index.html", "index", {.alias = true});
  map.add("/", "index");
  map.add("/orphan", "orphan", {.alias = true});
  map.add("/old/<int:id>", "old", {.redirect_to = "new/<id>"});
  map.add("/away", "away", {.redirect_to = "https://elsewhere.test/x?y#z"});
  RuleOptions computed;
  computed.redirect_function = [](const MapAdapter& a, const Variables& v) {
    return "../" + a.server_name() + "/" + v.find("name")->str();
  };
  map.add("/call/<name>", "call", std::move(computed));
  map.compile();
  const MapAdapter adapter =
      map.bind({.server_name = "example.org", .script_name = "/app", .query_args = "q=1"});
  EXPECT_EQ(redirect(adapter, "/index.html"), "http://example.org/app/?q=1");
  EXPECT_EQ(redirect(adapter, "/old/7"), "http://example.org/app/new/7");
  EXPECT_EQ(redirect(adapter, "/away"), "https://elsewhere.test/x?y#z");
  EXPECT_EQ(redirect(adapter, "/call/n"), "http://example.org/example.org/n");
  EXPECT_EQ(redirect(adapter, "/orphan"), "http://example.org/app/orphan?q=1");
}

TEST(MapAdapter, TestsAndListsMethods) {
  const Map map = blog();
  const MapAdapter adapter = map.bind({.server_name = "example.org", .path_info = "/post/1"});
  EXPECT_TRUE(adapter.test());
  EXPECT_FALSE(adapter.test("/post/1", "post"));
  EXPECT_TRUE(adapter.test("/files/a"));
  EXPECT_THAT(adapter.allowed_methods(), ElementsAre("GET", "HEAD"));
  EXPECT_THAT(adapter.allowed_methods("/"), ElementsAre());
}

TEST(MapAdapter, KeepsViewsIntoThePathItWasGiven) {
  const Map map = blog();
  const MapAdapter adapter = map.bind({.server_name = "example.org"});
  const std::string path = "files/abc/";  // no slash in front: the adapter adds one
  MatchResult result;
  adapter.match(result, path);
  ASSERT_EQ(result.kind, MatchKind::match);
  EXPECT_EQ(result[0].text(), "abc");
  EXPECT_EQ(result[0].text().data(), path.data() + 6);
}

TEST(MapAdapter, PrefersTheBoundHostWhenBuilding) {
  Map map({.host_matching = true});
  map.add("/", "e", {.host = "a.test"});
  map.add("/", "e", {.host = "b.test"});
  map.compile();
  EXPECT_EQ(map.bind({.server_name = "b.test"}).build("e"), "/");
  EXPECT_EQ(map.bind({.server_name = "c.test"}).build("e"), "http://a.test/");
  EXPECT_THROW(map.bind({.server_name = "c.test", .subdomain = "x"}), std::invalid_argument);
}

TEST(MapAdapter, RefusesWhatIsNoHostName) {
  const Map map = blog();
  EXPECT_THROW(map.bind({.server_name = "a..b"}), std::invalid_argument);
  EXPECT_THROW(map.bind({.server_name = std::string(64, 'a') + ".org"}), std::invalid_argument);
  EXPECT_EQ(map.bind({.server_name = "\xe2\x98\x83.Example.org:80"}).server_name(), "xn--n3h.example.org:80");
  EXPECT_THROW(Map().bind({.server_name = "a"}), std::logic_error);  // not compiled
}

TEST(BindOptions, FindTheSubdomain) {
  Map map({.default_subdomain = "www"});
  map.compile();
  const struct {
    const char* host;
    const char* server_name;
    std::optional<std::string> subdomain;
  } cases[] = {{"a.b.example.org", "example.org", "a.b"},
               {"Example.org", "example.org:80", ""},
               {"other.test", "example.org", std::nullopt},
               {"notexample.org", "example.org", std::nullopt}};
  for (const auto& c : cases) {
    RequestEnvironment environment;
    environment.host = c.host;
    EXPECT_EQ(bind_options(map, environment, c.server_name).subdomain, c.subdomain) << c.host;
  }
  RequestEnvironment socket;
  socket.scheme = "https";
  socket.host = "example.org";
  socket.websocket_upgrade = true;
  EXPECT_EQ(bind_options(map, socket).url_scheme, "wss");
}

}  // namespace
}  // namespace retort::routing
