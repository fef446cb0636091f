// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Attributes and items where Python raises for what is missing, reached through the
// evaluator. A missing one is an undefined value that tells nothing of itself; one that has
// an Undefined behind it (a sandbox's, an environment's) stands for itself.

#include <string_view>

#include "retort/value/evaluator.h"
#include "retort/value/value.h"

namespace retort::detail {

/// `object.name`, or AttributeError.
Value require_attribute(const Value& object, std::string_view name, Evaluator& evaluator);
/// `object[key]`, or KeyError, IndexError, TypeError.
Value require_item(const Value& object, const Value& key, Evaluator& evaluator);

}  // namespace retort::detail
