// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: retort::reflect: T is not an aggregate: it has a constructor, a private or protected member
#include "retort/base/reflect.h"

class Point {
 public:
  int x = 0;

#ifndef RETORT_CORRECT
 private:
#endif
  int y = 0;
};

static_assert(retort::reflect::member_count<Point> == 2);
