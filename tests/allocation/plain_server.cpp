// SPDX-License-Identifier: BSD-3-Clause
// An App on a free port, which it prints; one worker, until SIGTERM ends the process.
#include <cstdio>
#include <utility>

#include "retort/app/app.h"
#include "retort/server/server.h"

int main() {
  retort::App app{"plain"};
  app.get("/", [] { return "Hello, World!"; });
  retort::server::ServerOptions options;
  options.port = 0;
  retort::server::Server server(app, std::move(options));
  server.start();
  std::printf("%d\n", server.port());
  std::fflush(stdout);
  server.run();
}
