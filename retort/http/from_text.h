// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// from_text: how the typed getters (`args.get<int>("page", 1)`) read a value. An overload
// for a program's own type, found beside that type, joins in. Each returns false, and
// leaves `out` as it was, for text that is no T. Pure functions.

#include <string>
#include <string_view>

namespace retort::http {

/// Integers in decimal as Python's int() reads them: white space around, a sign, single
/// underscores between digits. False when the value does not fit.
bool from_text(std::string_view text, short& out);
bool from_text(std::string_view text, unsigned short& out);
bool from_text(std::string_view text, int& out);
bool from_text(std::string_view text, unsigned& out);
bool from_text(std::string_view text, long& out);
bool from_text(std::string_view text, unsigned long& out);
bool from_text(std::string_view text, long long& out);
bool from_text(std::string_view text, unsigned long long& out);
/// As Python's float(): also exponents, "inf", "infinity" and "nan".
bool from_text(std::string_view text, float& out);
bool from_text(std::string_view text, double& out);
/// 1, true, yes, on, y, t are true; 0, false, no, off, n, f are false; case does not matter.
bool from_text(std::string_view text, bool& out);
bool from_text(std::string_view text, std::string& out);
bool from_text(std::string_view text, std::string_view& out);

}  // namespace retort::http
