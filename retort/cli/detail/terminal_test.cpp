// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/terminal.h"

#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

namespace retort::detail {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

server::AccessRecord record_of(int status, std::string_view target = "/") {
  server::AccessRecord out;
  out.remote_addr = "127.0.0.1";
  out.method = "GET";
  out.target = target;
  out.status = status;
  out.duration = microseconds(1250);
  return out;
}

TEST(Terminal, ARequestIsALine) {
  EXPECT_THAT(access_line(record_of(200), false),
              MatchesRegex("127\\.0\\.0\\.1 - - \\[[0-9]+/[A-Z][a-z]+/[0-9]+ [0-9:]+\\] "
                           "\"GET / HTTP/1\\.1\" 200 - 1\\.2 ms\n"));
  server::AccessRecord local = record_of(404);
  local.remote_addr = "";
  EXPECT_THAT(access_line(local, false), ::testing::StartsWith("- - - ["));
}

TEST(Terminal, WhatIsNoRequestIsShownAsItCame) {
  server::AccessRecord record = record_of(400);
  record.method = record.target = "";
  record.line = "\x16\x03\x01 quoted";
  EXPECT_THAT(access_line(record, false), HasSubstr("] \"\\x16\\x03\\x01 quoted\" 400 - "));
}

// Werkzeug's colours; it has 201 to 299 in magenta, too.
TEST(Terminal, ColoursTellTheStatus) {
  const struct {
    int status;
    const char* begins;
  } cases[] = {{101, "\x1b[1m"},  {304, "\x1b[36m"},        {308, "\x1b[32m"},
               {404, "\x1b[33m"}, {400, "\x1b[1m\x1b[31m"}, {500, "\x1b[1m\x1b[35m"}};
  for (const auto& c : cases)
    EXPECT_THAT(access_line(record_of(c.status), true),
                HasSubstr("\"" + std::string(c.begins) + "GET / HTTP/1.1\x1b[0m\""))
        << c.status;
  for (const int status : {200, 204})
    EXPECT_THAT(access_line(record_of(status), true), Not(HasSubstr("\x1b")));
  for (const auto& c : cases)
    EXPECT_THAT(access_line(record_of(c.status), false), Not(HasSubstr("\x1b"))) << c.status;
}

TEST(Terminal, WhatClientsSendCannotStyleIt) {
  const std::string line = access_line(record_of(404,
                                                 "/a\x1b[2J\r\nforged\x9b"
                                                 "1m"),
                                       false);
  EXPECT_THAT(line, Not(HasSubstr("\x1b")));
  EXPECT_THAT(line, Not(HasSubstr("\x9b")));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(line.find('\r'), std::string::npos);
}

TEST(Terminal, SaysWhereItServes) {
  EXPECT_EQ(serving_text("shop", true), " * Serving Retort app 'shop'\n * Debug mode: on\n");
  EXPECT_THAT(running_text("http", "127.0.0.1", 5000, false),
              MatchesRegex("WARNING: This is a development server\\..*\n"
                           " \\* Running on http://127\\.0\\.0\\.1:5000\nPress CTRL\\+C to quit\n"));
  EXPECT_THAT(running_text("http", "::1", 5000, false), HasSubstr(" * Running on http://[::1]:5000\n"));
  EXPECT_THAT(running_text("https", "localhost", 443, false),
              HasSubstr(" * Running on https://localhost:443\n"));
  EXPECT_THAT(running_text("http", "0.0.0.0", 80, false),
              HasSubstr(" * Running on all addresses (0.0.0.0)\n * Running on http://127.0.0.1:80\n"));
  EXPECT_THAT(running_text("http", "::", 80, false),
              HasSubstr(" * Running on all addresses (::)\n * Running on http://[::1]:80\n"));
  EXPECT_THAT(running_text("http", "127.0.0.1", 5000, true), ::testing::StartsWith("\x1b[1m\x1b[31mWARNING"));
  EXPECT_THAT(running_text("http", "127.0.0.1", 5000, true),
              EndsWith("\x1b[33mPress CTRL+C to quit\x1b[0m\n"));
}

TEST(Terminal, OnlyATerminalHasColours) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_FALSE(has_colours(ends[1]));
  close(ends[0]);
  close(ends[1]);
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(terminal, 0);
  unsetenv("NO_COLOR");
  EXPECT_TRUE(has_colours(terminal));
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(has_colours(terminal));
  setenv("NO_COLOR", "", 1);
  EXPECT_TRUE(has_colours(terminal));
  unsetenv("NO_COLOR");
  close(terminal);
}

}  // namespace
}  // namespace retort::detail
