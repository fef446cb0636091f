// SPDX-License-Identifier: BSD-3-Clause
#include "retort/cli/detail/build_tree.h"

#include <filesystem>
#include <fstream>

namespace retort::detail {

namespace fs = std::filesystem;

std::optional<std::string> cache_variable(const std::string& cache, std::string_view name) {
  std::ifstream in(cache);
  for (std::string line; std::getline(in, line);) {
    // NAME:TYPE=value
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') continue;
    const std::size_t equals = line.find('=', name.size());
    if (equals != line.npos) return line.substr(equals + 1);
  }
  return std::nullopt;
}

std::optional<BuildTree> build_tree_of(const std::string& program) {
  std::error_code error;
  const fs::path path = fs::canonical(program, error);
  if (error) return std::nullopt;
  for (fs::path folder = path.parent_path();; folder = folder.parent_path()) {
    const std::string cache = (folder / "CMakeCache.txt").string();
    if (fs::exists(cache, error)) {
      const std::optional<std::string> source = cache_variable(cache, "CMAKE_HOME_DIRECTORY");
      if (!source) return std::nullopt;
      // Ninja knows a program by its path, make by the name of its target.
      const bool is_ninja = cache_variable(cache, "CMAKE_GENERATOR").value_or("").starts_with("Ninja");
      const std::string target =
          is_ninja ? path.lexically_relative(folder).string() : path.filename().string();
      return BuildTree{.folder = folder.string(),
                       .source_folder = *source,
                       .command = {"cmake", "--build", ".", "--target", target}};
    }
    if (folder == folder.parent_path()) return std::nullopt;
  }
}

}  // namespace retort::detail
