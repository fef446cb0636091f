// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/log.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace retort {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;

struct Lines {
  std::vector<std::string> lines;
  static void add(void* user, LogLevel level, std::string_view line) {
    static_cast<Lines*>(user)->lines.push_back(std::to_string(static_cast<int>(level)) + " " +
                                               std::string(line));
  }
};

TEST(Logger, GivesLinesAtOrAboveItsLevelToSinks) {
  Lines seen;
  Logger logger("test", LogLevel::warning);
  logger.remove_standard_error();
  logger.add_sink(&Lines::add, &seen);
  logger.info("quiet");
  logger.warning("loud");
  logger.set_level(LogLevel::debug);
  logger.debug("now heard");
  EXPECT_THAT(seen.lines, ElementsAre("2 loud", "0 now heard"));
}

TEST(Logger, EscapesControlCharactersSoThatNoLineIsForged) {
  Lines seen;
  Logger logger("test");
  logger.remove_standard_error();
  logger.add_sink(&Lines::add, &seen);
  logger.error("a\nb\x1b[31m\x7f\t");
  EXPECT_THAT(seen.lines, ElementsAre("3 a\\nb\\x1b[31m\\x7f\\t"));
}

TEST(Logger, CopiesShareTheirSinksAndLevel) {
  Lines seen;
  Logger logger("test");
  logger.remove_standard_error();
  Logger copy = logger;
  copy.add_sink(&Lines::add, &seen);
  copy.set_level(LogLevel::error);
  logger.info("no");
  logger.error("yes");
  EXPECT_THAT(seen.lines, ElementsAre("3 yes"));
}

TEST(Logger, WritesARotatingFileInPythonsFormat) {
  char folder[] = "/tmp/retort-log-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const std::string path = std::string(folder) + "/app.log";
  {
    Logger logger("blog");
    logger.remove_standard_error();
    logger.add_rotating_file(path, 200, 2);
    for (int i = 0; i < 8; ++i) logger.info("a line of some length");
  }
  std::ifstream in(path);
  std::string first;
  std::getline(in, first);
  EXPECT_THAT(first, MatchesRegex("\\[[0-9-]{10} [0-9:]{8},[0-9]{3}\\] INFO in blog: a line of some length"));
  EXPECT_EQ(access((std::string(folder) + "/app.1.log").c_str(), R_OK), 0);
  std::system(("rm -r " + std::string(folder)).c_str());
}

TEST(Log, EscapesWhatATerminalTakesAsAControlSequence) {
  EXPECT_EQ(escape_control("a\xc2\x9b"
                           "31mb\x9b"
                           "0m\x1b[0m"),
            "a\\x9b31mb\\x9b0m\\x1b[0m");
}

}  // namespace
}  // namespace retort
