// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: the keys of a map must be text, integers or enumerators
#include <map>

#include "retort/value/view.h"

#ifdef RETORT_CORRECT
using Key = long;
#else
using Key = double;
#endif

retort::Value view(const std::map<Key, int>& map) { return retort::Value::view(map); }
