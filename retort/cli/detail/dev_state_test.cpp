// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/dev_state.h"

#include <atomic>
#include <string>
#include <system_error>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

namespace retort::detail {
namespace {

TEST(DevState, IsReadByWhoHasItsDescriptor) {
  DevState writer;
  const DevState reader(dup(writer.fd()));
  EXPECT_EQ(reader.read(), "");
  const auto before = reader.version();
  writer.write(R"({"state": "ok"})");
  EXPECT_EQ(reader.version(), before + 1);
  EXPECT_EQ(reader.read(), R"({"state": "ok"})");
  writer.write("");
  EXPECT_EQ(reader.read(), "");
  writer.write(std::string(10'000'000, 'x'));
  EXPECT_EQ(reader.read(), "{}");
}

TEST(DevState, IsNeverReadInHalves) {
  DevState writer;
  const DevState reader(dup(writer.fd()));
  std::atomic<bool> done{false};
  std::thread thread([&] {
    for (int i = 0; i < 2000; ++i)
      writer.write(std::string(100 + static_cast<std::size_t>(i) * 50, static_cast<char>('a' + i % 26)));
    done = true;
  });
  while (!done) {
    const std::string text = reader.read();
    EXPECT_EQ(text.find_first_not_of(text.empty() ? 'x' : text[0]), text.npos);
  }
  thread.join();
}

TEST(DevState, RefusesOtherDescriptors) { EXPECT_THROW(DevState(dup(0)), std::system_error); }

}  // namespace
}  // namespace retort::detail
