// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/build_tree.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace retort::detail {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

TEST(BuildTree, IsFoundAboveAProgram) {
  const fs::path root = fs::canonical(::testing::TempDir()) / ("build_tree_" + std::to_string(getpid()));
  fs::create_directories(root / "build/bin");
  std::ofstream(root / "build/bin/blog") << "a program";
  EXPECT_FALSE(build_tree_of((root / "build/bin/blog").string()));
  std::ofstream(root / "build/CMakeCache.txt") << "# comment\nCMAKE_GENERATOR:INTERNAL=Ninja\n"
                                               << "CMAKE_HOME_DIRECTORY:INTERNAL=" << root.string() << "\n";
  const auto ninja = build_tree_of((root / "build/bin/blog").string());
  ASSERT_TRUE(ninja);
  EXPECT_EQ(ninja->folder, (root / "build").string());
  EXPECT_EQ(ninja->source_folder, root.string());
  EXPECT_THAT(ninja->command, ElementsAre("cmake", "--build", ".", "--target", "bin/blog"));
  std::ofstream(root / "build/CMakeCache.txt") << "CMAKE_GENERATOR:INTERNAL=Unix Makefiles\n"
                                               << "CMAKE_HOME_DIRECTORY:INTERNAL=" << root.string() << "\n";
  EXPECT_THAT(build_tree_of((root / "build/bin/blog").string())->command,
              ElementsAre("cmake", "--build", ".", "--target", "blog"));
  EXPECT_FALSE(build_tree_of((root / "nothing").string()));
  fs::remove_all(root);
}

}  // namespace
}  // namespace retort::detail
