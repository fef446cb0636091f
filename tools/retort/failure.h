// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What stops the tool: one sentence that says what is wrong and what to do. Words that make no command
// are retort::UsageError (retort/app/cli.h).

#include <stdexcept>

namespace retort::tool {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace retort::tool
