// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: a_uuid_variable_needs_a_Uuid_or_string_parameter
#include "retort/app/app.h"
#include "retort/app/url_for.h"

using namespace retort;

std::string show(const Uuid& id) { return id.str(); }
std::string number(std::int64_t id) { return std::to_string(id); }

void set_up(App& app) {
#ifdef RETORT_CORRECT
  app.get<show>("/post/<uuid:id>");
#else
  app.get<number>("/post/<uuid:id>");
#endif
}
