// SPDX-License-Identifier: BSD-3-Clause
// Files carried in the binary. The program runs in an empty folder.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "retort/app/embedded.h"
#include "retort/retort.h"
#include "retort/testing/client.h"

using namespace retort;

namespace {

App make_app(AppOptions options) {
  App app{"embedded", std::move(options)};
  app.get("/", "index", [] { return render_template("index.html", {{"name", "<ada>"}}); });
  return app;
}

TEST(Embed, TemplatesComeFromTheBinary) {
  EXPECT_EQ(make_app({}).test_client().get("/").text(), "<p>&lt;ada&gt; \"\\\"</p>");
}

// Where the folder of the source file is not: on the machine that it is deployed to.
TEST(Embed, TheSourceFolderNeedNotExist) {
  EXPECT_EQ(make_app({.root_path = "/nowhere/at/all"}).test_client().get("/").text(),
            "<p>&lt;ada&gt; \"\\\"</p>");
}

TEST(Embed, StaticFilesComeFromTheBinary) {
  App app = make_app({.root_path = "/nowhere/at/all"});
  auto client = app.test_client();
  const auto css = client.get("/static/css/site.css");
  EXPECT_EQ(css.text(), "body { color: #333 }\n");
  EXPECT_EQ(css.mimetype(), "text/css");
  const std::string etag(css.headers.get("ETag", ""));
  EXPECT_EQ(etag.size(), 34u);
  EXPECT_EQ(client.get("/static/css/site.css", {.headers = {{"If-None-Match", etag}}}).status_code, 304);
  EXPECT_EQ(client.get("/static/bytes.bin", {.headers = {{"Range", "bytes=1-1"}}}).text(), "\1");
  EXPECT_EQ(client.get("/static/css").status_code, 404);
  EXPECT_EQ(client.get("/static/../templates/index.html").status_code, 404);
}

// What is edited is seen without building anew.
TEST(Embed, InDebugModeTheFoldersAreReadWhereTheyAre) {
  const std::filesystem::path root = std::filesystem::path(testing::TempDir()) / "embed_debug";
  std::filesystem::create_directories(root / "templates");
  std::filesystem::create_directories(root / "static" / "css");
  std::ofstream(root / "templates" / "index.html") << "edited {{ name }}";
  std::ofstream(root / "static" / "css" / "site.css") << "edited";
  App app = make_app({.root_path = root.string()});
  app.config["DEBUG"] = true;
  auto client = app.test_client();
  EXPECT_EQ(client.get("/").text(), "edited &lt;ada&gt;");
  EXPECT_EQ(client.get("/static/css/site.css").text(), "edited");
  std::filesystem::remove_all(root);
}

TEST(Embed, FoldersHaveTheirFilesAndNoOthers) {
  const auto files = EmbeddedFolder::find("/nowhere", "static");
  ASSERT_TRUE(files);
  EXPECT_EQ(files->names(), (std::vector<std::string>{"bytes.bin", "css/site.css", "empty.txt"}));
  EXPECT_EQ(files->file("bytes.bin")->bytes, std::string_view("\0\1\xff", 3));
  EXPECT_EQ(files->file("css/site.css")->bytes, "body { color: #333 }\n");
  EXPECT_EQ(files->file("empty.txt")->bytes, "");
  EXPECT_EQ(files->file("css/site.css")->etag.size(), 32u);
  EXPECT_GT(files->file("css/site.css")->mtime, 1'600'000'000);
  for (const char* name :
       {"", "css", "css/", "site.css", "../templates/index.html", "/bytes.bin", "css/../bytes.bin"})
    EXPECT_EQ(files->file(name), nullptr) << name;
  EXPECT_FALSE(EmbeddedFolder::find("/nowhere", "stat"));
  EXPECT_FALSE(EmbeddedFolder::find("/nowhere", "uploads"));
  EXPECT_FALSE(EmbeddedFolder::find("/nowhere", "/static"));
}

TEST(Embed, MissingTemplatesAreMissing) {
  App app{"embedded"};
  app.get("/", "index", [] { return render_template("nothing.html"); });
  app.config["TESTING"] = true;
  EXPECT_ANY_THROW(app.test_client().get("/"));
}

}  // namespace
