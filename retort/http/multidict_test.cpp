// SPDX-License-Identifier: BSD-3-Clause
#include "retort/http/multidict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "retort/http/errors.h"

namespace retort::http {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(MultiDict, KeepsAllValuesOfAKeyInOrder) {
  MultiDict dict{{"a", "1"}, {"b", "x"}, {"a", "2"}};
  EXPECT_EQ(dict["a"], "1");
  EXPECT_THAT(dict.getlist("a"), ElementsAre("1", "2"));
  EXPECT_THAT(dict.items(true), ElementsAre(Pair("a", "1"), Pair("a", "2"), Pair("b", "x")));
  EXPECT_THAT(dict.keys(), ElementsAre("a", "b"));
  EXPECT_EQ(dict.size(), 2u);
  EXPECT_EQ(dict.get("none", "d"), "d");
}

TEST(MultiDict, MissingKeysAreBadRequestsThatNameTheKey) {
  const MultiDict dict;
  try {
    (void)dict["username"];
    FAIL();
  } catch (const BadRequestKeyError& e) {
    EXPECT_EQ(e.code(), 400);
    EXPECT_EQ(e.key(), "username");
  }
}

TEST(MultiDict, TypedGetFallsBack) {
  const MultiDict dict{{"page", "3"}, {"bad", "x"}, {"n", "1"}, {"n", "y"}, {"n", "2"}};
  EXPECT_EQ(dict.get<int>("page", 1), 3);
  EXPECT_EQ(dict.get<int>("bad", 1), 1);
  EXPECT_EQ(dict.get<int>("none", 1), 1);
  EXPECT_EQ(dict.get<int>("bad"), std::nullopt);
  EXPECT_THAT(dict.getlist<int>("n"), ElementsAre(1, 2));
}

TEST(MultiDict, PopsAndRemoves) {
  MultiDict dict{{"a", "1"}, {"a", "2"}, {"b", "x"}, {"c", "y"}};
  EXPECT_EQ(dict.pop("a"), "1");
  EXPECT_THROW(dict.pop("a"), BadRequestKeyError);
  EXPECT_EQ(dict.pop("a", "d"), "d");
  EXPECT_THAT(dict.poplist("b"), ElementsAre("x"));
  EXPECT_THAT(dict.popitem(), Pair("c", "y"));
  EXPECT_THROW(dict.popitem(), BadRequestKeyError);
  EXPECT_FALSE(dict.remove("c"));
}

TEST(MultiDict, FindsAmongThousandsOfKeysAlsoAfterRemovals) {
  MultiDict dict;
  for (int i = 0; i < 5000; ++i) dict.add(std::to_string(i), std::to_string(i * 2));
  for (int i = 0; i < 5000; i += 500) EXPECT_TRUE(dict.remove(std::to_string(i)));
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(dict.contains(std::to_string(i)), i % 500 != 0) << i;
  EXPECT_EQ(dict["4999"], "9998");
}

TEST(MultiDict, SetAndDefaults) {
  MultiDict dict{{"a", "1"}, {"a", "2"}};
  dict.set("a", "3");
  EXPECT_THAT(dict.getlist("a"), ElementsAre("3"));
  EXPECT_EQ(dict.setdefault("b", "x"), "x");
  EXPECT_EQ(dict.setdefault("b", "y"), "x");
  dict.setlist("e", {});
  EXPECT_TRUE(dict.contains("e"));
  EXPECT_EQ(dict.get("e"), std::nullopt);
  EXPECT_THAT(dict.to_dict(), ElementsAre(Pair("a", "3"), Pair("b", "x")));
}

}  // namespace
}  // namespace retort::http
