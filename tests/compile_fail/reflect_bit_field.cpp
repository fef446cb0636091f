// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: bit-field
#include "retort/base/reflect.h"

struct Flags {
#ifdef RETORT_CORRECT
  unsigned a, b;
#else
  unsigned a : 1, b : 2;
#endif
};

int sum(Flags& flags) {
  int total = 0;
  retort::reflect::for_each_member(flags, [&](auto, auto& member) { total += static_cast<int>(member); });
  return total;
}
