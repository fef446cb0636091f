// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The classes that an exception object is, most derived first, as C++'s run-time type
// information tells. This is what picks the most derived matching error handler.

#include <string>
#include <typeinfo>
#include <vector>

namespace retort::detail {

/// `type` and its public bases, breadth first (nearest first); each once.
std::vector<const std::type_info*> class_and_bases(const std::type_info& type);

/// "blog::ValidationError", as the source spells it.
std::string demangled(const std::type_info& type);

}  // namespace retort::detail
