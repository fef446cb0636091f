// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/toolchain.h"

#include <cstdlib>
#include <filesystem>

#include "tools/retort/failure.h"
#include <fmt/format.h>
#include <unistd.h>

namespace retort::tool {

namespace fs = std::filesystem;

std::string find_program(std::string_view name) {
  if (name.find('/') != name.npos)
    return access(std::string(name).c_str(), X_OK) == 0 ? std::string(name) : "";
  const char* variable = std::getenv("PATH");
  const std::string_view path = variable ? variable : "/usr/local/bin:/usr/bin:/bin";
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(':', at), path.size());
    const std::string whole = fmt::format("{}/{}", path.substr(at, end - at), name);
    std::error_code error;
    if (end > at && access(whole.c_str(), X_OK) == 0 && !fs::is_directory(whole, error)) return whole;
    at = end + 1;
  }
  return "";
}

void require_toolchain() {
  if (find_program("cmake").empty())
    throw Failure("there is no cmake: install CMake 3.25 or newer (apt-get install cmake ninja-build)");
  if (const char* named = std::getenv("CXX"); named && *named) {
    const std::string_view words = named;
    const std::string_view program = words.substr(0, words.find(' '));
    if (find_program(program).empty())
      throw Failure(
          fmt::format("CXX names the compiler {}, which is not there: install it, or unset CXX", program));
  } else if (find_program("c++").empty() && find_program("g++").empty() && find_program("clang++").empty()) {
    throw Failure(
        "there is no C++ compiler: install GCC 12 or Clang 16 or newer (apt-get install g++), or name one in "
        "CXX");
  }
  if (find_program("ninja").empty() && find_program("make").empty())
    throw Failure("there is neither ninja nor make: install one (apt-get install ninja-build)");
}

std::vector<std::string> configure_options() {
  std::vector<std::string> out;
  if (!std::getenv("CMAKE_GENERATOR")) {
    out.emplace_back("-G");
    out.emplace_back(find_program("ninja").empty() ? "Unix Makefiles" : "Ninja");
  }
  if (!std::getenv("CMAKE_CXX_COMPILER_LAUNCHER") && !find_program("ccache").empty())
    out.emplace_back("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache");
  if (!std::getenv("LDFLAGS") && !find_program("mold").empty())
    out.emplace_back("-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold");
  return out;
}

std::string own_package() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path above = program.parent_path().parent_path();
  std::vector<fs::path> candidates{above};  // a build folder: bin/ lies in it
  for (const char* name : {"lib", "lib64"}) {
    candidates.push_back(above / name / "cmake" / "retort");
    for (const auto& entry : fs::directory_iterator(above / name, error))  // lib/x86_64-linux-gnu
      if (entry.is_directory(error)) candidates.push_back(entry.path() / "cmake" / "retort");
  }
  for (const fs::path& each : candidates) {
    if (fs::exists(each / "retortConfig.cmake", error) && fs::exists(each / "retortTargets.cmake", error))
      return each.string();
  }
  return "";
}

}  // namespace retort::tool
