// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: deleted function
#include <vector>

#include "retort/value/view.h"

std::vector<int> numbers();

retort::Value view() {
#ifdef RETORT_CORRECT
  static const std::vector<int> kept = numbers();
  return retort::Value::view(kept);
#else
  return retort::Value::view(numbers());
#endif
}
