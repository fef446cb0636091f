// SPDX-License-Identifier: BSD-3-Clause
#include "retort/value/bounds.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "retort/value/error.h"
#include "retort/value/value.h"
#include "retort/value/view.h"

namespace retort {
namespace {

Value shared_lists(int levels, bool tuple) {
  Value out = 1;
  for (int i = 0; i < levels; ++i) out = tuple ? Value::tuple({out, out}) : Value::list({out, out});
  return out;
}

TEST(Bounds, walks_through_shared_lists_end) {
  const Value a = shared_lists(60, true), b = shared_lists(60, true);
  EXPECT_THROW((void)(a == b), LimitError);
  EXPECT_THROW(Value::compare(a, b), LimitError);
  EXPECT_THROW(a.hash(), LimitError);
}

TEST(Bounds, texts_of_shared_lists_end) {
  const Value value = shared_lists(60, false);
  std::string out = "before";
  const TextLimit limit(out, 1000);
  EXPECT_THROW(value.append_repr(out), LimitError);
  EXPECT_LT(out.size(), 2000u);
  EXPECT_THROW(value.str(), LimitError);  // no more than around it
}

// What one walk has entered is not counted against the next, however it began.
TEST(Bounds, walks_are_counted_one_by_one) {
  Value many = Value::list(), other = Value::list({-1});
  for (int i = 0; i < 1 << 20; ++i) many.push_back(i);
  for (int i = 1; i < 1 << 20; ++i) other.push_back(i);
  const std::vector<Value> items = {many};
  const Value view = Value::view(items), list = Value::list({other});
  for (int i = 0; i < 20; ++i) {
    ASSERT_FALSE(view == list) << i;
    ASSERT_FALSE(list == view) << i;
  }
}

TEST(Bounds, count_what_was_walked) {
  const Value a = shared_lists(3, false), b = shared_lists(3, false);
  const Walk walk;
  EXPECT_TRUE(a == b);
  EXPECT_EQ(walk.values(), 3u * 7u);
  EXPECT_EQ(a.str(), "[[[1, 1], [1, 1]], [[1, 1], [1, 1]]]");
}

}  // namespace
}  // namespace retort
