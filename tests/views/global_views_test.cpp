// SPDX-License-Identifier: BSD-3-Clause
// Views at global scope, with the names that programs give them, beside the functions of the C library
// that headers declare there.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <retort/retort.h>
#include <retort/testing/client.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

using namespace retort;

std::string index() { return "Home Page"; }  // strings.h
std::string user_profile(const std::string& name) { return "Profile: " + name; }
std::string show_post(std::int64_t post_id) { return fmt::format("Post #{}", post_id); }
std::string show_price(double amount) { return fmt::format("Price: ${:.2f}", amount); }
std::string serve_file(std::string_view path) { return fmt::format("Serving: {}", path); }
std::string get_item(const Uuid& id) { return fmt::format("Item: {}", id.str()); }
std::string login() { return std::string(request->method); }

json rename() { return json({{"renamed", true}}); }                                   // stdio.h
Response link() { return make_response("linked", 201); }                              // unistd.h
const char* time() { return "noon"; }                                                 // time.h
static std::string rindex() { return "from the right"; }                              // strings.h
static std::string remove() { return url_for("user_profile", {{"name", "folau"}}); }  // stdio.h

static App create_app() {
  App app{"hello"};
  app.get<index>("/");
  app.get<user_profile>("/user/<name>");
  app.get<show_post>("/post/<int:post_id>");
  app.get<show_price>("/price/<float:amount>");
  app.get<serve_file>("/files/<path:path>");
  app.get<get_item>("/item/<uuid:id>");
  app.route<login>("/login", {GET, POST});
  app.post("/api/users", "create_user", [](Request& from) { return std::string(from.path); });
  app.get<rename>("/rename");
  app.post<link>("/link");
  app.put<time>("/time", {.endpoint = "clock"});
  app.route<rindex>("/rindex", {GET, PATCH});
  Blueprint bp{"bp"};
  bp.delete_<remove>("/remove");
  app.register_blueprint(bp);
  return app;
}

TEST(GlobalViews, HaveTheNamesOfTheirFunctionsAlsoWhereTheCLibraryHasThem) {
  App app = create_app();
  TestClient client = app.test_client();
  EXPECT_EQ(client.get("/").data, "Home Page");
  EXPECT_EQ(client.get("/user/folau").data, "Profile: folau");
  EXPECT_EQ(client.get("/post/7").data, "Post #7");
  EXPECT_EQ(client.get("/price/2.5").data, "Price: $2.50");
  EXPECT_EQ(client.get("/files/a/b").data, "Serving: a/b");
  EXPECT_EQ(client.get("/item/9f4b1c52-6d0e-4a7b-8c31-5e2f7a90d6b4").data,
            "Item: 9f4b1c52-6d0e-4a7b-8c31-5e2f7a90d6b4");
  EXPECT_EQ(client.post("/login").data, "POST");
  EXPECT_EQ(client.post("/api/users").data, "/api/users");
  EXPECT_EQ(client.get("/rename").data, "{\"renamed\":true}\n");
  EXPECT_EQ(client.post("/link").status_code, 201);
  EXPECT_EQ(client.put("/time").data, "noon");
  EXPECT_EQ(client.patch("/rindex").data, "from the right");
  EXPECT_EQ(client.delete_("/remove").data, "/user/folau");
  const auto context = app.test_request_context("/");
  EXPECT_EQ(url_for("index"), "/");
  EXPECT_EQ(url_for("clock"), "/time");
  EXPECT_EQ(url_for("bp.remove"), "/remove");
  EXPECT_EQ(url_for<user_profile>("folau"), "/user/folau");
}
