// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Programs that the development tools run: a compiler, addr2line.

#include <optional>
#include <string>
#include <vector>

namespace retort::detail {

/// What a command writes to standard output, its errors thrown away; empty when it cannot be
/// started or fails. Found in PATH; nothing is passed through a shell. Waits for its end.
std::optional<std::string> output_of(const std::vector<std::string>& command);

}  // namespace retort::detail
