// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Walking the entries of a dict that may change meanwhile.

#include <cstddef>

#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::detail {

enum class DictPart : unsigned char { keys, values, items };

/// The iterator holds the dict. RuntimeError when the dict's size changes during the walk.
Owned<ValueIterator> walk_dict(const Value& dict, DictPart part, bool reversed);
/// RuntimeError unless the dict has `size` entries.
void check_unchanged(const Value& dict, std::size_t size);

}  // namespace retort::detail
