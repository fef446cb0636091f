// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/listings.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/app/app.h"
#include "retort/routing/map.h"

namespace retort::detail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string page() { return ""; }
std::string user_page(int) { return ""; }

App make_app() {
  App app{"shop"};
  app.get("/", "index", page);
  app.route("/user/<int:user_id>", "user", user_page, {GET, PUT, DELETE});
  app.post("/about", "about", page);
  Blueprint admin{"admin", {.url_prefix = "/admin"}};
  admin.get("/", "index", page);
  app.register_blueprint(admin);
  return app;
}

std::string table(std::string_view sort, bool all_methods = false) {
  App app = make_app();
  return routes_table(app, sort, all_methods);
}

// What Flask 3.1 prints for the same app, without the blanks at the ends of lines.
TEST(Routes, AreInFlasksTable) {
  EXPECT_EQ(table("endpoint"),
            "Endpoint     Methods           Rule\n"
            "-----------  ----------------  -----------------------\n"
            "about        POST              /about\n"
            "admin.index  GET               /admin/\n"
            "index        GET               /\n"
            "static       GET               /static/<path:filename>\n"
            "user         DELETE, GET, PUT  /user/<int:user_id>\n");
  EXPECT_EQ(table("methods"),
            "Endpoint     Methods           Rule\n"
            "-----------  ----------------  -----------------------\n"
            "user         DELETE, GET, PUT  /user/<int:user_id>\n"
            "static       GET               /static/<path:filename>\n"
            "index        GET               /\n"
            "admin.index  GET               /admin/\n"
            "about        POST              /about\n");
  EXPECT_EQ(table("match", true),
            "Endpoint     Methods                          Rule\n"
            "-----------  -------------------------------  -----------------------\n"
            "static       GET, HEAD, OPTIONS               /static/<path:filename>\n"
            "index        GET, HEAD, OPTIONS               /\n"
            "user         DELETE, GET, HEAD, OPTIONS, PUT  /user/<int:user_id>\n"
            "about        OPTIONS, POST                    /about\n"
            "admin.index  GET, HEAD, OPTIONS               /admin/\n");
}

TEST(Routes, HaveAColumnForHostsOrSubdomains) {
  App by_host{"shop", {.host_matching = true, .static_folder = std::nullopt}};
  by_host.get("/", "index", page, {.rule = {.host = "b.example"}});
  by_host.get("/", "other", page, {.rule = {.host = "a.example"}});
  EXPECT_EQ(routes_table(by_host, "domain", false),
            "Endpoint  Methods  Host       Rule\n"
            "--------  -------  ---------  ----\n"
            "other     GET      a.example  /\n"
            "index     GET      b.example  /\n");
  App by_subdomain{"shop", {.subdomain_matching = true, .static_folder = std::nullopt}};
  by_subdomain.get("/", "api", page, {.rule = {.subdomain = "api"}});
  EXPECT_THAT(routes_table(by_subdomain, "domain", false), HasSubstr("api       GET      api        /\n"));
}

TEST(Routes, OfAnEmptyAppAreNone) {
  App app{"shop", {.static_folder = std::nullopt}};
  EXPECT_EQ(routes_table(app, "endpoint", false), "No routes were registered.\n");
}

TEST(ConfigTable, MasksSecretsAndNamesSources) {
  App app{"shop"};
  app.config["SECRET_KEY"] = "d41d8cd98f00b204";
  app.config["GREETING"] = "a\x1b[31mb";
  app.config["DATABASE_URI"] = "postgresql://ada:hidden@db/shop";
  const std::string text = config_table(app);
  EXPECT_THAT(text, HasSubstr("********"));
  EXPECT_THAT(text, Not(HasSubstr("d41d8cd98f00b204")));
  EXPECT_THAT(text, Not(HasSubstr("hidden")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, ::testing::ContainsRegex("DEBUG +False +default"));
  EXPECT_THAT(text, ::testing::ContainsRegex("GREETING +.* +code"));
}

}  // namespace
}  // namespace retort::detail
