// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What went wrong in a build, from what GCC, Clang, CMake, ninja, make and the linkers print.

#include <string>
#include <string_view>
#include <vector>

#include "retort/value/value.h"

namespace retort::detail {

struct BuildError {
  std::string file = {};  ///< as printed; "" for what has no place (a linker's)
  int line = 0;
  int column = 0;
  std::string message = {};
};

/// Text without the colours and moves of terminals.
std::string without_escapes(std::string_view text);

/// The first errors of a build's output, in order, each once; where none is understood, none.
std::vector<BuildError> build_errors(std::string_view output, std::size_t most = 5);

/// [{file, line, column, message, source}]: relative files are looked for in `folder`, and below it.
Value build_errors_value(const std::vector<BuildError>& errors, const std::string& folder);

/// "app.cpp:7:3: error: ...", with the source around the line, for a terminal.
std::string build_errors_text(const Value& errors);

}  // namespace retort::detail
