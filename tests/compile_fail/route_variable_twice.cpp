// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: a_variable_is_used_twice
#include "retort/app/app.h"
#include "retort/app/url_for.h"

using namespace retort;

std::string show(std::int64_t a, std::int64_t b) { return std::to_string(a + b); }

void set_up(App& app) {
#ifdef RETORT_CORRECT
  app.get<show>("/<int:a>/<int:b>");
#else
  app.get<show>("/<int:a>/<int:a>");
#endif
}
