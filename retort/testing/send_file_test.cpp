// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/send_file.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "retort/app/app.h"
#include "retort/app/file_source.h"
#include "retort/app/redirect.h"
#include "retort/app/url_for.h"
#include "retort/testing/client.h"

namespace retort {
namespace {

constexpr EmbeddedFile kTable[] = {
    {"a.txt", "A", 784111777, "own"},
    {"css/site.css", "body {}", 784111777},
};
const EmbeddedSource kEmbedded(kTable, 2);

class SendFile : public ::testing::Test {
 protected:
  SendFile() {
    static int count = 0;
    root_ = ::testing::TempDir() + "retort-send-file-" + std::to_string(::getpid()) + "-" +
            std::to_string(count++);
    std::filesystem::create_directories(root_ + "/static/css");
    write("report.csv", "a,b\n");
    write("static/css/site.css", "body {}");
    write("static/hello.txt", "0123456789");
    options_.root_path = root_;
  }
  ~SendFile() override { std::filesystem::remove_all(root_); }

  void write(const std::string& name, const std::string& text) {
    const std::string path = root_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    const timespec then[2] = {{784111777, 250'000'000}, {784111777, 250'000'000}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), then, 0), 0);
  }
  TestResponse get(App& app, std::string_view path, TestRequest request = {}) {
    return app.test_client().open("GET", path, request);
  }

  std::string root_;
  AppOptions options_;
};

TEST_F(SendFile, TellsTypeNameTimeAndTag) {
  App app{"test", options_};
  app.get("/", [] { return send_file("report.csv"); });
  const TestResponse response = get(app, "/");
  EXPECT_EQ(response.status_code, 200);
  EXPECT_EQ(response.data, "a,b\n");
  EXPECT_EQ(response.headers["Content-Type"], "text/csv; charset=utf-8");
  EXPECT_EQ(response.headers["Content-Disposition"], "inline; filename=report.csv");
  EXPECT_EQ(response.headers["Content-Length"], "4");
  EXPECT_EQ(response.headers["Last-Modified"], "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(response.headers["Cache-Control"], "no-cache");
  EXPECT_TRUE(std::string(response.headers["ETag"]).starts_with("\"784111777.25-4-"))
      << response.headers["ETag"];
}

TEST_F(SendFile, OptionsChangeWhatItTells) {
  App app{"test", options_};
  app.get("/", [] {
    return send_file("report.csv", {.mimetype = "text/plain",
                                    .as_attachment = true,
                                    .download_name = "\u00e4.txt",
                                    .etag = "mine",
                                    .last_modified = 0,
                                    .max_age = 60});
  });
  app.get("/plain",
          [] { return send_file("report.csv", {.conditional = false, .etag = false, .max_age = 0}); });
  const TestResponse response = get(app, "/");
  EXPECT_EQ(response.headers["Content-Type"], "text/plain; charset=utf-8");
  EXPECT_EQ(response.headers["Content-Disposition"],
            "attachment; filename=a.txt; filename*=UTF-8''%C3%A4.txt");
  EXPECT_EQ(response.headers["ETag"], "\"mine\"");
  EXPECT_EQ(response.headers["Last-Modified"], "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(response.headers["Cache-Control"], "public, max-age=60");
  EXPECT_TRUE(response.headers.contains("Expires"));
  const TestResponse plain = get(app, "/plain", {.headers = {{"Range", "bytes=0-0"}}});
  EXPECT_EQ(plain.status_code, 200);
  EXPECT_FALSE(plain.headers.contains("ETag"));
  EXPECT_EQ(plain.headers["Cache-Control"], "no-cache, max-age=0");
}

TEST_F(SendFile, BytesAreSentAsAFile) {
  App app{"test", options_};
  app.get("/", [] { return send_file(BytesIO{"0123456789"}, {.download_name = "x.tar.gz", .etag = "e"}); });
  app.get("/nameless", [] { return send_file(BytesIO{"x"}); });
  app.get("/attachment",
          [] { return send_file(BytesIO{"x"}, {.mimetype = "text/plain", .as_attachment = true}); });
  const TestResponse response = get(app, "/", {.headers = {{"Range", "bytes=-3"}}});
  EXPECT_EQ(response.status_code, 206);
  EXPECT_EQ(response.data, "789");
  EXPECT_EQ(response.headers["Content-Type"], "application/x-tar");
  EXPECT_EQ(response.headers["Content-Encoding"], "gzip");
  EXPECT_FALSE(response.headers.contains("Last-Modified"));
  EXPECT_EQ(get(app, "/nameless").status_code, 500);
  EXPECT_EQ(get(app, "/attachment").status_code, 500);
}

TEST_F(SendFile, XSendfileNamesTheFileInPlaceOfSendingIt) {
  App app{"test", options_};
  app.config["USE_X_SENDFILE"] = true;
  app.get("/", [] { return send_file("report.csv"); });
  app.get("/bytes", [] { return send_file(BytesIO{"x"}, {.mimetype = "text/plain"}); });
  const TestResponse response = get(app, "/");
  EXPECT_EQ(response.status_code, 200);
  EXPECT_EQ(response.data, "");
  EXPECT_EQ(response.headers["X-Sendfile"], root_ + "/report.csv");
  EXPECT_EQ(response.headers["Content-Type"], "text/csv; charset=utf-8");
  const std::string etag(response.headers["ETag"]);
  const TestResponse same = get(app, "/", {.headers = {{"If-None-Match", etag}}});
  EXPECT_EQ(same.status_code, 304);
  EXPECT_FALSE(same.headers.contains("X-Sendfile"));
  // The server that sends the file cuts it, too.
  const TestResponse part = get(app, "/", {.headers = {{"Range", "bytes=1-2"}}});
  EXPECT_EQ(part.status_code, 200);
  EXPECT_FALSE(part.headers.contains("Content-Range"));
  EXPECT_EQ(get(app, "/static/hello.txt").headers["X-Sendfile"], root_ + "/static/hello.txt");
  EXPECT_EQ(get(app, "/bytes").data, "x");
}

TEST_F(SendFile, ConditionsAndRangesAreAnswered) {
  App app{"test", options_};
  const TestResponse whole = get(app, "/static/hello.txt");
  const std::string etag(whole.headers["ETag"]);
  const TestResponse same = get(app, "/static/hello.txt", {.headers = {{"If-None-Match", etag}}});
  EXPECT_EQ(same.status_code, 304);
  EXPECT_EQ(same.data, "");
  EXPECT_EQ(same.headers["ETag"], etag);
  EXPECT_FALSE(same.headers.contains("Content-Type"));
  const TestResponse part =
      get(app, "/static/hello.txt", {.headers = {{"Range", "bytes=2-4"}, {"If-Range", etag}}});
  EXPECT_EQ(part.status_code, 206);
  EXPECT_EQ(part.data, "234");
  EXPECT_EQ(part.headers["Content-Range"], "bytes 2-4/10");
  const TestResponse outside = get(app, "/static/hello.txt", {.headers = {{"Range", "bytes=10-"}}});
  EXPECT_EQ(outside.status_code, 416);
  EXPECT_EQ(outside.headers["Content-Range"], "bytes */10");
  EXPECT_EQ(app.test_client().open("HEAD", "/static/hello.txt").headers["Content-Length"], "10");
}

TEST_F(SendFile, MissingFilesAre404OrAnError) {
  App app{"test", options_};
  app.get("/none", [] { return send_file("none.txt"); });
  app.get("/dir", [] { return send_from_directory(".", "static"); });
  EXPECT_EQ(get(app, "/static/none.txt").status_code, 404);
  EXPECT_EQ(get(app, "/static/css").status_code, 404);
  EXPECT_EQ(get(app, "/static/css/site.css/").status_code, 404);
  EXPECT_EQ(get(app, "/static/").status_code, 404);
  EXPECT_EQ(get(app, "/none").status_code, 500);
  EXPECT_EQ(get(app, "/dir").status_code, 404);
}

TEST_F(SendFile, StaticFilesHaveAnEndpoint) {
  App app{"test", options_};
  app.get("/url", [] { return url_for("static", {{"filename", "css/site.css"}}); });
  app.get("/hello", [](App& self) { return self.send_static_file("hello.txt"); });
  EXPECT_EQ(app.static_url_path(), "/static");
  EXPECT_EQ(app.static_folder(), root_ + "/static");
  EXPECT_EQ(get(app, "/url").data, "/static/css/site.css");
  EXPECT_EQ(get(app, "/static/css/site.css").headers["Content-Type"], "text/css; charset=utf-8");
  EXPECT_EQ(get(app, "/hello").data, "0123456789");
}

TEST_F(SendFile, StaticFilesMayLieElsewhereOrNowhere) {
  options_.static_folder = "static/css/";
  options_.static_url_path = "/assets/";
  App moved{"moved", options_};
  EXPECT_EQ(get(moved, "/assets/site.css").data, "body {}");
  EXPECT_EQ(get(moved, "/static/site.css").status_code, 404);
  options_.static_url_path = "";
  App root{"root", options_};
  EXPECT_EQ(get(root, "/site.css").data, "body {}");
  options_.static_folder = std::nullopt;
  App none{"none", options_};
  none.get("/", [](App& self) { return self.send_static_file("x"); });
  EXPECT_FALSE(none.has_static_folder());
  EXPECT_EQ(get(none, "/").status_code, 500);
  EXPECT_EQ(get(none, "/site.css").status_code, 404);
}

TEST_F(SendFile, StaticHostIsForHostMatching) {
  options_.static_host = "static.example.com";
  EXPECT_THROW((App{"test", options_}), SetupError);
  options_.host_matching = true;
  App app{"test", options_};
  TestRequest there;
  there.base_url = "http://static.example.com";
  EXPECT_EQ(get(app, "/static/hello.txt", there).status_code, 200);
  EXPECT_EQ(get(app, "/static/hello.txt").status_code, 404);
}

TEST_F(SendFile, BlueprintsHaveStaticFilesOfTheirOwn) {
  BlueprintOptions options;
  options.url_prefix = "/admin";
  options.static_folder = root_ + "/static";
  Blueprint admin{"admin", options};
  admin.get("/url", [] { return url_for(".static", {{"filename", "hello.txt"}}); });
  App app{"test"};
  app.register_blueprint(admin);
  EXPECT_EQ(get(app, "/admin/url").data, "/admin/static/hello.txt");
  EXPECT_EQ(get(app, "/admin/static/hello.txt").data, "0123456789");
}

TEST_F(SendFile, HowLongFilesAreKeptIsConfigured) {
  App app{"test", options_};
  app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 300;
  EXPECT_EQ(get(app, "/static/hello.txt").headers["Cache-Control"], "public, max-age=300");
  App by_type{"test", options_};
  by_type.send_file_max_age([](std::string_view path) -> http::OptionalSeconds {
    return path.ends_with(".css") ? http::OptionalSeconds(7) : http::OptionalSeconds();
  });
  EXPECT_EQ(get(by_type, "/static/css/site.css").headers["Cache-Control"], "public, max-age=7");
  EXPECT_EQ(get(by_type, "/static/hello.txt").headers["Cache-Control"], "no-cache");
}

TEST_F(SendFile, FilesInTheProgramAreServedAlike) {
  options_.static_source = &kEmbedded;
  App app{"test", options_};
  const TestResponse response = get(app, "/static/css/site.css");
  EXPECT_EQ(response.data, "body {}");
  EXPECT_EQ(response.headers["Content-Type"], "text/css; charset=utf-8");
  EXPECT_EQ(response.headers["Last-Modified"], "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_TRUE(response.headers.contains("ETag"));
  EXPECT_EQ(get(app, "/static/a.txt").headers["ETag"], "\"own\"");
  EXPECT_EQ(get(app, "/static/a.txt", {.headers = {{"If-None-Match", "\"own\""}}}).status_code, 304);
  EXPECT_EQ(get(app, "/static/hello.txt").status_code, 404);
  EXPECT_EQ(get(app, "/static/../a.txt").status_code, 404);
}

TEST_F(SendFile, RedirectsHaveWerkzeugsPage) {
  App app{"test", options_};
  app.get("/", [] { return redirect("/\u00e4?a=1&b=2"); });
  const TestResponse response = get(app, "/");
  EXPECT_EQ(response.headers["Location"], "/%C3%A4?a=1&b=2");
  EXPECT_NE(response.data.find("<a href=\"/\u00e4?a=1&amp;b=2\">/\u00e4?a=1&amp;b=2</a>"), std::string::npos)
      << response.data;
}

}  // namespace
}  // namespace retort
