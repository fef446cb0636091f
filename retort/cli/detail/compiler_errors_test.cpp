// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/compiler_errors.h"

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace retort::detail {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Case {
  const char* output;
  BuildError expected;
};

TEST(BuildErrors, AreThoseOfCompilersAndLinkers) {
  const std::vector<Case> cases = {
      {"[1/2] Building CXX object a.o\n../src/app.cpp: In function ‘int main()’:\n"
       "../src/app.cpp:7:3: error: ‘foo’ was not declared in this scope\n    7 |   foo();\n",
       {"../src/app.cpp", 7, 3, "‘foo’ was not declared in this scope"}},
      {"/w/app.cpp:2:10: fatal error: nothing.h: No such file or directory\ncompilation terminated.\n",
       {"/w/app.cpp", 2, 10, "nothing.h: No such file or directory"}},
      {"\x1b[1m/w/app.cpp:9:1: \x1b[0m\x1b[0;1;31merror: \x1b[0m\x1b[1munknown type name 'Ap'\x1b[0m\r\n",
       {"/w/app.cpp", 9, 1, "unknown type name 'Ap'"}},
      {"C:/x.h:4: error: something old\n", {"C:/x.h", 4, 0, "something old"}},
      {"app.cpp:6:11: error: ‘hoem’ was not declared in this scope; did you mean ‘home’?\n"
       "    6 |   app.get<hoem>(\"/\");\n      |           ^~~~\n      |           home\n"
       "app.cpp:6:16: error: no matching function for call to ‘retort::App::get<<expression error> >(const "
       "char "
       "[2])’\n"
       "app.h:3:8: note: candidate: ‘template<auto function> void get(Rule)’\n"
       "app.cpp:6:16: error: template argument 1 is invalid\n",
       {"app.cpp", 6, 11, "‘hoem’ was not declared in this scope; did you mean ‘home’?"}},
      {"app.cpp:6:16: error: template argument 1 is invalid\n",
       {"app.cpp", 6, 16, "template argument 1 is invalid"}},
      {"CMake Error at CMakeLists.txt:3 (find_package):\n  By not providing \"FindX.cmake\"\n",
       {"CMakeLists.txt", 3, 0, "By not providing \"FindX.cmake\""}},
      {"CMake Error: The source directory does not exist\n",
       {"", 0, 0, "The source directory does not exist"}},
      {"/usr/bin/ld: a.o: in function `main':\napp.cpp:(.text+0x9): undefined reference to `foo()'\n",
       {"", 0, 0, "undefined reference to `foo()'"}},
      {"mold: error: undefined symbol: foo()\n>>> referenced by a.o\n",
       {"", 0, 0, "undefined symbol: foo()"}},
  };
  for (const Case& each : cases) {
    const std::vector<BuildError> found = build_errors(each.output);
    ASSERT_THAT(found, SizeIs(1)) << each.output;
    EXPECT_EQ(found[0].file, each.expected.file);
    EXPECT_EQ(found[0].line, each.expected.line);
    EXPECT_EQ(found[0].column, each.expected.column);
    EXPECT_EQ(found[0].message, each.expected.message);
  }
}

TEST(BuildErrors, AreTheFirstAndEachOnce) {
  std::string output =
      "ninja: Entering directory\nwarning: not one\na.cpp:1:1: warning: nor this error: one\n";
  for (int i = 0; i < 20; ++i) output += "a.cpp:" + std::to_string(1 + i / 2) + ":1: error: wrong\n";
  EXPECT_THAT(build_errors(output, 5), SizeIs(5));
  EXPECT_EQ(build_errors(output, 5)[4].line, 5);
  EXPECT_THAT(build_errors("all is well\n"), IsEmpty());
  EXPECT_THAT(build_errors(""), IsEmpty());
}

TEST(BuildErrors, ComeWithTheirSource) {
  const std::string folder = ::testing::TempDir();
  const std::string name = "compiler_errors_" + std::to_string(getpid()) + ".cpp";
  std::ofstream(folder + name) << "int main() {\n  foo();\n}\n";
  const Value errors = build_errors_value({{name, 2, 3, "no foo"}, {"", 0, 0, "no bar"}}, folder);
  const std::string text = build_errors_text(errors);
  EXPECT_THAT(text, HasSubstr(name + ":2: error: no foo\n        1  int main() {\n  >     2    foo();\n"));
  EXPECT_THAT(text, HasSubstr("\nerror: no bar\n"));
  std::remove((folder + name).c_str());
}

}  // namespace
}  // namespace retort::detail
