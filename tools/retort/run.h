// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A command of an app: built, then run; `run` in debug mode with the edit-and-reload loop.

#include <string>
#include <vector>

#include "tools/retort/build.h"

namespace retort::tool {

/// `words` begin with the command. Does not return where it becomes the program; else what main
/// returns. Throws Failure, UsageError.
int run_app(const Plan& plan, const std::vector<std::string>& words);

}  // namespace retort::tool
