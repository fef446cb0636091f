// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/run.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "retort/app/app.h"
#include "retort/app/cli.h"
#include "retort/cli/detail/line.h"
#include "retort/cli/dev_server.h"

namespace retort::tool {
namespace {

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What the loop around the app must know of its words; the app reads the same ones.
void parse(retort::detail::Line& line, const std::vector<std::string>& words) {
  std::string name = "retort";
  std::vector<char*> argv{name.data()};
  std::vector<std::string> copies = words;
  for (std::string& word : copies) argv.push_back(word.data());
  line.run->allow_extras();
  try {
    line.parse(static_cast<int>(argv.size()), argv.data());
  } catch (const CLI::ParseError& e) {
    throw UsageError(line.own.message_of(e));
  }
}

}  // namespace

int run_app(const Plan& plan, const std::vector<std::string>& words) {
  if (words.front() == "run" && !has(words, "--help")) {
    const App known{"app"};  // of the program's own words nothing is known yet
    retort::detail::Line line(known);
    parse(line, words);
    if (line.reload.value_or(line.debug.value_or(known.debug()))) {
      DevServerOptions options = line.dev_server_options();
      options.app_command = {plan.program};
      options.app_command.insert(options.app_command.end(), words.begin(), words.end());
      options.build_command = plan.build_command;
      options.build_folder = plan.build_folder;
      options.source_folders = plan.source_folders;
      options.source_files = plan.source_files;
      return run_dev_server(std::move(options));
    }
  }
  build(plan);
  become(plan.program, words);
}

}  // namespace retort::tool
