// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/project.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tools/retort/failure.h"
#include "tools/retort/toolchain.h"
#include <fmt/format.h>

#include "retort/cli/detail/build_tree.h"
#include "retort/json/json.h"

namespace retort::tool {
namespace {

namespace fs = std::filesystem;

constexpr const char* kApi = ".cmake/api/v1";
constexpr const char* kQuery = ".cmake/api/v1/query/client-retort/codemodel-v2";
constexpr const char* kCommandLine = "libretort_cli.";  // the room that retort::main is in

/// Null where it cannot be read.
Value read_json(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto parsed = json::parse(text);
  return parsed ? std::move(*parsed) : Value();
}

bool is_of(const fs::path& build, const std::string& source_folder) {
  const auto home =
      retort::detail::cache_variable((build / "CMakeCache.txt").string(), "CMAKE_HOME_DIRECTORY");
  std::error_code error;
  return home && fs::equivalent(*home, source_folder, error);
}

bool links(const Value& target, std::string_view part) {
  const Value fragments = target["link"]["commandFragments"];
  if (!fragments.truthy()) return false;
  const auto& items = fragments.items();
  return std::any_of(items.begin(), items.end(), [&](const Value& each) {
    return each["fragment"].str().find(part) != std::string::npos;
  });
}

Program read_program(const fs::path& build, const Value& target) {
  Program out;
  out.target = target["name"].str();
  const Value artifacts = target["artifacts"];
  if (artifacts.truthy()) out.path = (build / artifacts.items()[0]["path"].str()).lexically_normal().string();
  out.has_app = links(target, kCommandLine) && !links(target, "gtest");
  return out;
}

/// Whether CMake has answered since it configured last.
bool is_answered(const fs::path& build) {
  return fs::exists(build / kQuery) && !programs(build.string()).empty();
}

void ask(const fs::path& build) {
  std::error_code error;
  fs::create_directories((build / kQuery).parent_path(), error);
  std::ofstream out(build / kQuery);
  if (!out)
    throw Failure(
        fmt::format("cannot write to the build folder {}: name another with --build-folder", build.string()));
}

std::string list_of(const std::vector<Program>& programs) {
  std::string out;
  for (const Program& each : programs) out += (out.empty() ? "" : ", ") + each.target;
  return out;
}

void make_build_folder(const fs::path& source, const fs::path& build, const std::string& preset) {
  std::vector<std::string> command{"cmake", "-S", source.string(), "-B", build.string()};
  if (preset.empty()) {
    command.emplace_back("-DCMAKE_BUILD_TYPE=Debug");
    command.emplace_back("-DCMAKE_EXPORT_COMPILE_COMMANDS=ON");
  } else {
    command.push_back("--preset=" + preset);
  }
  for (std::string& option : configure_options()) {
    // A preset has a generator of its own.
    if (!preset.empty() && !option.starts_with("-D")) continue;
    command.push_back(std::move(option));
  }
  if (const std::string package = own_package(); !package.empty())
    command.push_back("-Dretort_DIR=" + package);
  ask(build);
  configure(command, source.filename().string());
}

}  // namespace

std::vector<std::string> build_folders(const std::string& source_folder) {
  const fs::path source = source_folder;
  std::error_code error;
  std::vector<fs::path> found;
  const auto consider = [&](const fs::path& path) {
    if (fs::exists(path / "CMakeCache.txt", error) && is_of(path, source_folder)) found.push_back(path);
  };
  const auto consider_below = [&](const fs::path& folder) {
    for (const auto& entry : fs::directory_iterator(folder, error)) consider(entry.path());
  };
  consider(source / "build");
  consider_below(source / "build");
  consider_below(source / "out" / "build");
  for (const auto& entry : fs::directory_iterator(source, error)) {
    if (entry.path().filename().string().starts_with("cmake-build-")) consider(entry.path());
  }
  const auto age = [](const fs::path& path) {
    std::error_code ignored;
    return fs::last_write_time(path / "CMakeCache.txt", ignored);
  };
  std::stable_sort(found.begin(), found.end(),
                   [&](const fs::path& a, const fs::path& b) { return age(a) > age(b); });
  std::vector<std::string> out;
  for (const fs::path& path : found) out.push_back(path.string());
  return out;
}

std::string configure_preset(const std::string& source_folder) {
  std::vector<std::string> names;
  for (const char* file : {"CMakeUserPresets.json", "CMakePresets.json"}) {
    const Value presets = read_json(fs::path(source_folder) / file)["configurePresets"];
    if (!presets.truthy()) continue;
    for (const Value& each : presets.items()) {
      if (!each["hidden"].truthy()) names.push_back(each["name"].str());
    }
  }
  for (const char* wanted : {"dev", "debug", "Debug"}) {
    if (std::find(names.begin(), names.end(), wanted) != names.end()) return wanted;
  }
  return names.empty() ? "" : names.front();
}

std::vector<Program> programs(const std::string& build_folder) {
  const fs::path build = build_folder;
  const fs::path reply = build / kApi / "reply";
  std::error_code error;
  fs::path index;
  for (const auto& entry : fs::directory_iterator(reply, error)) {
    if (entry.path().filename().string().starts_with("index-")) index = std::max(index, entry.path());
  }
  if (index.empty()) return {};
  std::string model;
  const Value objects = read_json(index)["objects"];
  if (!objects.truthy()) return {};
  for (const Value& each : objects.items()) {
    if (each["kind"].str() == "codemodel") model = each["jsonFile"].str();
  }
  if (model.empty()) return {};
  const Value configurations = read_json(reply / model)["configurations"];
  std::vector<Program> out;
  if (!configurations.truthy()) return out;
  const Value targets = configurations.items()[0]["targets"];
  for (const Value& each : targets.items()) {
    const Value target = read_json(reply / each["jsonFile"].str());
    if (target["type"].str() == "EXECUTABLE") out.push_back(read_program(build, target));
  }
  return out;
}

Program choose_program(const std::vector<Program>& programs, const std::string& target,
                       const std::string& name) {
  if (!target.empty()) {
    for (const Program& each : programs) {
      if (each.target == target) return each;
    }
    throw Failure(programs.empty()
                      ? fmt::format("{} has no program '{}': it has none at all", name, target)
                      : fmt::format("{} has no program '{}': it has {}", name, target, list_of(programs)));
  }
  std::vector<Program> apps;
  std::copy_if(programs.begin(), programs.end(), std::back_inserter(apps),
               [](const Program& each) { return each.has_app; });
  if (apps.size() == 1) return apps.front();
  if (!apps.empty())
    throw Failure(fmt::format("{} has several programs with an app ({}): choose one with --target", name,
                              list_of(apps)));
  if (programs.empty()) {
    throw Failure(
        fmt::format("{} makes no program: its CMakeLists.txt needs retort_add_app(NAME main.cpp), or an "
                    "add_executable that links retort::retort",
                    name));
  }
  throw Failure(
      fmt::format("none of {}'s programs ({}) links retort::retort: link it to the one with the app, or "
                  "choose one with --target",
                  name, list_of(programs)));
}

Plan plan_project(const std::string& source_folder, const ProjectOptions& options) {
  const fs::path source = source_folder;
  require_toolchain();
  fs::path build =
      options.build_folder.empty() ? fs::path() : fs::absolute(options.build_folder).lexically_normal();
  if (build.empty()) {
    if (const auto found = build_folders(source_folder); !found.empty()) build = found.front();
  } else if (fs::exists(build / "CMakeCache.txt") && !is_of(build, source_folder)) {
    throw Failure(fmt::format("{} is the build folder of another project: name one of {} with --build-folder",
                              build.string(), source.filename().string()));
  }
  if (build.empty() || !fs::exists(build / "CMakeCache.txt")) {
    const std::string preset = configure_preset(source_folder);
    if (build.empty()) build = preset.empty() ? source / "build" : source / "build" / preset;
    make_build_folder(source, build, preset);
  } else if (!is_answered(build)) {
    ask(build);
    configure({"cmake", build.string()}, source.filename().string());
  }
  const std::string name = source.filename().string();
  const Program program = choose_program(programs(build.string()), options.target, name);
  return {.name = program.target,
          .build_folder = build.string(),
          .build_command = {"cmake", "--build", ".", "--target", program.target},
          .program = program.path,
          .source_folders = {source_folder}};
}

}  // namespace retort::tool
