// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/toolchain.h"

#include <filesystem>

#include "tools/retort/test_folder.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace retort::tool {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

void add_program(const TestFolder& folder, const std::string& name) {
  folder.write(name, "#!/bin/sh\n");
  std::filesystem::permissions(folder / name, std::filesystem::perms::owner_all);
}

TEST(Toolchain, SaysWhatIsMissing) {
  const TestFolder folder;
  const TestVariable path("PATH", folder.path.string());
  const TestVariable compiler("CXX", "");
  EXPECT_THAT(complaint(require_toolchain), HasSubstr("there is no cmake: install CMake"));
  add_program(folder, "cmake");
  EXPECT_THAT(complaint(require_toolchain), HasSubstr("there is no C++ compiler: install GCC"));
  add_program(folder, "g++");
  EXPECT_THAT(complaint(require_toolchain), HasSubstr("neither ninja nor make"));
  add_program(folder, "make");
  EXPECT_EQ(complaint(require_toolchain), "");
  const TestVariable named("CXX", "clang++-99 -m64");
  EXPECT_THAT(complaint(require_toolchain), HasSubstr("clang++-99, which is not there"));
}

TEST(Toolchain, TakesWhatIsThere) {
  const TestFolder folder;
  const TestVariable path("PATH", "/nowhere::" + folder.path.string());
  EXPECT_THAT(configure_options(), Contains("Unix Makefiles"));
  EXPECT_THAT(configure_options(), Not(Contains(HasSubstr("ccache"))));
  for (const char* name : {"ninja", "ccache", "mold"}) add_program(folder, name);
  EXPECT_THAT(configure_options(), Contains("Ninja"));
  EXPECT_THAT(configure_options(), Contains("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"));
  EXPECT_THAT(configure_options(), Contains("-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold"));
  const TestVariable flags("LDFLAGS", "-fuse-ld=lld");
  EXPECT_THAT(configure_options(), Not(Contains(HasSubstr("mold"))));
}

TEST(Toolchain, AFileThatCannotRunIsNoProgram) {
  const TestFolder folder;
  const TestVariable path("PATH", folder.path.string());
  folder.write("cmake");
  std::filesystem::create_directory(folder.path / "ninja");
  EXPECT_EQ(find_program("cmake"), "");
  EXPECT_EQ(find_program("ninja"), "");
}

}  // namespace
}  // namespace retort::tool
