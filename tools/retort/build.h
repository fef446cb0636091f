// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Running what configures and builds, and the app afterwards.

#include <string>
#include <vector>

namespace retort::tool {

/// What makes an app's program.
struct Plan {
  std::string name = {};  ///< as it is shown
  std::string build_folder = {};
  std::vector<std::string> build_command = {};  ///< run in build_folder
  std::string program = {};                     ///< what it makes
  std::vector<std::string> source_folders = {};
  std::vector<std::string> source_files = {};
};

struct Outcome {
  int exit_code = 0;  ///< 128 + the signal that ended it
  std::string output = {};
};

/// Runs a program to its end; its output, errors included, is kept. What takes longer than a moment is
/// announced on standard error by `slow` ("" not).
Outcome run_command(const std::vector<std::string>& command, const std::string& folder,
                    const std::string& slow = {});

/// Runs CMake to configure; throws Failure with what CMake found wrong.
void configure(const std::vector<std::string>& command, const std::string& name);

/// Builds; throws Failure with the compiler's output.
void build(const Plan& plan);

/// Becomes the program, with these words. Throws Failure where it cannot be run.
[[noreturn]] void become(const std::string& program, const std::vector<std::string>& words);

}  // namespace retort::tool
