// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Python's literals as text: what ast.literal_eval reads.

#include <string_view>

#include "retort/value/value.h"

namespace retort::jinja::detail {

/// The value of a Python literal: numbers, strings and bytes with their prefixes and escapes,
/// lists, tuples, dicts, True, False, None. False for what is none, for what no Value can be
/// (sets, complex numbers, integers beyond 64 bits, named characters), and beyond a depth of 100.
bool read_literal(std::string_view text, Value& out);

}  // namespace retort::jinja::detail
