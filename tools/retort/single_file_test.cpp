// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/single_file.h"

#include "tools/retort/test_folder.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace retort::tool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string refused(const std::string& factory, const std::string& text) {
  return complaint([&] { main_source({.path = "/x/hello.cpp", .is_file = true, .factory = factory}, text); });
}

TEST(SingleFile, GetsAMainWhereItHasNone) {
  const Location app{.path = "/x/a \"b\".cpp", .is_file = true};
  EXPECT_THAT(main_source(app, "App create_app() { }"), AllOf(HasSubstr("#include \"/x/a \\\"b\\\".cpp\"\n"),
                                                              HasSubstr("return create_app(); }, argc")));
  EXPECT_THAT(main_source(app, "App create_app() { } int main() { }"), Not(HasSubstr("argc")));
  const Location named{.path = "/x/hello.cpp", .is_file = true, .factory = "make(\"test\")"};
  EXPECT_THAT(main_source(named, ""), HasSubstr("return make(\"test\"); }"));
}

TEST(SingleFile, SaysWhatItLacks) {
  EXPECT_EQ(
      refused("", "int x;"),
      "hello.cpp has neither a create_app() nor a main(): write 'retort::App create_app() { ... }', or name "
      "its factory with --app hello.cpp:NAME");
  EXPECT_EQ(refused("make", "int main() { }"), "hello.cpp has a main of its own: leave ':make' out");
  EXPECT_THAT(refused("make(); }; int x", ""), HasSubstr("is no call of a factory"));
}

TEST(SingleFile, IsBuiltInTheUsersCache) {
  {
    const TestVariable cache("XDG_CACHE_HOME", "/var/cache");
    EXPECT_THAT(build_folder_of("/a/hello.cpp"), StartsWith("/var/cache/retort/hello-"));
    EXPECT_NE(build_folder_of("/a/hello.cpp"), build_folder_of("/b/hello.cpp"));
  }
  const TestVariable cache("XDG_CACHE_HOME", "relative");  // not allowed by the XDG specification
  const TestVariable home("HOME", "/home/ada");
  EXPECT_THAT(build_folder_of("/a/hello.cpp"), StartsWith("/home/ada/.cache/retort/hello-"));
  const TestVariable nowhere("HOME", "");
  EXPECT_THAT(build_folder_of("/a/hello.cpp"), StartsWith("/a/.retort/hello-"));
}

}  // namespace
}  // namespace retort::tool
