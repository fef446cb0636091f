// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: retort::reflect: T has a member that is a reference; hold a value or a pointer
#include "retort/base/reflect.h"

struct Borrows {
  int a;
#ifdef RETORT_CORRECT
  int* b;
#else
  int& b;
#endif
};

static_assert(retort::reflect::member_count<Borrows> == 2);
