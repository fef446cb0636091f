// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// An app that is a CMake project: its build folder, and the program in it that has the app.

#include <string>
#include <vector>

#include "tools/retort/build.h"

namespace retort::tool {

struct ProjectOptions {
  std::string build_folder = {};  ///< "": the newest of build, build/*, cmake-build-*, out/build/*
  std::string target = {};        ///< "": the only program that links Retort's command line
};

/// A program of a build folder, as CMake's file API tells it.
struct Program {
  std::string target = {};
  std::string path = {};  ///< of the file that is made
  bool has_app = false;   ///< links Retort's command line, and is no test
};

/// The configured build folders of a project, the newest first.
std::vector<std::string> build_folders(const std::string& source_folder);

/// The configure preset that is used where there is no build folder: "dev", "debug", else the first
/// that is not hidden; "" where there is none.
std::string configure_preset(const std::string& source_folder);

/// What CMake has said of a build folder's programs; none where it was not asked.
std::vector<Program> programs(const std::string& build_folder);

/// The one with the app. Throws Failure where there is none, or several and none is named.
Program choose_program(const std::vector<Program>& programs, const std::string& target,
                       const std::string& name);

/// Configures where needed. Throws Failure.
Plan plan_project(const std::string& source_folder, const ProjectOptions& options);

}  // namespace retort::tool
