// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: it has no JSON and no Value
#include "retort/app/app.h"
#include "retort/app/url_for.h"

using namespace retort;

struct Opaque {
  Opaque(int*, int*);

 private:
  int* x;
};
Opaque show() { return {nullptr, nullptr}; }
std::string fine() { return ""; }

void set_up(App& app) {
#ifdef RETORT_CORRECT
  app.get<fine>("/");
#else
  app.get<show>("/");
#endif
}
