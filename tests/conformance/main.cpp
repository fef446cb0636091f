// SPDX-License-Identifier: BSD-3-Clause
// retort-conformance: answers conformance cases from standard input on standard output.
#include <iostream>

#include "tests/conformance/driver.h"

namespace retort::conformance {
void add_csrf_ops(Table& table);
void add_dotenv_ops(Table& table);
void add_forms_ops(Table& table);
void add_http_a_ops(Table& table);
void add_http_b_ops(Table& table);
void add_jinja_ops(Table& table);
void add_login_ops(Table& table);
void add_routing_ops(Table& table);
void add_signing_ops(Table& table);
}  // namespace retort::conformance

int main() {
  std::ios::sync_with_stdio(false);
  retort::conformance::Table table;
#ifdef RETORT_OPS_CSRF
  retort::conformance::add_csrf_ops(table);
#endif
#ifdef RETORT_OPS_DOTENV
  retort::conformance::add_dotenv_ops(table);
#endif
#ifdef RETORT_OPS_FORMS
  retort::conformance::add_forms_ops(table);
#endif
#ifdef RETORT_OPS_HTTP_A
  retort::conformance::add_http_a_ops(table);
#endif
#ifdef RETORT_OPS_HTTP_B
  retort::conformance::add_http_b_ops(table);
#endif
#ifdef RETORT_OPS_JINJA
  retort::conformance::add_jinja_ops(table);
#endif
#ifdef RETORT_OPS_LOGIN
  retort::conformance::add_login_ops(table);
#endif
#ifdef RETORT_OPS_ROUTING
  retort::conformance::add_routing_ops(table);
#endif
#ifdef RETORT_OPS_SIGNING
  retort::conformance::add_signing_ops(table);
#endif
  retort::conformance::run(table, std::cin, std::cout);
}
