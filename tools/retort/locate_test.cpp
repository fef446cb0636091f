// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/locate.h"

#include "tools/retort/test_folder.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace retort::tool {
namespace {

using ::testing::HasSubstr;

class Locate : public ::testing::Test {
 protected:
  TestFolder folder;

  std::string found(const std::string& given) {
    const Location at = locate_app(given, folder.path.string());
    return at.path.substr(folder.path.string().size()) + (at.is_file ? "" : "/") +
           (at.factory.empty() ? "" : " " + at.factory);
  }
  std::string refused(const std::string& given) {
    return complaint([&] { locate_app(given, folder.path.string()); });
  }
};

TEST_F(Locate, TakesFilesModulesFoldersAndFactories) {
  folder.write("hello.cpp");
  folder.write("other.cc");
  folder.write("shop/CMakeLists.txt");
  folder.write("small/app.cpp");
  folder.write("a:b.cpp");
  EXPECT_EQ(found("hello.cpp"), "/hello.cpp");
  EXPECT_EQ(found("./hello.cpp"), "/hello.cpp");
  EXPECT_EQ(found(folder / "hello.cpp"), "/hello.cpp");
  EXPECT_EQ(found("hello"), "/hello.cpp");
  EXPECT_EQ(found("other"), "/other.cc");
  EXPECT_EQ(found("hello:make"), "/hello.cpp make");
  EXPECT_EQ(found("hello.cpp:blog::make(\"a:b\")"), "/hello.cpp blog::make(\"a:b\")");
  EXPECT_EQ(found("a:b.cpp"), "/a:b.cpp");
  EXPECT_EQ(found("shop"), "/shop/");
  EXPECT_EQ(found("shop/CMakeLists.txt"), "/shop/");
  EXPECT_EQ(found("small"), "/small/app.cpp");
}

TEST_F(Locate, LooksAroundAsFlaskDoes) {
  EXPECT_THAT(refused(""), HasSubstr("there is no app here"));
  folder.write("app.cpp");
  EXPECT_EQ(found(""), "/app.cpp");
  folder.write("wsgi.cpp");
  EXPECT_EQ(found(""), "/wsgi.cpp");
  folder.write("CMakeLists.txt");
  EXPECT_EQ(found(""), "/");
}

TEST_F(Locate, SaysWhatIsWrong) {
  folder.write("app.py");
  folder.write("shop/CMakeLists.txt");
  folder.write("empty/notes.txt");
  EXPECT_THAT(refused("nowhere"), HasSubstr("there is no nowhere and no nowhere.cpp"));
  EXPECT_THAT(refused("app.py"), HasSubstr("neither a C++ source file nor a folder"));
  EXPECT_THAT(refused("empty"), HasSubstr("empty has neither a CMakeLists.txt nor an app.cpp"));
  EXPECT_THAT(refused("shop:make"), HasSubstr("'make' has no meaning there"));
}

}  // namespace
}  // namespace retort::tool
