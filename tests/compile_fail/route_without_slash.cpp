// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: a_rule_begins_with_a_slash
#include "retort/app/app.h"
#include "retort/app/url_for.h"

using namespace retort;

std::string show() { return ""; }

void set_up(App& app) {
#ifdef RETORT_CORRECT
  app.get<show>("/post");
#else
  app.get<show>("post");
#endif
}
