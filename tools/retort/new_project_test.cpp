// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/new_project.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "tools/retort/test_folder.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace retort::tool {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(NewProject, KnowsWhatCanBeAName) {
  for (const char* name : {"shop", "Shop2", "my_shop", "x"}) EXPECT_TRUE(is_project_name(name)) << name;
  for (const char* name : {"", "2shop", "_shop", "my-shop", "my shop", "class", "std", "retort", "main",
                           "test", "a__b", "../up", "sh\xc3\xb6p"}) {
    EXPECT_FALSE(is_project_name(name)) << name;
  }
}

TEST(NewProject, PutsTheNameInAndKeepsTheLinesThatAreMeant) {
  const NewProject plain{.name = "shop"}, with_db{.name = "shop", .with_db = true};
  const std::string text =
      "// SPDX-License-Identifier: BSD-3-Clause\n\nnamespace project_name {\n//[db]\ndb::Database "
      "db;\n//[/db]\n"
      "  # [no-db]\nnone\n  # [/no-db]\n{#[db]#}\n{{ notes }}\n{#[/db]#}\nx[db]\nend";
  EXPECT_EQ(render(text, plain), "namespace shop {\nnone\nx[db]\nend");
  EXPECT_EQ(render(text, with_db), "namespace shop {\ndb::Database db;\n{{ notes }}\nx[db]\nend");
  EXPECT_EQ(render("", plain), "");
}

TEST(NewProject, WritesWholeProjects) {
  for (const std::string& name : template_names()) {
    for (const bool with_db : {false, true}) {
      const TestFolder folder;
      const NewProject project{
          .name = "shop", .template_name = name, .with_db = with_db, .folder = folder / "shop"};
      const auto files = write_project(project);
      for (const char* wanted : {"CMakeLists.txt", "CMakePresets.json", "app.cpp", "app.h", "config.h",
                                 "main.cpp", "tests/app_test.cpp", ".env.example", ".gitignore", "Dockerfile",
                                 ".github/workflows/ci.yml", "README.md"}) {
        EXPECT_THAT(files, Contains(wanted)) << name;
      }
      EXPECT_EQ(std::filesystem::exists(folder.path / "shop/migrations/versions"), with_db);
      EXPECT_EQ(std::filesystem::exists(folder.path / "shop/models.h"), with_db);
      for (const std::string& file : files) {
        EXPECT_THAT(folder.read("shop/" + file),
                    AllOf(Not(HasSubstr("project_name")), Not(HasSubstr("db]")), Not(HasSubstr("SPDX"))))
            << file;
      }
    }
  }
}

/// The words of "packages_build=(...)" in the tree's own script.
std::vector<std::string> packages_of_the_build() {
  const char* const root = std::getenv("RETORT_SOURCE_DIR");
  std::ifstream file(std::string(root ? root : ".") + "/dev");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string mark = "packages_build=(";
  const std::size_t begin = text.find(mark);
  if (begin == text.npos) return {};
  std::istringstream words(text.substr(begin + mark.size(), text.find(')', begin) - begin - mark.size()));
  return {std::istream_iterator<std::string>(words), {}};
}

TEST(NewProject, ItsContainerAndItsWorkflowInstallWhatRetortIsBuiltWith) {
  const TestFolder folder;
  write_project({.name = "shop", .folder = folder / "shop"});
  const std::vector<std::string> packages = packages_of_the_build();
  EXPECT_GT(packages.size(), 10U);
  for (const char* file : {"Dockerfile", ".github/workflows/ci.yml"}) {
    std::istringstream text(folder.read("shop/" + std::string(file)));
    const std::vector<std::string> words{std::istream_iterator<std::string>(text), {}};
    for (const std::string& package : packages) EXPECT_THAT(words, Contains(package)) << file;
  }
}

TEST(NewProject, ItsContainerHasTheMigrations) {
  for (const bool with_db : {false, true}) {
    const TestFolder folder;
    write_project({.name = "shop", .with_db = with_db, .folder = folder / "shop"});
    EXPECT_EQ(folder.read("shop/Dockerfile").find("\nCOPY migrations migrations\n") != std::string::npos,
              with_db);
  }
}

TEST(NewProject, RefusesWhatWouldDestroy) {
  const TestFolder folder;
  folder.write("shop/precious.txt", "mine");
  const NewProject project{.name = "shop", .folder = folder / "shop"};
  EXPECT_THAT(complaint([&] { write_project(project); }), HasSubstr("is there already and not empty"));
  EXPECT_FALSE(std::filesystem::exists(folder.path / "shop/app.cpp"));
  std::filesystem::remove(folder.path / "shop/precious.txt");
  EXPECT_EQ(complaint([&] { write_project(project); }), "");
  EXPECT_THAT(complaint([] { write_project({.name = "my-shop"}); }),
              HasSubstr("'my-shop' cannot be a project's name"));
  EXPECT_THAT(complaint([] { write_project({.name = "shop", .template_name = "big"}); }),
              HasSubstr("there is no template 'big': choose minimal, site or api"));
}

}  // namespace
}  // namespace retort::tool
