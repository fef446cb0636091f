// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/file_watcher.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

namespace retort::detail {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class FileWatcherTest : public ::testing::Test {
 protected:
  FileWatcherTest() : root(fs::path(::testing::TempDir()) / ("file_watcher_" + std::to_string(getpid()))) {
    fs::remove_all(root);
    fs::create_directories(root / "src/inner");
    write("src/app.cpp", "one");
  }
  ~FileWatcherTest() override { fs::remove_all(root); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(root / name) << text; }
  std::string path(const std::string& name) const { return (root / name).string(); }
  /// What has changed; the system has told it when write() and its like have returned.
  std::set<std::string> changes() {
    pollfd ready{watcher.fd(), POLLIN, 0};
    poll(&ready, 1, 0);
    return watcher.changes();
  }

  fs::path root;
  FileWatcher watcher;
};

TEST_F(FileWatcherTest, SeesWhatIsWrittenRenamedAndRemoved) {
  watcher.add_tree(path("src"));
  EXPECT_THAT(changes(), IsEmpty());
  write("src/app.cpp", "two");
  EXPECT_THAT(changes(), ElementsAre(path("src/app.cpp")));
  // As editors do: a new file over the old one.
  write("src/inner/x.tmp", "three");
  fs::rename(root / "src/inner/x.tmp", root / "src/inner/x.cpp");
  EXPECT_THAT(changes(), Contains(path("src/inner/x.cpp")));
  fs::remove(root / "src/inner/x.cpp");
  EXPECT_THAT(changes(), ElementsAre(path("src/inner/x.cpp")));
}

TEST_F(FileWatcherTest, FollowsFoldersThatAreMadeAndGo) {
  watcher.add_tree(path("src"));
  fs::create_directories(root / "src/new/deep");
  write("src/new/deep/a.h", "a");
  EXPECT_THAT(changes(), Contains(path("src/new/deep/a.h")));
  write("src/new/deep/a.h", "b");
  EXPECT_THAT(changes(), Contains(path("src/new/deep/a.h")));
  fs::remove_all(root / "src/new");
  changes();
  fs::create_directories(root / "src/new");
  changes();
  write("src/new/b.h", "b");
  EXPECT_THAT(changes(), Contains(path("src/new/b.h")));
}

TEST_F(FileWatcherTest, LeavesOutWhatIsRefusedAndHidden) {
  fs::create_directories(root / "src/build");
  fs::create_directories(root / "src/.git");
  watcher.is_watched = [](const std::string& folder) { return !folder.ends_with("/build"); };
  watcher.add_tree(path("src"));
  write("src/build/a.o", "x");
  write("src/.git/index", "x");
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(FileWatcherTest, WatchesSingleFilesThatMayBeMissing) {
  watcher.add_file(path("src/later.toml"));
  write("src/app.cpp", "not asked for");
  EXPECT_THAT(changes(), IsEmpty());
  write("src/later.toml", "x");
  EXPECT_THAT(changes(), ElementsAre(path("src/later.toml")));
}

}  // namespace
}  // namespace retort::detail
