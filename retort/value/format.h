// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Python's text formatting: format() with its mini-language, str.format with fields, and
// %-formatting. Widths and precisions are bounded by the evaluator's charge and nested
// widths by depth, so that a template cannot ask for more than its share.

#include <string>
#include <string_view>

#include "retort/value/evaluator.h"
#include "retort/value/object.h"
#include "retort/value/value.h"

namespace retort::ops {

/// Appends format(value, spec): `spec` is "" or [[fill]align][sign][z][#][0][width]
/// [grouping][.precision][type]. ValueError and TypeError in Python's words.
void append_format(std::string& out, const Value& value, std::string_view spec, Evaluator& evaluator);

/// `pattern.format(*args, **kwargs)`: "{} {0.name!r:>{width}}". Attributes and items are
/// reached through the evaluator; one that it answers with a plain undefined value is an
/// AttributeError, KeyError or IndexError, one with an Undefined behind it stands for itself.
/// A Markup pattern escapes what is put in (MarkupSafe's EscapeFormatter).
Value format(const Value& pattern, const CallArguments& arguments, Evaluator& evaluator);
/// `pattern.format_map(mapping)`.
Value format_map(const Value& pattern, const Value& mapping, Evaluator& evaluator);

/// `pattern % values`: values is a tuple, a mapping, or the one value.
Value percent_format(const Value& pattern, const Value& values, Evaluator& evaluator);

}  // namespace retort::ops
