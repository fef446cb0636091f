// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/debugger.h"

#include <stdexcept>
#include <string>

#include "tests/support/client.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/app/session.h"
#include "retort/app/templating.h"
#include "retort/cli/detail/close_routes.h"
#include "retort/cli/detail/loopback.h"

namespace shop {

class OutOfStock : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[gnu::noinline]] void take_from_shelf(int id) {
  throw OutOfStock("no <b>more</b> of " + std::to_string(id));  // the line that is shown
}

std::string order(std::int64_t id) {
  take_from_shelf(static_cast<int>(id));
  return "ordered";
}

std::string order_anyway() {
  try {
    take_from_shelf(3);
  } catch (...) {
    std::throw_with_nested(std::logic_error("the order failed"));
  }
  return "ordered";
}

}  // namespace shop

namespace retort {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class DebuggerTest : public ::testing::Test {
 protected:
  DebuggerTest() {
    app.config["DEBUG"] = true;
    app.config["SECRET_KEY"] = "the-secret-of-the-shop";
    app.route<shop::order>("/order/<int:id>", {GET, POST});
    app.get<shop::order_anyway>("/anyway");
    app.get("/page", "page", [] { return render_template_string("<h1>\n{{ 1 / 0 }}\n</h1>"); });
    app.get("/login", "login", [](Session& session) {
      session["user"] = "ada";
      return std::string("in");
    });
    set_debug_pages(app, &debugger);
  }
  static TestRequest html() { return {.headers = {{"Accept", "text/html"}}}; }

  App app{"shop"};
  Debugger debugger;
};

TEST_F(DebuggerTest, ShowsTheStackFromTheThrowWithItsSource) {
  auto client = app.test_client();
  const auto response = client.get("/order/7?size=big", html());
  EXPECT_EQ(response.status_code, 500);
  EXPECT_EQ(response.headers.get("Content-Type", ""), "text/html; charset=utf-8");
  EXPECT_EQ(response.headers.get("Cache-Control", ""), "no-store");
  EXPECT_THAT(response.text(),
              AllOf(HasSubstr("<h1>shop::OutOfStock</h1>"), HasSubstr("no &lt;b&gt;more&lt;/b&gt; of 7"),
                    Not(HasSubstr("<b>more"))));
  EXPECT_THAT(response.text(),
              AllOf(HasSubstr("shop::take_from_shelf(int)"), HasSubstr("shop::order"),
                    HasSubstr("debugger_test.cpp:"), HasSubstr("// the line that is shown")));
  EXPECT_THAT(response.text(), HasSubstr("of the framework and the libraries"));
  // What was thrown comes first, then who called it.
  EXPECT_LT(response.text().find("shop::take_from_shelf(int)"), response.text().find("shop::order("));
  EXPECT_THAT(response.text(),
              AllOf(HasSubstr("<td>size</td><td>big</td>"), HasSubstr("<td>id</td><td>7</td>")));
}

TEST_F(DebuggerTest, IsTextForWhoReadsText) {
  auto client = app.test_client();
  for (const auto& [agent, accept] :
       {std::pair{"curl/8.0", "*/*"}, {"curl/8.0", "text/html"}, {"x", "text/plain"}}) {
    const auto response = client.get("/order/7", {.headers = {{"User-Agent", agent}, {"Accept", accept}}});
    EXPECT_EQ(response.headers.get("Content-Type", ""), "text/plain; charset=utf-8");
    EXPECT_THAT(response.text(), AllOf(HasSubstr("shop::OutOfStock: no <b>more</b> of 7\n"),
                                       HasSubstr("shop::take_from_shelf(int)"),
                                       HasSubstr("// the line that is shown"), Not(HasSubstr("<h1>"))));
  }
}

TEST_F(DebuggerTest, NamesWhatCausedIt) {
  auto client = app.test_client();
  EXPECT_THAT(client.get("/anyway", html()).text(),
              AllOf(HasSubstr("the order failed"), HasSubstr("caused by <strong>shop::OutOfStock</strong>")));
}

TEST_F(DebuggerTest, PutsTemplatesIntoTheChain) {
  auto client = app.test_client();
  const std::string page = client.get("/page", html()).text();
  EXPECT_THAT(page, AllOf(HasSubstr("division by zero"), HasSubstr("<span class=\"tag\">template</span>"),
                          HasSubstr("<span class=\"marked\"><i>2</i>{{ 1 / 0 }}</span>")));
}

TEST_F(DebuggerTest, ShowsSessionAndConfigWithoutSecrets) {
  auto client = app.test_client();
  EXPECT_EQ(client.get("/login").status_code, 200);
  const std::string page = client.get("/order/1", html()).text();
  EXPECT_THAT(page, AllOf(HasSubstr("<td>user</td><td>&#39;ada&#39;</td>"), HasSubstr("<td>SECRET_KEY</td>"),
                          Not(HasSubstr("the-secret-of-the-shop"))));
}

TEST_F(DebuggerTest, ShowsTheFormOfARequest) {
  auto client = app.test_client();
  const auto response =
      client.post("/order/1", {.form = {{"note", "<quick>"}}, .headers = {{"Accept", "text/html"}}});
  EXPECT_THAT(response.text(), HasSubstr("<td>note</td><td>&lt;quick&gt;</td>"));
}

TEST_F(DebuggerTest, ShowsPanelsOfLibraries) {
  add_debug_panel(app, {"SQL", [](Context&) {
                          Value rows = Value::list();
                          rows.push_back(Value::dict({{"statement", "SELECT 1"}, {"ms", 2}}));
                          return rows;
                        }});
  add_debug_panel(app, {"Broken", [](Context&) -> Value { throw std::runtime_error("no panel"); }});
  auto client = app.test_client();
  EXPECT_THAT(client.get("/order/1", html()).text(),
              AllOf(HasSubstr("<th scope=\"col\">statement</th><th scope=\"col\">ms</th>"),
                    HasSubstr("<td>SELECT 1</td><td>2</td>"), HasSubstr("no panel")));
}

struct Visitor {
  const char* host;
  const char* address;
  bool sees;
};

TEST_F(DebuggerTest, IsForLoopbackAndTrustedHostsAlone) {
  app.config["TRUSTED_HOSTS"] = Value::list({"localhost", "127.0.0.1", "dev.example"});
  const std::vector<Visitor> visitors = {
      {"localhost", "127.0.0.1", true},     {"localhost:5000", "127.0.0.1", true},
      {"127.0.0.1", "127.0.0.1", true},     {"dev.example", "192.168.1.7", true},
      {"dev.example:80", "10.0.0.1", true},
  };
  auto client = app.test_client();
  for (const Visitor& each : visitors) {
    const auto response = client.get(
        "/order/7", {.headers = {{"Accept", "text/html"}, {"Host", each.host}}, .remote_addr = each.address});
    EXPECT_EQ(response.text().find("OutOfStock") != std::string::npos, each.sees)
        << each.host << each.address;
  }
}

TEST_F(DebuggerTest, TellsOthersNothing) {
  auto client = app.test_client();
  const std::vector<Visitor> visitors = {
      {"shop.example", "127.0.0.1", false},  // a name that somebody else points to this machine
      {"localhost", "192.168.1.7", false},   // another machine that claims to be this one
      {"127.0.0.1.example", "127.0.0.1", false},
  };
  for (const Visitor& each : visitors) {
    const auto response = client.get(
        "/order/7", {.headers = {{"Accept", "text/html"}, {"Host", each.host}}, .remote_addr = each.address});
    EXPECT_THAT(response.text(), AllOf(Not(HasSubstr("OutOfStock")), Not(HasSubstr("shelf")))) << each.host;
    const auto missing = client.get(
        "/nowhere", {.headers = {{"Accept", "text/html"}, {"Host", each.host}}, .remote_addr = each.address});
    EXPECT_THAT(missing.text(), Not(HasSubstr("/order/"))) << each.host;
  }
}

TEST_F(DebuggerTest, NamesTheRoutesThatComeClose) {
  auto client = app.test_client();
  const auto response = client.get("/ordre/7", html());
  EXPECT_EQ(response.status_code, 404);
  const std::string page = response.text();
  EXPECT_THAT(page, AllOf(HasSubstr("Routes that come close"), HasSubstr("/order/&lt;int:id&gt;")));
  EXPECT_LT(page.find("/order/&lt;int:id&gt;"), page.find("All routes"));
  EXPECT_THAT(client.get("/ordre/7", {.headers = {{"User-Agent", "curl/8"}}}).text(),
              HasSubstr("404 Not Found: no route of \"shop\" matches GET /ordre/7"));
}

TEST_F(DebuggerTest, LeavesTheAppsOwnAnswersAlone) {
  app.errorhandler(404, [](const HTTPException&) { return std::string("own page"); });
  app.errorhandler<shop::OutOfStock>([](const shop::OutOfStock&) { return std::string("sold out"); });
  auto client = app.test_client();
  EXPECT_EQ(client.get("/nowhere", html()).text(), "own page");
  EXPECT_EQ(client.get("/order/1", html()).text(), "sold out");
}

TEST(CloseRoutes, CountPartsOfAPath) {
  EXPECT_DOUBLE_EQ(detail::distance("/users", "/users"), 0);
  EXPECT_DOUBLE_EQ(detail::distance("/users/", "/users"), 0);
  EXPECT_DOUBLE_EQ(detail::distance("/users/7", "/users"), 1);
  EXPECT_DOUBLE_EQ(detail::distance("/user", "/users"), 0.2);
  EXPECT_DOUBLE_EQ(detail::distance("/users/x", "/users/<int:id>"), 0.2);
  EXPECT_DOUBLE_EQ(detail::distance("/a/b/c", "/"), 3);
}

TEST(Loopback, IsThisMachine) {
  for (const char* address : {"127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", ""})
    EXPECT_TRUE(detail::is_loopback_address(address)) << address;
  for (const char* address :
       {"10.0.0.1", "::2", "::ffff:10.0.0.1", "127.0.0.1.example", "0.0.0.0", "localhost"})
    EXPECT_FALSE(detail::is_loopback_address(address)) << address;
  for (const char* host : {"localhost", "LOCALHOST:80", "a.localhost", "127.0.0.1:5000", "[::1]:5000"})
    EXPECT_TRUE(detail::is_loopback_host(host)) << host;
  for (const char* host :
       {"", ":80", "example.com", "localhost.example", "notlocalhost", "[::1", "0.0.0.0:5000"})
    EXPECT_FALSE(detail::is_loopback_host(host)) << host;
}

}  // namespace
}  // namespace retort
