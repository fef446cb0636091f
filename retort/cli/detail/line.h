// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The words of an app's command line: Retort's own commands and options beside those of the app.

#include <cstdint>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "retort/app/app.h"
#include "retort/cli/detail/commands.h"
#include "retort/cli/dev_server.h"
#include "retort/server/tls.h"

namespace retort::detail {

/// "Retort 0.1.0" and what compiled it.
std::string version_text();

/// A port from a text. Throws UsageError, which names where it came from.
std::uint16_t read_port(const std::string& text, std::string_view from);

struct Line {
  /// The app must outlive it.
  explicit Line(const App& app);

  /// Throws CLI::ParseError, and UsageError for what the environment says.
  void parse(int argc, char** argv);

  /// What `run` says of serving with reload: without the program, what builds it, and its folders.
  DevServerOptions dev_server_options() const;

  CLI::App words{"A Retort application."};
  CommandLine own;
  // Null where the app has a command of that name.
  CLI::App *run, *serve, *routes, *config, *check, *completion;

  std::string host = "127.0.0.1", port_text = "5000";
  std::uint16_t port = 5000;
  std::optional<std::string> cert, key;
  std::optional<server::TlsOptions> tls;  // what they mean
  std::optional<bool> debug, reload, debugger, threads;
  std::string extra_files, exclude_patterns;
  unsigned workers = 1;
  bool access_log = false;
  std::string sort = "endpoint", shell;
  bool all_methods = false;
  bool version = false;

 private:
  CLI::App* add(const std::string& name, const std::string& help);
  void add_run();
  void add_serve();
  void add_listings();
  void read_environment();

  std::string env_file_;  // read earlier: see early_options
  std::optional<bool> early_debug_;
};

}  // namespace retort::detail
