// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: the_view_has_no_parameter_for_a_variable
#include "retort/app/app.h"
#include "retort/app/url_for.h"

using namespace retort;

std::string show() { return ""; }

void set_up(App& app) {
#ifdef RETORT_CORRECT
  app.get<show>("/post");
#else
  app.get<show>("/post/<int:id>");
#endif
}
