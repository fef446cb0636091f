// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The built-in tests (jinja2.tests) that the table in builtins.cpp names.

#include "retort/jinja/detail/filters.h"

namespace retort::jinja::detail {

BuiltinSignature test_boolean, test_callable, test_defined, test_divisibleby, test_escaped, test_even,
    test_false, test_filter, test_float, test_in, test_integer, test_iterable, test_lower, test_mapping,
    test_none, test_number, test_odd, test_sameas, test_sequence, test_string, test_test, test_true,
    test_undefined, test_upper;
// Operators by their names in Python's module operator.
BuiltinSignature test_eq, test_ge, test_gt, test_le, test_lt, test_ne;

}  // namespace retort::jinja::detail
