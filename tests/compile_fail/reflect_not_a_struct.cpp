// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: retort::reflect: T is not an aggregate: it is not a struct
#include "retort/base/reflect.h"

struct Point {
  int x, y;
};
#ifdef RETORT_CORRECT
using Subject = Point;
#else
using Subject = int;
#endif

static_assert(retort::reflect::member_count<Subject> == 2);
