// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What is there to build with, and where the Retort is that this tool belongs to.

#include <string>
#include <string_view>
#include <vector>

namespace retort::tool {

/// The whole path of a program of PATH; "" where there is none.
std::string find_program(std::string_view name);

/// Throws Failure, with what to install, where there is no CMake, no compiler, or nothing that CMake
/// could build with.
void require_toolchain();

/// For a build folder that is made anew: the generator, ccache and mold when they are there.
std::vector<std::string> configure_options();

/// The folder of the retortConfig.cmake beside this program, installed or in its build folder; "" where
/// there is none, and CMake shall look for one itself.
std::string own_package();

}  // namespace retort::tool
