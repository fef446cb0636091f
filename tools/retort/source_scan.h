// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a source file defines, as far as its text tells: a main of its own, a factory.

#include <string>
#include <string_view>

namespace retort::tool {

struct SourceScan {
  bool has_main = false;
  std::string factory = {};  ///< "create_app", else "make_app"; "" where it has neither
};

/// Comments, strings and characters count for nothing; neither do calls.
SourceScan scan_source(std::string_view text);

}  // namespace retort::tool
