// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/headers.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace retort::http {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Headers, KeepOrderAndSpellingAndCompareWithoutCase) {
  Headers headers;
  headers.add("X-B", "1");
  headers.add("X-A", "2");
  headers.add("x-b", "3");
  EXPECT_EQ(headers.wire(), "X-B: 1\r\nX-A: 2\r\nx-b: 3\r\n");
  EXPECT_EQ(headers["X-b"], "1");
  EXPECT_THAT(headers.getlist("x-B"), ElementsAre("1", "3"));
  EXPECT_EQ(headers.size(), 3u);
  EXPECT_TRUE(headers.contains("x-a"));
  EXPECT_FALSE(headers.contains("x"));
  EXPECT_EQ(headers.get("none", "d"), "d");
}

TEST(Headers, SetTakesTheFirstPlaceAndRemovesTheOthers) {
  Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}, {"C", "4"}};
  headers.set("a", "new");
  EXPECT_EQ(headers.wire(), "a: new\r\nB: 2\r\nC: 4\r\n");
  headers["B"] = "two";
  headers["D"] = "";
  EXPECT_EQ(headers.wire(), "a: new\r\nB: two\r\nC: 4\r\nD: \r\n");
  EXPECT_EQ(headers.size(), 4u);
}

TEST(Headers, RefuseWhatCouldSplitAMessage) {
  Headers headers;
  for (const std::string_view value : {"a\r\nb", "a\nb", "a\rb"}) {
    EXPECT_THROW(headers.add("X", value), std::invalid_argument) << value;
    EXPECT_THROW(headers.set("X", value), std::invalid_argument) << value;
  }
  EXPECT_THROW(headers.add("X", std::string_view("a\0b", 3)), std::invalid_argument);
  for (const std::string_view name : {"", "a b", "a:b", "a\r\n", "\xc3\xa4", "a(b"})
    EXPECT_THROW(headers.add(name, "v"), std::invalid_argument) << name;
  EXPECT_TRUE(headers.empty());
}

TEST(Headers, GrowBeyondTheInlineBytesAndMoveOrCopy) {
  Headers headers;
  for (int i = 0; i < 50; ++i) headers.add("X-" + std::to_string(i), std::string(20, 'v'));
  Headers copy = headers;
  Headers moved = std::move(headers);
  EXPECT_EQ(copy, moved);
  EXPECT_TRUE(headers.empty());
  headers.add("A", "b");
  EXPECT_EQ(headers.wire(), "A: b\r\n");
  headers = moved;
  EXPECT_EQ(headers.at(49).name, "X-49");
  Headers small{{"k", "v"}};
  moved = std::move(small);
  EXPECT_EQ(moved.wire(), "k: v\r\n");
}

TEST(Headers, AcceptViewsIntoThemselves) {
  Headers headers{{"A", std::string(100, 'a')}, {"B", std::string(100, 'b')}};
  headers.add("C", headers["B"]);
  headers.set("A", headers["C"]);
  EXPECT_EQ(headers["A"], std::string(100, 'b'));
  EXPECT_EQ(headers["C"], std::string(100, 'b'));
}

TEST(Headers, PopByNameAndPosition) {
  Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}, {"C", "4"}};
  EXPECT_EQ(headers.pop("a"), "1");
  EXPECT_THAT(headers.keys(), ElementsAre("B", "C"));
  EXPECT_THAT(headers.pop(std::size_t{0}), Pair("B", "2"));
  EXPECT_THAT(headers.pop(), Pair("C", "4"));
  EXPECT_THROW(headers.pop("x"), std::out_of_range);
  EXPECT_EQ(headers.pop("x", "d"), "d");
  EXPECT_THROW(headers.pop(), std::out_of_range);
}

TEST(Headers, UpdateReplacesAndExtendAppends) {
  Headers headers{{"A", "1"}, {"B", "2"}};
  headers.extend(Headers{{"a", "3"}});
  EXPECT_THAT(headers.getlist("A"), ElementsAre("1", "3"));
  headers.update(Headers{{"A", "x"}, {"A", "y"}, {"Z", "z"}});
  EXPECT_THAT(headers.getlist("A"), ElementsAre("x", "y"));
  EXPECT_EQ(headers["Z"], "z");
}

TEST(Headers, OptionsAreQuotedWhereTheyAreNoToken) {
  Headers headers;
  headers.add("Content-Disposition", "attachment",
              {{"filename", "a \"b\".txt"}, {"max_size", "3"}, {"x", {}}});
  EXPECT_EQ(headers["Content-Disposition"], "attachment; filename=\"a \\\"b\\\".txt\"; max-size=3");
}

TEST(Headers, EqualWhateverTheOrderOfNames) {
  EXPECT_EQ((Headers{{"A", "1"}, {"B", "2"}}), (Headers{{"b", "2"}, {"a", "1"}}));
  EXPECT_FALSE((Headers{{"A", "1"}, {"A", "2"}}) == (Headers{{"A", "2"}, {"A", "1"}}));
}

TEST(Headers, KnowWhenAFieldMayDecideFraming) {
  Headers plain{{"Content-Type", "x"}, {"X-Y", "z"}};
  EXPECT_FALSE(plain.may_hold_framing());
  for (const char* name :
       {"Content-Length", "transfer-encoding", "CONNECTION", "Keep-Alive", "Date", "Server"}) {
    Headers headers;
    headers.add(name, "1");
    EXPECT_TRUE(headers.may_hold_framing()) << name;
    const Headers copy(headers);
    EXPECT_TRUE(copy.may_hold_framing()) << name;
    Headers extended = plain;
    extended.extend(headers);
    EXPECT_TRUE(extended.may_hold_framing()) << name;
    Headers updated = plain;
    updated.update(headers);
    EXPECT_TRUE(updated.may_hold_framing()) << name;
    const Headers moved(std::move(headers));
    EXPECT_TRUE(moved.may_hold_framing()) << name;
    extended.clear();
    EXPECT_FALSE(extended.may_hold_framing()) << name;
  }
}

}  // namespace
}  // namespace retort::http
