// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Why a text is no JSON, and where: simdjson only says that it is not.

#include <cstddef>
#include <string_view>

#include "retort/base/result.h"

namespace retort::json_detail {

/// The first mistake in `text`, in the words of Python's json module where it has some.
/// `otherwise` is what it says of a text in which it finds none. Linear; never recurses.
Error diagnose(std::string_view text, std::size_t max_depth, std::string_view otherwise);

}  // namespace retort::json_detail
