// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Python's regular expressions for RE2, which takes linear time whatever it is fed: nearly the
// same language, with other spellings for some of it. Pure function.

#include <string>
#include <string_view>

namespace retort::wtf::detail {

/// \d, \w, \s and their opposites as Python has them for text: of all scripts, also inside
/// brackets; \Z, \uXXXX, \UXXXXXXXX and {,n} in RE2's spelling. All else stays: RE2 refuses what
/// it has not (look around, back references).
std::string re2_pattern(std::string_view python);

}  // namespace retort::wtf::detail
