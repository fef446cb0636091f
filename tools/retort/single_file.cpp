// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/single_file.h"

#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tools/retort/failure.h"
#include "tools/retort/source_scan.h"
#include "tools/retort/toolchain.h"
#include <fmt/format.h>

namespace retort::tool {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Leaves a file that says the same as it is, so that nothing is built anew.
bool write_changed(const fs::path& path, const std::string& text) {
  if (fs::exists(path) && read_file(path) == text) return false;
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw Failure(fmt::format("cannot write {}: the build folder must be writable", path.string()));
  return true;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// FNV-1a: files of the same name have folders of their own.
std::uint32_t hash(std::string_view text) {
  std::uint32_t out = 2166136261u;
  for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 16777619u;
  return out;
}

/// As C++ writes it.
std::string as_literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// A name that CMake takes as it is.
std::string program_name(const fs::path& source) {
  const std::string stem = source.stem().string();
  for (const char c : stem) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-') return "app";
  }
  return stem;
}

std::string cmake_lists(const fs::path& source) {
  // Without scanning for modules, and with nothing looked for but Retort.
  return fmt::format(
      "# Made by retort for {0}.\n"
      "cmake_minimum_required(VERSION 3.25)\n"
      "project(retort_app LANGUAGES CXX)\n"
      "set(CMAKE_EXPORT_COMPILE_COMMANDS ON)\n"
      "find_package(retort REQUIRED)\n"
      "retort_add_app(app main.cpp)\n"
      "set_target_properties(app PROPERTIES OUTPUT_NAME {1} RUNTIME_OUTPUT_DIRECTORY "
      "\"${{CMAKE_BINARY_DIR}}\")\n"
      "target_compile_options(app PRIVATE -Wall -Wextra)\n"
      "foreach(room sqlalchemy ext_migrate)\n"
      "  if(TARGET retort::${{room}})\n"
      "    target_link_libraries(app PRIVATE retort::${{room}})\n"
      "  endif()\n"
      "endforeach()\n",
      source.filename().string(), program_name(source));
}

bool is_wide(const fs::path& folder) {
  std::error_code error;
  const std::string home = environment("HOME");
  return folder == "/" || folder == fs::temp_directory_path(error) ||
         (!home.empty() && folder == fs::path(home));
}

/// What a change of is a reason to build or to show anew.
void watch(Plan& plan, const fs::path& source) {
  const fs::path folder = source.parent_path();
  if (!is_wide(folder)) {
    plan.source_folders = {folder.string()};
    return;
  }
  // Not everything that somebody has.
  plan.source_files = {source.string()};
  for (const char* name : {"templates", "static"}) {
    if (fs::is_directory(folder / name)) plan.source_folders.push_back((folder / name).string());
  }
}

}  // namespace

std::string build_folder_of(const std::string& source) {
  const std::string cache = environment("XDG_CACHE_HOME");
  const std::string home = environment("HOME");
  const fs::path path = source;
  const std::string name = fmt::format("{}-{:08x}", path.stem().string(), hash(source));
  if (cache.starts_with('/')) return (fs::path(cache) / "retort" / name).string();
  if (home.starts_with('/')) return (fs::path(home) / ".cache" / "retort" / name).string();
  return (path.parent_path() / ".retort" / name).string();
}

std::string main_source(const Location& app, const std::string& text) {
  const SourceScan scan = scan_source(text);
  const std::string name = fs::path(app.path).filename().string();
  if (scan.has_main && !app.factory.empty())
    throw Failure(fmt::format("{} has a main of its own: leave ':{}' out", name, app.factory));
  std::string out = fmt::format("#include {}\n", as_literal(app.path));
  if (scan.has_main) return out;
  std::string factory = app.factory.empty() ? scan.factory : app.factory;
  if (factory.empty()) {
    throw Failure(
        fmt::format("{} has neither a create_app() nor a main(): write 'retort::App create_app() {{ ... }}', "
                    "or name its factory with --app {}:NAME",
                    name, name));
  }
  if (factory.back() != ')') factory += "()";
  if (factory.find_first_of(";{}\n#") != factory.npos)
    throw Failure(fmt::format("'{}' is no call of a factory: give NAME or NAME(ARGUMENTS)", factory));
  out += fmt::format(
      "#include <retort/cli/main.h>\n\n"
      "int main(int argc, char** argv) {{\n"
      "  return retort::main([]() -> retort::App {{ return {}; }}, argc, argv);\n"
      "}}\n",
      factory);
  return out;
}

Plan plan_file(const Location& app) {
  const fs::path source = app.path;
  const fs::path folder = build_folder_of(app.path);
  const std::string text = main_source(app, read_file(source));
  require_toolchain();
  std::error_code error;
  fs::create_directories(folder / "source", error);
  if (error) {
    throw Failure(fmt::format("cannot make the build folder {}: {}; XDG_CACHE_HOME can name another place",
                              folder.string(), error.message()));
  }
  write_changed(folder / "source" / "main.cpp", text);
  bool fresh = write_changed(folder / "source" / "CMakeLists.txt", cmake_lists(source));

  std::vector<std::string> command{"cmake",
                                   "-S",
                                   (folder / "source").string(),
                                   "-B",
                                   folder.string(),
                                   "-DCMAKE_BUILD_TYPE=Debug",
                                   "-DCMAKE_CXX_FLAGS_DEBUG=-O0 -g1"};
  for (std::string& option : configure_options()) command.push_back(std::move(option));
  if (const std::string package = own_package(); !package.empty())
    command.push_back("-Dretort_DIR=" + package);
  // What it was configured with: another compiler or another Retort is another build.
  std::string stamp = environment("CXX") + "\n" + environment("CXXFLAGS");
  for (const std::string& word : command) stamp += "\n" + word;
  const fs::path stamp_file = folder / "configured.txt";
  const bool is_same = fs::exists(stamp_file) && read_file(stamp_file) == stamp;
  if (!is_same) fs::remove(folder / "CMakeCache.txt", error);
  if (fresh || !is_same || !fs::exists(folder / "CMakeCache.txt")) {
    fs::remove(stamp_file, error);
    configure(command, source.filename().string());
    write_changed(stamp_file, stamp);
  }

  Plan plan;
  plan.name = source.filename().string();
  plan.build_folder = folder.string();
  plan.build_command = {"cmake", "--build", ".", "--target", "app"};
  plan.program = (folder / program_name(source)).string();
  watch(plan, source);
  return plan;
}

}  // namespace retort::tool
