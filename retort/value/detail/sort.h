// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The order that Python's sort gives: sorted() and list.sort().

#include <cstddef>
#include <vector>

#include "retort/base/function.h"
#include "retort/value/evaluator.h"
#include "retort/value/value.h"

namespace retort::detail {

/// The positions of `items` in the order of their keys (without `key`: of themselves);
/// stable, in reverse as well. What a comparison or `key` throws passes through.
std::vector<std::size_t> sorted_order(Value::Items items, const Function<Value(const Value&)>& key,
                                      bool reverse, Evaluator& evaluator);

}  // namespace retort::detail
