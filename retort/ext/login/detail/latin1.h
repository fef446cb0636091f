// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Latin-1, in which Python's WSGI has headers and Flask-Login its key.

#include <string>
#include <string_view>

namespace retort::login::detail {

/// UTF-8 as Latin-1; text that has other characters, or is no UTF-8, stays as it is.
std::string to_latin1(std::string_view utf8);
/// Each byte as the character of that number, in UTF-8.
std::string from_latin1(std::string_view bytes);

}  // namespace retort::login::detail
