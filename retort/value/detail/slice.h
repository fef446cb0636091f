// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The positions that a slice picks out of a sequence of a length. Pure functions.

#include <cstdint>

#include "retort/value/value.h"

namespace retort::detail {

/// `count` positions from `start`, each `step` after the one before; all are inside the
/// sequence.
struct SliceBounds {
  std::int64_t start = 0;
  std::int64_t step = 1;
  std::int64_t count = 0;
};

/// Python's slice(start, stop, step).indices(length); parts that are left out are none.
/// TypeError for other parts than integers, ValueError for a step of zero.
SliceBounds slice_bounds(const Value& start, const Value& stop, const Value& step, std::int64_t length);

}  // namespace retort::detail
