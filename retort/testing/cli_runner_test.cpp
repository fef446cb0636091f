// SPDX-License-Identifier: BSD-3-Clause
#include "retort/testing/cli_runner.h"

#include <cstdio>
#include <iostream>
#include <stdexcept>

#include <gtest/gtest.h>

namespace retort {
namespace {

int command(int argc, char** argv) {
  std::cout << argv[0] << " of " << argc << ":";
  std::fprintf(stderr, " to stderr");
  for (int i = 1; i < argc; ++i) std::printf(" %s", argv[i]);
  return argv[argc] == nullptr ? argc : -1;
}

TEST(CliRunner, GivesExitCodeAndOutput) {
  const CliRunner runner(command);
  const CliResult result = runner.invoke({"routes", "--sort", "a b"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_NE(result.output.find("app of 4:"), std::string::npos);
  EXPECT_NE(result.output.find(" routes --sort a b"), std::string::npos);
  EXPECT_NE(result.output.find(" to stderr"), std::string::npos);
  EXPECT_EQ(runner.invoke({}).exit_code, 1);
}

TEST(CliRunner, PutsTheStreamsBack) {
  const CliRunner inner([](int, char**) {
    std::printf("inner");
    return 0;
  });
  const CliRunner outer([&](int, char**) {
    std::printf("before|");
    EXPECT_EQ(inner.invoke({}).output, "inner");
    std::printf("after");
    return 0;
  });
  EXPECT_EQ(outer.invoke({}).output, "before|after");
  const CliRunner throwing([](int, char**) -> int { throw std::runtime_error("no"); });
  EXPECT_EQ(CliRunner([&](int, char**) {
              EXPECT_THROW(throwing.invoke({}), std::runtime_error);
              std::printf("still here");
              return 0;
            })
                .invoke({})
                .output,
            "still here");
}

}  // namespace
}  // namespace retort
