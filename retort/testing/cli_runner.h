// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// CliRunner: runs an app's command line in process and gives what it wrote (Flask:
// app.test_cli_runner()):
//
//   CliRunner runner([](int argc, char** argv) { return retort::main(create_app, argc, argv); });
//   const CliResult result = runner.invoke({"routes"});
//
// It redirects the process's standard output and error while a command runs: one at a time.

#include <string>
#include <utility>
#include <vector>

#include "retort/base/function.h"

namespace retort {

struct CliResult {
  int exit_code = 0;
  std::string output = {};  ///< what went to standard output and error
};

class CliRunner {
 public:
  /// `main` takes what a program's main does, and returns what that would.
  explicit CliRunner(Function<int(int, char**)> main) : main_(std::move(main)) {}

  /// Runs a command. Throws what it throws, and std::system_error when its output cannot be
  /// redirected.
  CliResult invoke(const std::vector<std::string>& arguments) const;

 private:
  Function<int(int, char**)> main_;
};

}  // namespace retort
