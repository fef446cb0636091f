// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Which line of the application's code is running: for what debugging tells. Slow (it reads the
// program's debug information at its first call). Thread-safe.

#include <string>

namespace retort::db::detail {

/// "file:line (function)" of the innermost frame that is neither Retort's nor the system's;
/// "<unknown>" where there is none to be found.
std::string caller();

}  // namespace retort::db::detail
