// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Completion in shells: a script that knows a program's commands and their options.

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace retort::detail {

/// For "bash", "zsh" or "fish". `program` is what the user types: its last part counts.
std::string completion_script(std::string_view shell, std::string_view program, const CLI::App& line);

}  // namespace retort::detail
