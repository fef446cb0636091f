// SPDX-License-Identifier: BSD-3-Clause
// The kitchen sink in Retort's words: see app.py.
#include "kitchen.h"

using namespace retort;

namespace {

App create_app() {
  App app{"app"};
  app.config.from_mapping({{"SECRET_KEY", "kitchen sink"},
                           {"SEND_FILE_MAX_AGE_DEFAULT", 60},
                           {"TABLE_SIZE", 4},
                           {"TABLE_LEGS", "oak"}});
  add_request_views(app);
  add_response_views(app);
  add_session_views(app);
  add_helper_views(app);
  add_pages(app);
  add_routing_views(app);
  return app;
}

}  // namespace

int main(int argc, char** argv) { return retort::main(create_app, argc, argv); }
