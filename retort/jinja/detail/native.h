// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Native rendering: a value instead of text (Jinja's nativetypes).

#include <vector>

#include "retort/value/value.h"

namespace retort::jinja::detail {

/// The one value that was printed; several as text, joined. Text that reads as a Python
/// literal becomes its value. None when nothing was printed.
Value native_result(std::vector<Value> pieces);

}  // namespace retort::jinja::detail
