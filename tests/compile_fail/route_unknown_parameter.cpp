// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: a view's parameter is neither a rule's variable
#include "retort/app/app.h"
#include "retort/app/url_for.h"

using namespace retort;

struct Opaque {
  Opaque() = delete;
  Opaque(int*, int*);

 private:
  int x;
};
std::string show(Opaque&) { return ""; }
std::string fine(Request&) { return ""; }

void set_up(App& app) {
#ifdef RETORT_CORRECT
  app.get<fine>("/");
#else
  app.get<show>("/");
#endif
}
