// SPDX-License-Identifier: BSD-3-Clause
// run_dev_server for the tests: server APP FOLDER BUILD_SCRIPT.
#include <cstdio>
#include <exception>

#include <retort/cli/dev_server.h>

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  try {
    return retort::run_dev_server({.port = 0,
                                   .app_command = {argv[1], "run", "--debug"},
                                   .build_command = {"sh", argv[3]},
                                   .build_folder = argv[2],
                                   .source_folders = {argv[2]}});
  } catch (const std::exception& e) {
    std::fprintf(stderr, "Error: %s\n", e.what());
    return 1;
  }
}
