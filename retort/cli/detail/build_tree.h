// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The CMake build folder that a program lies in.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace retort::detail {

struct BuildTree {
  std::string folder = {};                ///< where CMakeCache.txt is
  std::string source_folder = {};         ///< of the top CMakeLists.txt
  std::vector<std::string> command = {};  ///< builds the program and what it needs; run in `folder`
};

/// Looked for in the program's folder and those above it.
std::optional<BuildTree> build_tree_of(const std::string& program);

/// A variable of a CMakeCache.txt; empty where it has none.
std::optional<std::string> cache_variable(const std::string& cache, std::string_view name);

}  // namespace retort::detail
