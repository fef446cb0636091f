// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// An app in one source file with no build files: its build folder lies in the user's cache.

#include <string>

#include "tools/retort/build.h"
#include "tools/retort/locate.h"

namespace retort::tool {

/// The folder that the build of a source file is kept in: below XDG_CACHE_HOME, else ~/.cache, else
/// beside the file.
std::string build_folder_of(const std::string& source);

/// The source that is compiled: the file, and a main where it has none. Throws Failure where it has
/// neither main nor factory, or a main and a factory was named.
std::string main_source(const Location& app, const std::string& text);

/// Configures where needed. Throws Failure.
Plan plan_file(const Location& app);

}  // namespace retort::tool
