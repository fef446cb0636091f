// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// `retort new`: a project that builds at once.

#include <string>
#include <string_view>
#include <vector>

namespace retort::tool {

struct NewProject {
  std::string name = {};
  std::string template_name = "minimal";  ///< or "site", "api"
  bool with_db = false;                   ///< models and migrations
  std::string folder = {};                ///< "": the name, in the working directory
};

/// The names of the templates.
std::vector<std::string> template_names();

/// Whether it can be a CMake target and a C++ namespace.
bool is_project_name(std::string_view name);

/// A template's text as it is in the project: the name put in, and the lines kept that are for it.
/// Lines between `//[db]` and `//[/db]` (or `#[db]`, `<!--[db]-->`) are for projects with a database,
/// those between `[no-db]` marks for the others.
std::string render(std::string_view text, const NewProject& project);

/// Writes it; the names of its files, in order. Throws UsageError for a name that is none, Failure for
/// a folder that has something in it.
std::vector<std::string> write_project(const NewProject& project);

}  // namespace retort::tool
