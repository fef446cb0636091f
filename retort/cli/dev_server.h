// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The edit-and-reload loop: serves an app, builds it anew in the background when a source
// changes, and lets the new one take over the listening socket. What does not compile leaves the
// old one serving; a crash waits for the next save. Terminal and browser are told.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "retort/server/tls.h"

namespace retort {

struct DevServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 5000;  ///< 0: any free one
  /// What this process answers with where the app cannot. The app takes its own from its arguments, but for
  /// --cert adhoc, which is this one.
  std::optional<server::TlsOptions> tls = {};
  /// The app's program and its arguments. It is started with an environment from which
  /// retort::main takes the socket.
  std::vector<std::string> app_command = {};
  /// What builds the program, run in build_folder; empty: nothing does, and a program that somebody
  /// else has built anew is started again.
  std::vector<std::string> build_command = {};
  std::string build_folder = {};
  bool build_first = true;                         ///< before the app is started
  std::vector<std::string> source_folders = {};    ///< watched with what is below them
  std::vector<std::string> source_files = {};      ///< watched by themselves
  std::vector<std::string> extra_files = {};       ///< start the app again without a build
  std::vector<std::string> exclude_patterns = {};  ///< of paths that are not watched; as fnmatch(3)
};

/// Serves until SIGINT or SIGTERM; what a program's main returns. Throws std::system_error when it
/// cannot listen or watch.
int run_dev_server(DevServerOptions options);

}  // namespace retort
