// SPDX-License-Identifier: BSD-3-Clause
// ecosystem.jsonl: Flask-Login's remember cookies.
#include <string>

#include "tests/conformance/driver.h"

#include "retort/ext/login/remember_cookie.h"

namespace retort::conformance {
namespace {

Value login_encode_cookie(const Value& c) {
  return result(login::encode_cookie(text(args(c), "payload"), text(args(c), "key")));
}

Value login_decode_cookie(const Value& c) {
  const auto payload = login::decode_cookie(text(args(c), "cookie"), text(args(c), "key"));
  return result(payload ? Value(*payload) : Value(nullptr));
}

}  // namespace

void add_login_ops(Table& table);
void add_login_ops(Table& table) {
  table.add("login_encode_cookie", login_encode_cookie);
  table.add("login_decode_cookie", login_decode_cookie);
}

}  // namespace retort::conformance
