// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// UTF-8: checking, walking, repairing. Pure functions; never read past the end.

#include <cstddef>
#include <string>
#include <string_view>

namespace retort::utf8 {

/// True for well-formed UTF-8 (Unicode 3.9, D92): no overlong forms, no surrogates,
/// nothing above U+10FFFF.
bool valid(std::string_view text);

/// The code point at `position`, which moves past it. Ill-formed bytes give U+FFFD, one for
/// each maximal subpart, as Python's errors="replace". Precondition: position < size.
char32_t decode(std::string_view text, std::size_t& position);

/// Appends a code point's bytes; U+FFFD's for one that is no scalar value.
void append(std::string& out, char32_t code_point);

/// The number of code points of well-formed text.
std::size_t count(std::string_view text);

/// The text with each ill-formed part as U+FFFD (bytes.decode("utf-8", "replace")).
std::string replace_invalid(std::string_view text);

}  // namespace retort::utf8
