// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: retort::reflect: T has a base class; make the base a member instead
#include "retort/base/reflect.h"

struct Base {
  int a = 0;
};
#ifdef RETORT_CORRECT
struct Derived {
  Base base;
#else
struct Derived : Base {
#endif
  int b = 0;
};

static_assert(retort::reflect::member_count<Derived> == 2);
