// SPDX-License-Identifier: BSD-3-Clause
// `./tour run --debug`. TOUR=hello and TOUR=api serve the two other apps of the text.
#include "config.h"
#include "tour.h"

namespace {

retort::App create() {
  const std::string which = environment("TOUR", "default");
  if (which == "hello") return create_hello();
  if (which == "api") return create_api();
  retort::App app = create_app(which);
  if (const char* log = std::getenv("TOUR_LOG")) add_log_file(app, log);
  return app;
}

}  // namespace

// Debug mode comes from the command line or FLASK_DEBUG, never from the source.
int main(int argc, char** argv) { return retort::main(create, argc, argv); }
