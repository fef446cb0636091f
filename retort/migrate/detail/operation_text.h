// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Operations as lines of a revision file.

#include <string>
#include <string_view>
#include <vector>

#include "retort/migrate/operation.h"

namespace retort::migrate::detail {

/// A line and how deep it is indented; blank lines and comments are not among them.
struct SourceLine {
  std::string_view text;  ///< without its indentation
  std::size_t indent = 0;
  int number = 0;
};

/// The operation that begins at `at`, of a section indented by two; steps behind it.
Operation read_operation(const std::vector<SourceLine>& lines, std::size_t& at, std::string_view path);

/// Appends it, indented by two.
void append_operation(std::string& out, const Operation& operation);

}  // namespace retort::migrate::detail
