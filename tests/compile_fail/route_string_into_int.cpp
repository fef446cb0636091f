// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: a_text_variable_needs_a_string_parameter
#include "retort/app/app.h"
#include "retort/app/url_for.h"

using namespace retort;

std::string show(std::int64_t id) { return std::to_string(id); }

void set_up(App& app) {
#ifdef RETORT_CORRECT
  app.get<show>("/post/<int:id>");
#else
  app.get<show>("/post/<id>");
#endif
}
