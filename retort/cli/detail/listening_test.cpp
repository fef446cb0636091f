// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/listening.h"

#include <cerrno>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace retort::detail {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string error_of(const std::string& host, std::uint16_t port) {
  try {
    listen_alone(host, port);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

TEST(Listening, APortInUseNamesTheProgram) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    fiber::Listener holder;
    try {
      holder = fiber::Listener::tcp(host, 0);
    } catch (const fiber::IoError&) {
      continue;  // a machine without that kind of address
    }
    const std::string self = fmt::format("(process {})", getpid());
    EXPECT_THAT(port_owner(holder.port()), EndsWith(self));
    EXPECT_EQ(
        error_of(host, holder.port()),
        fmt::format("port {} is in use by {}. Stop that, or choose another port with --port (0: any that "
                    "is free).",
                    holder.port(), port_owner(holder.port())));
  }
}

TEST(Listening, APortThatNobodyHoldsHasNoOwner) {
  std::uint16_t port = 0;
  {
    const fiber::Listener holder = fiber::Listener::tcp("127.0.0.1", 0);
    port = holder.port();
  }
  EXPECT_EQ(port_owner(port), "");
  EXPECT_THAT(listen_error("127.0.0.1", port, EADDRINUSE), HasSubstr("in use by another program."));
}

TEST(Listening, OtherErrorsSayWhatToDo) {
  EXPECT_THAT(error_of("203.0.113.9", 0), HasSubstr("203.0.113.9 is no address of this machine."));
  EXPECT_THAT(error_of("no.such.host.invalid", 0), HasSubstr("there is no host 'no.such.host.invalid' ("));
  EXPECT_THAT(listen_error("127.0.0.1", 80, EACCES), HasSubstr("Choose one from 1024 on with --port."));
}

TEST(Listening, TakesNames) {
  EXPECT_NE(listen_alone("localhost", 0).port(), 0);
  EXPECT_NE(listen_alone("", 0).port(), 0);
}

}  // namespace
}  // namespace retort::detail
