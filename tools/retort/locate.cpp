// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/locate.h"

#include <filesystem>
#include <optional>

#include "tools/retort/failure.h"
#include <fmt/format.h>

namespace retort::tool {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuffixes[] = {".cpp", ".cc", ".cxx"};

bool is_source(const fs::path& path) {
  for (const char* suffix : kSuffixes) {
    if (path.extension() == suffix) return true;
  }
  return false;
}

std::optional<Location> in_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder / "CMakeLists.txt", error)) return Location{.path = fs::canonical(folder).string()};
  for (const char* name : {"wsgi", "app"}) {
    for (const char* suffix : kSuffixes) {
      const fs::path path = folder / (std::string(name) + suffix);
      if (fs::exists(path, error)) return Location{.path = fs::canonical(path).string(), .is_file = true};
    }
  }
  return std::nullopt;
}

/// Throws for what cannot be an app.
Location of_file(const fs::path& path) {
  if (path.filename() == "CMakeLists.txt") return {.path = fs::canonical(path).parent_path().string()};
  if (is_source(path)) return {.path = fs::canonical(path).string(), .is_file = true};
  throw Failure(fmt::format(
      "{} is neither a C++ source file nor a folder with a CMakeLists.txt: give one of these to --app",
      path.string()));
}

}  // namespace

Location locate_app(std::string_view given, const std::string& folder) {
  if (given.empty()) {
    if (auto found = in_folder(folder)) return *found;
    throw Failure(
        "there is no app here: name one with --app or RETORT_APP (a source file, or a folder with a "
        "CMakeLists.txt), "
        "or make one with 'retort new NAME'");
  }
  std::error_code error;
  std::string_view name = given, factory;
  if (!fs::exists(fs::path(folder) / given, error)) {
    // NAME:FACTORY; a colon of the path itself is in one that exists.
    const std::size_t colon = given.find(':');
    name = given.substr(0, colon);
    if (colon != given.npos) factory = given.substr(colon + 1);
  }
  const fs::path path = (fs::path(folder) / name).lexically_normal();
  Location out;
  if (fs::is_directory(path, error)) {
    const auto found = in_folder(path);
    if (!found) {
      throw Failure(fmt::format(
          "{} has neither a CMakeLists.txt nor an app.cpp: --app takes a source file or a CMake project",
          name));
    }
    out = *found;
  } else if (fs::exists(path, error)) {
    out = of_file(path);
  } else {
    for (const char* suffix : kSuffixes) {  // a module's name
      const fs::path whole = path.string() + suffix;
      if (fs::exists(whole, error)) out = of_file(whole);
    }
    if (out.path.empty()) {
      throw Failure(fmt::format(
          "there is no {} and no {}.cpp: --app takes a source file or the folder of a CMake project", name,
          name));
    }
  }
  out.factory = std::string(factory);
  if (!out.factory.empty() && !out.is_file)
    throw Failure(
        fmt::format("{} is a CMake project: '{}' has no meaning there, its own main names its factory", name,
                    out.factory));
  return out;
}

}  // namespace retort::tool
