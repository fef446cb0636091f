// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: a_text_variable_needs_a_string_parameter
#include "retort/app/app.h"
#include "retort/app/url_for.h"

using namespace retort;

void set_up(App& app) {
#ifdef RETORT_CORRECT
  app.get("/<float:x>", [](double x) { return std::to_string(x); });
#else
  app.get("/<x>", [](double x) { return std::to_string(x); });
#endif
}
