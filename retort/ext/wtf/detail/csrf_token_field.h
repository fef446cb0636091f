// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// CSRFTokenField: the hidden field with the token that a form of a request ends with.

#include <string>
#include <string_view>
#include <vector>

#include "retort/base/memory.h"
#include "retort/base/optional_seconds.h"
#include "retort/base/owned.h"
#include "retort/ext/wtf/text_fields.h"

namespace retort::wtf::detail {

class CSRFTokenField final : public HiddenField {
 public:
  using HiddenField::HiddenField;
  /// Alike for all forms but for the limit.
  static Owned<CSRFTokenField> make(OptionalSeconds time_limit);

  std::string_view type() const override { return "CSRFTokenField"; }
  /// This session's token, whatever was sent.
  Value value_text() const override;
  Owned<Field> clone() const override { return std::make_unique<CSRFTokenField>(*this); }
  void process(const FormData* formdata, const Value* data) override;

 protected:
  void pre_validate(BaseForm& form) override;

 private:
  const std::string& token() const;

  OptionalSeconds time_limit_;
  mutable std::string token_;  // empty: not asked for yet
};

}  // namespace retort::wtf::detail
