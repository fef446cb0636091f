// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/csrf_token_field.h"

#include "retort/ext/wtf/csrf.h"

namespace retort::wtf::detail {
namespace {

CsrfOptions options_of(OptionalSeconds time_limit) {
  CsrfOptions out;
  out.time_limit = time_limit;
  return out;
}

}  // namespace

Owned<CSRFTokenField> CSRFTokenField::make(OptionalSeconds time_limit) {
  static const CSRFTokenField& prototype = *[] {
    auto* const out = new CSRFTokenField("CSRF Token");
    out->define("csrf_token", true);
    return out;
  }();
  auto out = std::make_unique<CSRFTokenField>(prototype);
  out->time_limit_ = time_limit;
  return out;
}

const std::string& CSRFTokenField::token() const {
  if (token_.empty()) token_ = csrf_token_for_form(options_of(time_limit_));
  return token_;
}

Value CSRFTokenField::value_text() const { return Value(token()); }

// A page with the form needs a token in the session, which is saved before a stream of that page
// begins: so it is made now. A form that came back has one already, or is refused.
void CSRFTokenField::process(const FormData* formdata, const Value* data) {
  HiddenField::process(formdata, data);
  if (!formdata) token();
}

void CSRFTokenField::pre_validate(BaseForm&) {
  try {
    validate_csrf_field(data, options_of(time_limit_));
  } catch (const ValidationError&) {
    token();
    throw;
  }
}

}  // namespace retort::wtf::detail
