// SPDX-License-Identifier: BSD-3-Clause
// The retort command: makes projects, and builds and runs apps.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tools/retort/failure.h"
#include "tools/retort/locate.h"
#include "tools/retort/new_project.h"
#include "tools/retort/project.h"
#include "tools/retort/run.h"
#include "tools/retort/single_file.h"
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "retort/app/cli.h"
#include "retort/app/dotenv.h"
#include "retort/cli/detail/line.h"

namespace retort::tool {
namespace {

constexpr const char* kHelp =
    "Usage: retort [OPTIONS] COMMAND ...\n"
    "\n"
    "  new NAME             write a new project (retort new --help)\n"
    "  version              print the version\n"
    "  run                  build the app and serve it for development\n"
    "  ...                  any other command of the app: built, then run with the words that follow\n"
    "\n"
    "Options:\n"
    "  -A, --app APP        a C++ source file, or the folder of a CMake project; FILE:FACTORY names a "
    "factory.\n"
    "                       Else RETORT_APP or FLASK_APP, else the CMakeLists.txt, wsgi.cpp or app.cpp here\n"
    "  -e, --env-file FILE  environment variables, which go before those of .env and .flaskenv\n"
    "  --debug, --no-debug  the same as FLASK_DEBUG=1 or 0\n"
    "  --target NAME        the project's program, where it has several with an app\n"
    "  --build-folder DIR   where it is built\n"
    "  --version, --help\n"
    "\n"
    "  retort new shop && retort --app shop run --debug\n"
    "  retort --app hello.cpp run --debug\n";

struct Words {
  std::string app = {};
  std::string env_file = {};
  ProjectOptions project = {};
  std::vector<std::string> command = {};  // with what follows it
};

void print_version() { fmt::print("{}", retort::detail::version_text()); }

/// "--name VALUE" or "--name=VALUE" at words[i], which it moves on.
bool take(const std::vector<std::string>& words, std::size_t& i, std::string_view name, std::string& out) {
  const std::string& word = words[i];
  if (word == name) {
    if (i + 1 == words.size())
      throw UsageError(fmt::format("{} wants a value; 'retort --help' tells more.", name));
    out = words[++i];
    return true;
  }
  if (!name.starts_with("--") || !word.starts_with(fmt::format("{}=", name))) return false;
  out = word.substr(name.size() + 1);
  return true;
}

/// Up to the command: what follows is its own. Empty for --help and --version, which are printed.
Words read_words(const std::vector<std::string>& words) {
  Words out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--help") {
      fmt::print("{}", kHelp);
      return {};
    }
    if (word == "--version") {
      print_version();
      return {};
    }
    if (word == "--debug" || word == "--no-debug") {
      setenv("FLASK_DEBUG", word == "--debug" ? "1" : "0", 1);
    } else if (take(words, i, "--app", out.app) || take(words, i, "-A", out.app) ||
               take(words, i, "--env-file", out.env_file) || take(words, i, "-e", out.env_file) ||
               take(words, i, "--target", out.project.target) ||
               take(words, i, "--build-folder", out.project.build_folder)) {
      continue;
    } else if (word.starts_with('-')) {
      throw UsageError(fmt::format("No such option '{}'; 'retort --help' tells more.", word));
    } else {
      out.command.assign(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
      return out;
    }
  }
  throw UsageError("Missing command; 'retort --help' tells more.");
}

int make_new(std::vector<std::string> words) {
  NewProject project;
  CLI::App line("Write a new project.", "retort new");
  line.add_option("NAME", project.name, "Its name, and that of its folder.")->required();
  line.add_option("--template", project.template_name,
                  "minimal: a page; site: pages, a form and a session; api: JSON.")
      ->capture_default_str();
  line.add_flag("--db", project.with_db, "With models and migrations.");
  try {
    std::reverse(words.begin(), words.end());
    words.pop_back();
    line.parse(words);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return line.exit(e);  // --help
    throw UsageError(fmt::format("{}; 'retort new --help' tells more.", e.what()));
  }
  for (const std::string& name : write_project(project)) fmt::print("  {}/{}\n", project.name, name);
  fmt::print("\nNow: cd {} && retort run --debug\n", project.name);
  return 0;
}

void load_environment(const std::string& env_file) {
  if (!env_file.empty() && !std::filesystem::exists(env_file))
    throw UsageError(fmt::format("there is no {}: --env-file wants a file", env_file));
  if (!env_file.empty() || wants_dotenv()) {
    LoadDotenvOptions options;
    options.path = env_file;
    options.load_defaults = wants_dotenv();
    options.warn = [](std::string_view what) { fmt::print(stderr, "Warning: {}\n", what); };
    load_dotenv(options);
  }
}

int run(const std::vector<std::string>& given) {
  Words words = read_words(given);
  if (words.command.empty()) return 0;
  const std::string& command = words.command.front();
  if (command == "new") return make_new(words.command);
  if (command == "version") {
    print_version();
    return 0;
  }
  load_environment(words.env_file);
  for (const char* name : {"RETORT_APP", "FLASK_APP"}) {
    const char* value = std::getenv(name);
    if (words.app.empty() && value) words.app = value;
  }
  const Location app = locate_app(words.app, std::filesystem::current_path().string());
  return run_app(app.is_file ? plan_file(app) : plan_project(app.path, words.project), words.command);
}

}  // namespace
}  // namespace retort::tool

int main(int argc, char** argv) {
  try {
    return retort::tool::run({argv + 1, argv + argc});
  } catch (const retort::UsageError& e) {
    fmt::print(stderr, "Error: {}\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    fmt::print(stderr, "Error: {}\n", e.what());
    return 1;
  }
}
