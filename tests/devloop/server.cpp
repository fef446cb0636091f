// SPDX-License-Identifier: BSD-3-Clause
// run_dev_server for the tests: server APP FOLDER BUILD_SCRIPT [https].
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <retort/cli/dev_server.h>

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  try {
    std::optional<retort::server::TlsOptions> tls;
    std::vector<std::string> command = {argv[1], "run", "--debug"};
    if (argc == 5) {
      tls = retort::server::adhoc_tls();
      command.insert(command.end(), {"--cert", "adhoc"});
    }
    return retort::run_dev_server({.port = 0,
                                   .tls = tls,
                                   .app_command = command,
                                   .build_command = {"sh", argv[3]},
                                   .build_folder = argv[2],
                                   .source_folders = {argv[2]}});
  } catch (const std::exception& e) {
    std::fprintf(stderr, "Error: %s\n", e.what());
    return 1;
  }
}
