// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Values as HTML (MarkupSafe's escape).

#include <string>

#include "retort/value/value.h"

namespace retort {

/// Appends a value's HTML: Markup as it is, an object's own HTML, else its str() escaped.
void append_escaped(std::string& out, const Value& value);
/// Appends the HTML of what has some of its own (`__html__`): Markup and objects; false for
/// all else.
bool append_own_html(std::string& out, const Value& value);
/// escape(value): Markup.
Value escape(const Value& value);

}  // namespace retort
