// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: the_rule_is_malformed
#include "retort/app/app.h"
#include "retort/app/url_for.h"

using namespace retort;

std::string show(std::int64_t id) { return std::to_string(id); }

void set_up(App& app) {
#ifdef RETORT_CORRECT
  app.get<show>("/post/<int:id>");
#else
  app.get<show>("/post/<int:id");
#endif
}
