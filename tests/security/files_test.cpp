// SPDX-License-Identifier: BSD-3-Clause
#include "retort/message/files.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "retort/app/app.h"
#include "retort/app/file_source.h"
#include "retort/app/send_file.h"
#include "retort/http/path.h"
#include "retort/message/request.h"
#include "retort/testing/client.h"

namespace retort::security {
namespace {

TEST(Files, AClientsFileNameIsNeverAPath) {
  App app{"test"};
  app.post("/", [](Request& request) { return http::secure_filename(request.files["f"].filename); });
  for (const char* name :
       {"../../etc/passwd", "/etc/passwd", "..\\..\\x", "C:\\x", "a/../../b", "..", ".htaccess"}) {
    const std::string safe = app.test_client().post("/", {.files = {{"f", name, "x"}}}).data;
    EXPECT_EQ(safe.find('/'), std::string::npos) << safe;
    EXPECT_EQ(safe.find('\\'), std::string::npos) << safe;
    EXPECT_FALSE(safe.starts_with('.')) << safe;
  }
}

TEST(Files, SafeJoinKnowsEveryWayOut) {
  for (const std::string_view part :
       {std::string_view(".."), std::string_view("../x"), std::string_view("a/../../x"),
        std::string_view("/etc/passwd"), std::string_view("//x"), std::string_view("a\\..\\x"),
        std::string_view("CON"), std::string_view("a/nul.txt"), std::string_view("COM1 .x"),
        std::string_view("a\0b", 3), std::string_view("aux:stream")}) {
    EXPECT_EQ(http::safe_join("/srv/files", {part}), std::nullopt) << part;
    EXPECT_EQ(http::safe_join("/srv/files", {"ok", part}), std::nullopt) << part;
  }
  EXPECT_EQ(http::safe_join("/srv/files", {"a", "b.txt"}), "/srv/files/a/b.txt");
}

/// A folder with a file, beside one that nobody is to see, and ways that lead from one to
/// the other.
class Served : public ::testing::Test {
 protected:
  Served() {
    namespace fs = std::filesystem;
    root_ = ::testing::TempDir() + "retort-files-" + std::to_string(::getpid());
    fs::remove_all(root_);
    fs::create_directories(root_ + "/static/sub");
    fs::create_directories(root_ + "/static-secrets");
    for (const char* name : {"/secret.txt", "/static-secrets/x.txt"})
      std::ofstream(root_ + name) << "hidden words";
    for (const char* name : {"/static/open.txt", "/static/sub/open.txt"})
      std::ofstream(root_ + name) << "open";
    fs::create_symlink("../secret.txt", root_ + "/static/out.txt");
    fs::create_symlink(root_ + "/secret.txt", root_ + "/static/absolute.txt");
    fs::create_symlink("..", root_ + "/static/up");
    fs::create_symlink("../static-secrets", root_ + "/static/sibling");
    fs::create_symlink("/proc/self/environ", root_ + "/static/environ");
    fs::create_symlink("loop", root_ + "/static/loop");
    fs::create_symlink("sub/open.txt", root_ + "/static/in.txt");
    fs::create_symlink(root_ + "/static/sub", root_ + "/static/absolute-in");
    ::mkfifo((root_ + "/static/fifo").c_str(), 0600);
    AppOptions options;
    options.root_path = root_;
    app_.emplace("test", options);
    app_->get("/from/<path:name>", [](const std::string& name) {
      return send_from_directory("static", name, {.mimetype = "text/plain"});
    });
    app_->get("/raw", [](Request& request) { return send_from_directory("static", request.args["name"]); });
  }
  ~Served() override { std::filesystem::remove_all(root_); }
  TestResponse get(const std::string& path) { return app_->test_client().get(path); }

  std::string root_;
  std::optional<App> app_;
};

TEST_F(Served, NothingLeadsOutOfTheFolder) {
  for (const char* way : {"../secret.txt",
                          "..%2fsecret.txt",
                          "%2e%2e/secret.txt",
                          "sub/../../secret.txt",
                          "/secret.txt",
                          "%2fetc/passwd",
                          "//etc/passwd",
                          "..%5csecret.txt",
                          "sub%5c..%5c..%5csecret.txt",
                          "open.txt%00.png",
                          "%00",
                          "../static-secrets/x.txt",
                          "./../secret.txt",
                          "sub/",
                          "sub",
                          "",
                          ".",
                          "..",
                          "CON",
                          "sub/nul.txt",
                          "COM1",
                          "aux:stream",
                          "out.txt",
                          "absolute.txt",
                          "up/secret.txt",
                          "sibling/x.txt",
                          "environ",
                          "loop",
                          "up/static/../secret.txt",
                          "fifo"}) {
    for (const char* prefix : {"/static/", "/from/", "/raw?name="}) {
      const TestResponse response = get(prefix + std::string(way));
      EXPECT_NE(response.status_code, 200) << prefix << way;
      EXPECT_EQ(response.data.find("hidden"), std::string::npos) << prefix << way;
    }
  }
}

TEST_F(Served, SymlinksInsideTheFolderAreFollowed) {
  for (const char* way : {"open.txt", "sub/open.txt", "in.txt", "absolute-in/open.txt", "sub/./open.txt"})
    EXPECT_EQ(get("/from/" + std::string(way)).data, "open") << way;
}

TEST_F(Served, AFileCannotBeSwappedForAnotherBetweenCheckAndUse) {
  // What is sent is what was opened and looked at, whatever has the name since.
  const DirectorySource source(root_ + "/static");
  SourceFile file;
  ASSERT_TRUE(source.open("open.txt", file));
  std::filesystem::remove(root_ + "/static/open.txt");
  std::filesystem::create_symlink("../secret.txt", root_ + "/static/open.txt");
  char bytes[16];
  EXPECT_EQ(std::string(bytes, static_cast<std::size_t>(::pread(file.fd, bytes, sizeof bytes, 0))), "open");
}

/// While it lives, the process can have no more descriptors.
struct NoDescriptors {
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before);
    const rlimit none = {0, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before); }
  rlimit before{};
};

// What keeps a file from being opened says nothing of whether it is there: caches keep a 404.
TEST_F(Served, AServerWithoutDescriptorsDoesNotSayThatAFileIsMissing) {
  const DirectorySource source(root_ + "/static");
  {
    const NoDescriptors none;
    SourceFile one, other;
    EXPECT_THROW(source.open("open.txt", one), std::system_error);
    EXPECT_THROW(open_file(root_ + "/static/open.txt", other), std::system_error);
  }
  app_->get("/starved", [] {
    const NoDescriptors none;
    return send_from_directory("static", "open.txt");
  });
  EXPECT_EQ(get("/starved").status_code, 500);
  EXPECT_EQ(get("/static/open.txt").status_code, 200);
}

// A directory may come after its source, and be replaced.
TEST_F(Served, ADirectoryIsTheOneThatIsThereNow) {
  const DirectorySource source(root_ + "/later");
  SourceFile none, first, second;
  EXPECT_FALSE(source.open("open.txt", none));
  std::filesystem::create_directory_symlink("static/sub", root_ + "/later");
  EXPECT_TRUE(source.open("open.txt", first));
  std::filesystem::rename(root_ + "/later", root_ + "/before");
  EXPECT_FALSE(source.open("open.txt", second));
}

TEST_F(Served, WhatIsNotThereLooksLikeWhatIsForbidden) {
  const TestResponse missing = get("/static/none.txt"), forbidden = get("/static/out.txt");
  EXPECT_EQ(missing.status_code, 404);
  EXPECT_EQ(forbidden.status_code, 404);
  EXPECT_EQ(missing.data, forbidden.data);
}

}  // namespace
}  // namespace retort::security
