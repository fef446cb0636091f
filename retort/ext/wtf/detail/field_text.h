// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A field's data as the text that a validator looks at: that of a text field where it lies, of
// others as Python's str() has it; "" without any.

#include <string>
#include <string_view>

#include "retort/ext/wtf/field_of.h"

namespace retort::wtf::detail {

/// f(text), which is valid for the call.
template <class F>
auto with_text(const Field& field, F f) {
  if (const auto* text = dynamic_cast<const FieldOf<std::string>*>(&field))
    return f(std::string_view(text->data));
  const Value data = field.data_value();
  const std::string text = data.is_none() ? std::string() : data.str();
  return f(std::string_view(text));
}

}  // namespace retort::wtf::detail
