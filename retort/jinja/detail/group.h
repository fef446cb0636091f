// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What groupby makes: a tuple (grouper, list) whose items have these names, too.

#include "retort/value/value.h"

namespace retort::jinja::detail {

Value make_group(const Value& grouper, const Value& list);

}  // namespace retort::jinja::detail
