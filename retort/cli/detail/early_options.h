// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What counts before the app is made, since it may decide how: the file of environment variables,
// and debug mode.

#include <optional>
#include <string>

namespace retort::detail {

struct EarlyOptions {
  std::string env_file = {};
  std::optional<bool> debug = {};
};

/// From the words of a command line, which are not checked.
EarlyOptions early_options(int argc, char** argv);

/// Sets an environment variable for a scope.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value);
  ~ScopedVariable();
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> former_;
};

}  // namespace retort::detail
