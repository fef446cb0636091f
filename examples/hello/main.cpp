// SPDX-License-Identifier: BSD-3-Clause
#include <retort/retort.h>
using namespace retort;

App create_app() {
  App app{"hello"};
  app.get("/", [] { return json({{"message", "Hello, World!"}}); });
  return app;
}

int main(int argc, char** argv) { return retort::main(create_app, argc, argv); }
