// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/messages.h"

#include <gtest/gtest.h>

namespace retort::wtf::detail {
namespace {

TEST(FillPlaces, PutsValuesWhereTheMessageSaysSo) {
  EXPECT_EQ(fill_places("%(min)d to %(max)s", {{"min", "1"}, {"max", "5"}}), "1 to 5");
  EXPECT_EQ(fill_places("100%% of %(n)s%%", {{"n", "%(n)s"}}), "100% of %(n)s%")
      << "values are not filled in turn";
  EXPECT_EQ(fill_places("", {}), "");
}

TEST(FillPlaces, KeepsWhatIsNoPlace) {
  for (const char* text : {"50% off", "%", "%(", "%(n", "%(n)", "%(n)x", "%(other)s", "()s"})
    EXPECT_EQ(fill_places(text, {{"n", "7"}}), text);
}

TEST(FillBraces, PutsValuesBetweenBraces) {
  EXPECT_EQ(fill_braces("{a} and {b}{", {{"a", "1"}, {"b", "{a}"}}), "1 and {a}{");
  EXPECT_EQ(fill_braces("{c} {", {{"a", "1"}}), "{c} {");
}

}  // namespace
}  // namespace retort::wtf::detail
