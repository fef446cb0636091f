// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/field_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace retort::http {
namespace {

using ::testing::ElementsAre;

TEST(HeadersView, FindsNamesWithoutRegardToCaseInOrder) {
  const HeaderField fields[] = {{"Host", "a"}, {"X-Token", "1"}, {"x-token", "2"}};
  const HeadersView headers(fields, 3);
  EXPECT_EQ(headers["HOST"], "a");
  EXPECT_EQ(headers["missing"], "");
  EXPECT_EQ(headers.get("missing", "other"), "other");
  EXPECT_FALSE(headers.get("missing"));
  EXPECT_THAT(headers.getlist("X-TOKEN"), ElementsAre("1", "2"));
  EXPECT_TRUE(headers.contains("x-Token"));
  EXPECT_EQ(headers.size(), 3u);
}

TEST(HeadersView, JoinsWithoutCopyingTheOnlyField) {
  const HeaderField fields[] = {{"A", "1"}, {"b", ""}, {"a", "2"}, {"B", "x"}, {"C", "only"}};
  const HeadersView headers(fields, 5);
  std::string room = "left over";
  EXPECT_EQ(headers.joined("a", "; ", room), "1; 2");
  EXPECT_EQ(headers.joined("b", ",", room), "x");
  EXPECT_EQ(headers.joined("c", ",", room).data(), fields[4].value.data());
  EXPECT_EQ(headers.joined("none", ",", room), "");
}

TEST(IEquals, FoldsAsciiLettersAlone) {
  EXPECT_TRUE(iequals("Content-Type", "cONTENT-tYPE"));
  EXPECT_FALSE(iequals("a", "ab"));
  EXPECT_FALSE(iequals("[", "{"));  // one bit apart, as letters' cases are
  EXPECT_FALSE(iequals("@", "`"));
  EXPECT_TRUE(iequals("", ""));
}

}  // namespace
}  // namespace retort::http
