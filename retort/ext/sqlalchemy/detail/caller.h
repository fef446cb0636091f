// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Which line of the application's code is running: for what debugging tells. Thread-safe.

#include <cstdint>
#include <string>
#include <vector>

namespace retort::db::detail {

/// The addresses of the calls that are being made, innermost first: what costs little.
std::vector<std::uintptr_t> call_stack();
/// "file:line (function)" of the innermost of them that is neither Retort's nor the system's; "<unknown>"
/// where there is none to be found. Slow: it reads the program's debug information at its first call.
std::string caller(const std::vector<std::uintptr_t>& stack);

}  // namespace retort::db::detail
