// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: retort::reflect: E has no fixed type; write `enum class E` or `enum E : int`
#include "retort/base/reflect.h"

#ifdef RETORT_CORRECT
enum Color : int { kRed, kGreen };
#else
enum Color { kRed, kGreen };
#endif

static_assert(retort::reflect::enum_name(kGreen) == "kGreen");
