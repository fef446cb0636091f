// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Forms and fields as templates see them. Each holds its form, so that a stream that outlives
// the view still finds it.

#include "retort/base/owned.h"
#include "retort/ext/wtf/base_form.h"
#include "retort/value/value.h"

namespace retort::wtf::detail {

/// A field of a form.
Value field_object(const FormHandle& form, const Field& field);
/// A part of one, which may have been made for this.
Value subfield_object(const FormHandle& form, Subfield subfield);

}  // namespace retort::wtf::detail
