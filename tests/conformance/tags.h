// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The protocol's tagged values, `{"__tuple__": [1, 2]}`, and Values. Bytes, tuples,
// markup, dicts with any keys and floats that JSON cannot write become what they stand
// for; the others (__uuid__, __datetime__, __date__, __time__, __timedelta__,
// __decimal__, __int__, __set__) stay dicts of one member, which tag() and untag() handle.

#include <string>
#include <string_view>

#include "retort/value/value.h"

namespace retort::conformance {

/// What a case's JSON stands for.
Value decode_tags(const Value& json);
/// The JSON that stands for `value`.
Value encode_tags(const Value& value);

/// `{"__datetime__": content}`.
Value tag(std::string_view name, Value content);
/// What a tagged value holds; null when `value` is not one of this name.
const Value* untag(const Value& value, std::string_view name);

std::string base64_encode(std::string_view bytes);
/// Standard alphabet, padding optional; false for anything else.
bool base64_decode(std::string_view text, std::string& out);

}  // namespace retort::conformance
