// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A command of an app's own, for those who list or run them. Immutable once added.

#include <string>
#include <vector>

#include "retort/app/cli.h"

namespace retort::cli {

struct Command {
  std::string name;
  std::string help;
  std::vector<Parameter> parameters = {};
  Group::Run run = {};
};

}  // namespace retort::cli
