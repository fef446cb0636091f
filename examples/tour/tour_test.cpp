// SPDX-License-Identifier: BSD-3-Clause
// The snippets, in the order of the text; see README.md.
#include "tour.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <retort/testing/client.h>

namespace {

using namespace retort;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Hello, SaysHello) {
  App app = create_hello();
  EXPECT_EQ(app.test_client().get("/").text(), "Hello, World!");
}

class Tour : public ::testing::Test {
 protected:
  App app = create_app("testing");
  TestClient client = app.test_client();
};

TEST_F(Tour, IsMadeByAFactory) {
  EXPECT_EQ(client.get("/welcome").text(), "Welcome");
  EXPECT_EQ(client.get("/auth/login").text(), "Please log in");
}

TEST_F(Tour, IsConfiguredByClasses) {
  EXPECT_TRUE(app.testing());
  EXPECT_EQ(app.config.text("SQLALCHEMY_DATABASE_URI"), "sqlite:///test.db");
  EXPECT_EQ(app.config.integer("MAX_CONTENT_LENGTH"), 16 * 1024 * 1024);
  EXPECT_EQ(app.config.boolean("SQLALCHEMY_TRACK_MODIFICATIONS"), false);
  const App development = create_app();
  EXPECT_TRUE(development.debug());
  EXPECT_EQ(development.config.text("SQLALCHEMY_DATABASE_URI"), "sqlite:///dev.db");
  EXPECT_EQ(development.config.text("SECRET_KEY"), "fallback-secret-key");
  EXPECT_THROW(create_app("production"), std::runtime_error) << "SECRET_KEY must be set";
}

TEST_F(Tour, Routes) {
  const std::pair<const char*, const char*> cases[] = {
      {"/about", "About Page"},
      {"/contact", "Contact Page"},
      {"/user/folau", "Profile: folau"},
      {"/post/42", "Post #42"},
      {"/price/19.99", "Price: $19.99"},
      {"/files/docs/guide/intro.txt", "Serving: docs/guide/intro.txt"},
      {"/item/a8098c1a-f86e-11da-bd1a-00112444be1e", "Item: a8098c1a-f86e-11da-bd1a-00112444be1e"},
  };
  for (const auto& [path, text] : cases) EXPECT_EQ(client.get(path).text(), text) << path;
  EXPECT_EQ(client.get("/post/x").status_code, 404);
}

TEST_F(Tour, AnswersMethods) {
  EXPECT_THAT(client.get("/login").text(), HasSubstr("<form method=\"post\">"));
  const auto logged_in = client.post("/login", {.form = {{"username", "folau"}, {"password", "x"}}});
  EXPECT_EQ(logged_in.status_code, 302);
  EXPECT_EQ(logged_in.location(), "/");
  EXPECT_EQ(client.post("/login").status_code, 400);
  EXPECT_EQ(client.get("/api/users").text(),
            "[{\"id\":1,\"name\":\"Folau\"},{\"id\":2,\"name\":\"Sione\"}]\n");
  const auto created = client.post("/api/users", {.json = json({{"name", "Ana"}})});
  EXPECT_EQ(created.status_code, 201);
  EXPECT_EQ(created.text(), "{\"id\":3,\"name\":\"Ana\"}\n");
  EXPECT_EQ(client.put("/api/users/7", {.json = json({{"name", "Ben"}})}).text(),
            "{\"id\":7,\"name\":\"Ben\"}\n");
  EXPECT_EQ(client.delete_("/api/users/7").status_code, 204);
}

TEST_F(Tour, BuildsUrls) {
  const auto context = app.test_request_context();
  EXPECT_EQ(url_for("index"), "/");
  EXPECT_EQ(url_for("user_profile", {{"username", "folau"}}), "/user/folau");
  EXPECT_EQ(url_for("static", {{"filename", "css/style.css"}}), "/static/css/style.css");
}

TEST_F(Tour, ReadsRequests) {
  EXPECT_EQ(client.get("/search?q=flask&page=2").text(), "Searching for 'flask' on page 2");
  EXPECT_EQ(client.get("/search?q=<b>").text(), "Searching for '&lt;b&gt;' on page 1");
  EXPECT_EQ(client.post("/submit", {.form = {{"name", "Folau"}, {"email", "f@example.com"}}}).text(),
            "Received: Folau, f@example.com");
  EXPECT_EQ(client.post("/api/data", {.json = json({{"a", 1}})}).text(), "{\"received\":{\"a\":1}}\n");
  const Value info = client.get("/debug-request", {.headers = {{"X-Token", "t"}, {"Cookie", "a=1"}}}).json();
  EXPECT_EQ(info["method"], "GET");
  EXPECT_EQ(info["url"], "http://localhost/debug-request");
  EXPECT_EQ(info["path"], "/debug-request");
  EXPECT_EQ(info["host"], "localhost");
  EXPECT_EQ(info["remote_addr"], "127.0.0.1");
  EXPECT_EQ(info["headers"]["X-Token"], "t");
  EXPECT_EQ(info["cookies"]["a"], "1");
}

TEST(TourUpload, SavesFilesUnderASafeName) {
  App app = create_app("testing");
  app.config["UPLOAD_FOLDER"] = ::testing::TempDir();
  const std::string saved = ::testing::TempDir() + "notes.txt";
  TestClient client = app.test_client();
  const auto response =
      client.post("/upload", {.files = {{"document", "../notes.txt", "text", "text/plain"}}});
  EXPECT_EQ(response.text(), "Uploaded: notes.txt");
  EXPECT_EQ(std::remove(saved.c_str()), 0);
  EXPECT_EQ(client.post("/upload").status_code, 400);
  EXPECT_EQ(client.post("/upload").text(), "No file provided");
}

TEST_F(Tour, MakesResponses) {
  EXPECT_EQ(client.get("/simple").text(), "Hello");
  EXPECT_EQ(client.get("/not-found-example").status(), "404 NOT FOUND");
  EXPECT_EQ(client.get("/not-found-example").text(), "This page does not exist");
  EXPECT_EQ(client.get("/api/status").text(), "{\"status\":\"healthy\",\"version\":\"1.0.0\"}\n");
  const auto custom = client.get("/custom");
  EXPECT_EQ(custom.headers["X-Custom-Header"], "MyValue");
  EXPECT_EQ(client.get_cookie("visited")->value, "true");
  EXPECT_EQ(client.get_cookie("visited")->max_age, 3600);
  EXPECT_EQ(client.get("/old-page", {.follow_redirects = true}).request.path(), "/");
}

TEST_F(Tour, RendersTemplates) {
  const auto home = client.get("/");
  EXPECT_THAT(home.text(), HasSubstr("<title>Home - My Flask App</title>"));
  EXPECT_THAT(home.text(), HasSubstr("<h1>Welcome, Folau!</h1>"));
  EXPECT_THAT(home.text(), HasSubstr("<a href=\"/about\">About</a>"));
  EXPECT_THAT(home.text(), HasSubstr("href=\"/static/css/style.css\""));
  const auto posts = client.get("/posts");
  EXPECT_THAT(posts.text(), HasSubstr("<a href=\"/post/2\">\n            Jinja2 Templates"));
  EXPECT_THAT(posts.text(), HasSubstr("<span>by Folau</span>"));
  const auto syntax = client.get("/syntax");
  EXPECT_THAT(syntax.text(), HasSubstr("<p>2 items in your cart</p>"));
  EXPECT_THAT(syntax.text(), HasSubstr("<p>Hello, Folau!</p>"));
  EXPECT_THAT(syntax.text(), HasSubstr("<li>No posts found.</li>"));
  EXPECT_THAT(syntax.text(), HasSubstr("<p>2. milk</p>"));
}

TEST_F(Tour, FiltersValues) {
  const std::string text = client.get("/filters").text();
  for (const char* line :
       {"<li>Folau kaveinga</li>", "<li>FOLAU KAVEINGA</li>", "<li>folau kaveinga</li>",
        "web applications without...</li>", "<li>3</li>", "<li>9.99</li>", "<li><b>trusted</b></li>",
        "<li>&lt;b&gt;trusted&lt;/b&gt;</li>", "<li>a, b</li>", "<li>No date</li>"})
    EXPECT_THAT(text, HasSubstr(line));
}

TEST_F(Tour, ServesStaticFiles) {
  for (const char* path : {"/static/css/style.css", "/static/js/main.js", "/static/images/logo.png",
                           "/static/images/favicon.ico"})
    EXPECT_EQ(client.get(path).status_code, 200) << path;
  EXPECT_EQ(client.get("/static/css/style.css").mimetype(), "text/css");
}

TEST_F(Tour, HasPagesForErrors) {
  const auto missing = client.get("/nothing");
  EXPECT_EQ(missing.status_code, 404);
  EXPECT_THAT(missing.text(), HasSubstr("<title>Page Not Found</title>"));
  EXPECT_THAT(missing.text(), HasSubstr("<a href=\"/\">Go back home</a>"));
  const auto forbidden = client.get("/admin");
  EXPECT_EQ(forbidden.status_code, 403);
  EXPECT_THAT(forbidden.text(), HasSubstr("<h1>403</h1>"));
  EXPECT_THAT(client.get("/admin?as=admin").text(), HasSubstr("Administration"));
  EXPECT_EQ(client.get("/api/users/1").text(), "{\"id\":1,\"name\":\"Folau\"}\n");
  EXPECT_EQ(client.get("/api/users/2").status_code, 404);
}

TEST(TourErrors, TheServersOwnHasAPageToo) {
  App app = create_app("testing");
  app.config["TESTING"] = false;
  const auto crashed = app.test_client().get("/crash");
  EXPECT_EQ(crashed.status_code, 500);
  EXPECT_THAT(crashed.text(), HasSubstr("Something went wrong on our side."));
}

TEST(TourErrors, AreJsonInAnApi) {
  App app = create_api();
  TestClient client = app.test_client();
  const auto missing = client.get("/api/users/2");
  EXPECT_EQ(missing.status_code, 404);
  EXPECT_EQ(missing.json()["error"], "Not Found");
  EXPECT_EQ(missing.json()["status_code"], 404);
  const auto crashed = client.get("/crash");
  EXPECT_EQ(crashed.status_code, 500);
  EXPECT_EQ(crashed.text(),
            "{\"error\":\"Internal Server Error\",\"message\":\"An unexpected error occurred.\","
            "\"status_code\":500}\n");
}

TEST(TourPitfalls, UrlsOutsideOfARequestNeedAContext) {
  App app = create_app("testing");
  app.config["SERVER_NAME"] = "example.com";
  EXPECT_THROW(url_for("index"), OutsideContext);
  app.freeze();
  const AppContext context = app.app_context();
  EXPECT_EQ(url_for("index"), "http://example.com/");
}

TEST(TourPitfalls, LogsGoToAFileThatRotates) {
  const std::string path = ::testing::TempDir() + "tour_test.log";
  App app = create_app("testing");
  add_log_file(app, path);
  std::FILE* file = std::fopen(path.c_str(), "r");
  ASSERT_NE(file, nullptr);
  char line[256] = {};
  EXPECT_NE(std::fgets(line, sizeof line, file), nullptr);
  std::fclose(file);
  std::remove(path.c_str());
  EXPECT_THAT(line, HasSubstr("INFO in tour: Application startup"));
}

TEST_F(Tour, IsTestedLikeThis) {
  EXPECT_EQ(client.get("/").status_code, 200);
  EXPECT_EQ(client.get("/nonexistent").status_code, 404);
}

}  // namespace
