// SPDX-License-Identifier: BSD-3-Clause
#include "tools/retort/run.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "retort/app/cli.h"
#include "retort/cli/detail/certificate.h"
#include "retort/cli/dev_server.h"

namespace retort::tool {
namespace {

/// What `run` is told that the loop around the app must know; the app reads the same words.
struct RunWords {
  std::string host = "127.0.0.1";
  std::uint16_t port = 5000;
  std::optional<std::string> cert = {};
  std::optional<std::string> key = {};
  std::optional<bool> debug = {};
  std::optional<bool> reload = {};
  std::string extra_files = {};
  std::string exclude_patterns = {};
};

bool is_on(const char* name) {
  const char* value = std::getenv(name);
  if (!value || !*value) return false;
  std::string text = value;
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text != "0" && text != "false" && text != "no";
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(':', at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

RunWords read_words(const std::vector<std::string>& words) {
  RunWords out;
  CLI::App line;
  line.set_help_flag();
  line.allow_extras();  // the app knows others
  line.add_option("-h,--host", out.host)->envname("FLASK_RUN_HOST");
  line.add_option("-p,--port", out.port)->envname("FLASK_RUN_PORT")->check(CLI::Range(0, 65535));
  line.add_option("--cert", out.cert)->envname("FLASK_RUN_CERT");
  line.add_option("--key", out.key)->envname("FLASK_RUN_KEY");
  line.add_flag("--debug,!--no-debug", out.debug);
  line.add_flag("--reload,!--no-reload", out.reload)->envname("FLASK_RUN_RELOAD");
  line.add_option("--extra-files", out.extra_files)->envname("FLASK_RUN_EXTRA_FILES");
  line.add_option("--exclude-patterns", out.exclude_patterns)->envname("FLASK_RUN_EXCLUDE_PATTERNS");
  std::vector<std::string> reversed(words.rbegin(), words.rend() - 1);
  try {
    line.parse(reversed);
  } catch (const CLI::ParseError& e) {
    throw UsageError(e.what());
  }
  // CLI11 says false for a flag with a negation that was not given.
  if (line.count("--debug") == 0) out.debug.reset();
  if (line.count("--reload") == 0) out.reload.reset();
  return out;
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

int run_app(const Plan& plan, const std::vector<std::string>& words) {
  if (words.front() == "run" && !has(words, "--help")) {
    RunWords run = read_words(words);
    if (run.reload.value_or(run.debug.value_or(is_on("FLASK_DEBUG")))) {
      std::vector<std::string> command{plan.program};
      command.insert(command.end(), words.begin(), words.end());
      return run_dev_server({.host = run.host,
                             .port = run.port,
                             .tls = retort::detail::read_certificate(run.cert, run.key),
                             .app_command = std::move(command),
                             .build_command = plan.build_command,
                             .build_folder = plan.build_folder,
                             .source_folders = plan.source_folders,
                             .source_files = plan.source_files,
                             .extra_files = split(run.extra_files),
                             .exclude_patterns = split(run.exclude_patterns)});
    }
  }
  build(plan);
  become(plan.program, words);
}

}  // namespace retort::tool
