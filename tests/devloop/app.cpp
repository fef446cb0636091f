// SPDX-License-Identifier: BSD-3-Clause
// The app that the tests of the edit-and-reload loop serve. What it answers is in version.dat of the
// folder it runs in, read when it starts: a "build" writes it.
#include <cstdlib>
#include <fstream>
#include <string>

#include <retort/fiber/fiber.h>
#include <retort/retort.h>

using namespace retort;

static std::string version() {
  std::ifstream file("version.dat");
  std::string out;
  std::getline(file, out);
  return out;
}

[[gnu::noinline]] static int read_through(const int* place) { return *place; }  // the line that crashes

App create_app() {
  const std::string text = version();
  if (text == "ends") std::exit(3);
  App app{"devloop"};
  app.get("/", "index", [text] { return "<html><body>" + text + "</body></html>"; });
  app.get("/slow", "slow", [text] {
    fiber::sleep_for(milliseconds(300));
    return text;
  });
  app.get("/crash", "crash", [] { return std::to_string(read_through(nullptr)); });
  app.get("/abort", "abort", []() -> std::string { std::abort(); });
  return app;
}

int main(int argc, char** argv) { return retort::main(create_app, argc, argv); }
