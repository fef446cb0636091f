// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/early_options.h"

#include <cstdlib>
#include <string_view>

namespace retort::detail {

EarlyOptions early_options(int argc, char** argv) {
  constexpr std::string_view kLong = "--env-file=";
  EarlyOptions out;
  if (const char* file = std::getenv("FLASK_ENV_FILE")) out.env_file = file;
  bool in_command = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") break;
    if (word == "--debug" || word == "--no-debug") {
      out.debug = word == "--debug";
    } else if (!in_command && (word == "-e" || word == "--env-file") && i + 1 < argc) {
      out.env_file = argv[++i];
    } else if (!in_command && word.starts_with(kLong)) {
      out.env_file = word.substr(kLong.size());
    } else if (!in_command && word.starts_with("-e")) {
      out.env_file = word.substr(2);
    } else if (!word.starts_with('-')) {
      if (!in_command && word != "run") break;  // a command's own --debug is its own
      in_command = true;
    }
  }
  return out;
}

ScopedVariable::ScopedVariable(const char* name, const char* value) : name_(name) {
  if (const char* former = std::getenv(name)) former_ = former;
  setenv(name, value, 1);
}
ScopedVariable::~ScopedVariable() {
  if (former_) {
    setenv(name_, former_->c_str(), 1);
  } else {
    unsetenv(name_);
  }
}

}  // namespace retort::detail
