// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: give one argument for each variable of the view's rule
#include "retort/app/app.h"
#include "retort/app/url_for.h"

using namespace retort;

std::string show(std::int64_t id) { return std::to_string(id); }

void set_up(App& app) {
#ifdef RETORT_CORRECT
  app.get<show>("/post/<int:id>");
  (void)url_for<show>(1);
#else
  app.get<show>("/post/<int:id>");
  (void)url_for<show>("one", 2);
#endif
}
