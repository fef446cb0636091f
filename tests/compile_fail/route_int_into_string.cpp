// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: an_int_variable_needs_an_integer_parameter
#include "retort/app/app.h"
#include "retort/app/url_for.h"

using namespace retort;

std::string show(const std::string& id) { return id; }

void set_up(App& app) {
#ifdef RETORT_CORRECT
  app.get<show>("/post/<id>");
#else
  app.get<show>("/post/<int:id>");
#endif
}
