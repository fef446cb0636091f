// SPDX-License-Identifier: BSD-3-Clause
// ecosystem.jsonl: Flask-WTF's CSRF tokens.
#include <cstdint>
#include <string>

#include "tests/conformance/driver.h"

#include "retort/ext/wtf/detail/csrf_signer.h"
#include "retort/ext/wtf/validation_error.h"

namespace retort::conformance {
namespace {

/// Time stands still at a case's `now`.
class CaseTime : public signing::TimeSource {
 public:
  explicit CaseTime(const Value& a) : now_(a["now"].as_int()) {}
  std::int64_t now() const override { return now_; }

 private:
  std::int64_t now_;
};

Value csrf_generate(const Value& c) {
  const Value& a = args(c);
  const CaseTime time(a);
  return result(wtf::detail::CsrfSigner(text(a, "secret_key"), &time).sign(text(a, "field")));
}

Value csrf_validate(const Value& c) {
  const Value& a = args(c);
  const CaseTime time(a);
  const Value session_token = has(a, "session_field") ? a["session_field"] : Value();
  try {
    wtf::detail::CsrfSigner(text(a, "secret_key"), &time)
        .check(session_token, text(a, "value", ""), has(a, "time_limit") ? a["time_limit"].as_int() : 3600);
  } catch (const wtf::ValidationError& error) {
    throw Failure{"ValidationError", error.message()};
  }
  Value out = Value::dict();
  out.set("ok", true);
  return out;
}

}  // namespace

void add_csrf_ops(Table& table);
void add_csrf_ops(Table& table) {
  table.add("csrf_generate", csrf_generate);
  table.add("csrf_validate", csrf_validate);
}

}  // namespace retort::conformance
