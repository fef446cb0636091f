// SPDX-License-Identifier: BSD-3-Clause
#include "tour.h"

using namespace retort;

App create_hello() {
  App app{"hello"};
  app.get("/", "hello", [] { return "Hello, World!"; });
  return app;
}
