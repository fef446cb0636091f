// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/project.h"

#include <chrono>
#include <filesystem>

#include "tools/retort/test_folder.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace retort::tool {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

void configured(const TestFolder& folder, const std::string& build, int age, const std::string& source = {}) {
  const std::string cache = build + "/CMakeCache.txt";
  folder.write(cache,
               "CMAKE_HOME_DIRECTORY:INTERNAL=" + (source.empty() ? folder.path.string() : source) + "\n");
  fs::last_write_time(folder.path / cache, fs::file_time_type::clock::now() - std::chrono::hours(age));
}

TEST(Project, FindsItsBuildFoldersTheNewestFirst) {
  const TestFolder folder;
  fs::create_directory(folder.path / "elsewhere");
  EXPECT_THAT(build_folders(folder.path.string()), ElementsAre());
  configured(folder, "build/dev", 3);
  configured(folder, "build/release", 1);
  configured(folder, "cmake-build-debug", 2);
  configured(folder, "build/other", 0, folder / "elsewhere");  // of another project
  folder.write("build/empty/notes.txt");
  EXPECT_THAT(build_folders(folder.path.string()),
              ElementsAre(folder / "build/release", folder / "cmake-build-debug", folder / "build/dev"));
}

TEST(Project, FindsItsPreset) {
  const TestFolder folder;
  EXPECT_EQ(configure_preset(folder.path.string()), "");
  folder.write("CMakePresets.json", "{broken");
  EXPECT_EQ(configure_preset(folder.path.string()), "");
  folder.write(
      "CMakePresets.json",
      R"({"configurePresets": [{"name": "base", "hidden": true}, {"name": "fast"}, {"name": "x"}]})");
  EXPECT_EQ(configure_preset(folder.path.string()), "fast");
  folder.write("CMakeUserPresets.json", R"({"configurePresets": [{"name": "mine"}, {"name": "dev"}]})");
  EXPECT_EQ(configure_preset(folder.path.string()), "dev");
}

// What CMake writes of a program that links `library`.
void add_target(const TestFolder& folder, const std::string& name, const std::string& library) {
  folder.write(".cmake/api/v1/reply/" + name + ".json",
               R"({"name": ")" + name + R"(", "type": "EXECUTABLE", "artifacts": [{"path": "bin/)" + name +
                   R"("}], "link": {"commandFragments": [{"fragment": "-g"}, {"fragment": ")" + library +
                   R"("}]}})");
}

TEST(Project, ReadsWhatCMakeSaysOfItsPrograms) {
  const TestFolder folder;
  EXPECT_TRUE(programs(folder.path.string()).empty());
  add_target(folder, "shop", "/usr/lib/libretort_cli.a");
  add_target(folder, "seed", "/usr/lib/libm.so");
  folder.write(".cmake/api/v1/reply/parts.json", R"({"name": "parts", "type": "STATIC_LIBRARY"})");
  folder.write(".cmake/api/v1/reply/model.json",
               R"({"configurations": [{"targets": [{"jsonFile": "shop.json"}, {"jsonFile": "seed.json"},
                                                   {"jsonFile": "parts.json"}, {"jsonFile": "gone.json"}]}]})");
  folder.write(".cmake/api/v1/reply/index-1.json", R"({"objects": []})");
  folder.write(".cmake/api/v1/reply/index-2.json",
               R"({"objects": [{"kind": "codemodel", "jsonFile": "model.json"}]})");
  const auto found = programs(folder.path.string());
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].target, "shop");
  EXPECT_EQ(found[0].path, folder / "bin/shop");
  EXPECT_TRUE(found[0].has_app);
  EXPECT_FALSE(found[1].has_app);
  folder.write(".cmake/api/v1/reply/index-3.json", "{");
  EXPECT_TRUE(programs(folder.path.string()).empty());
}

TEST(Project, ChoosesTheProgramWithTheApp) {
  const Program shop{.target = "shop", .has_app = true}, admin{.target = "admin", .has_app = true},
      seed{.target = "seed"};
  EXPECT_EQ(choose_program({seed, shop}, "", "p").target, "shop");
  EXPECT_EQ(choose_program({seed, shop, admin}, "admin", "p").target, "admin");
  EXPECT_EQ(choose_program({seed, shop}, "seed", "p").target, "seed");
  const auto refused = [](const std::vector<Program>& programs, const std::string& target) {
    return complaint([&] { choose_program(programs, target, "p"); });
  };
  EXPECT_EQ(refused({shop, admin}, ""),
            "p has several programs with an app (shop, admin): choose one with --target");
  EXPECT_THAT(refused({}, ""), HasSubstr("p makes no program: its CMakeLists.txt needs retort_add_app"));
  EXPECT_THAT(refused({seed}, ""), HasSubstr("none of p's programs (seed) links retort::retort"));
  EXPECT_EQ(refused({seed}, "shop"), "p has no program 'shop': it has seed");
  EXPECT_EQ(refused({}, "shop"), "p has no program 'shop': it has none at all");
}

}  // namespace
}  // namespace retort::tool
