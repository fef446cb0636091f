// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// How Python writes numbers. Pure functions.

#include <string>

namespace retort {

/// Appends repr(number): "1.0", "1e+16", "0.1", "inf", "nan".
void append_double(std::string& out, double number);

}  // namespace retort
