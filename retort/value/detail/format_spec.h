// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The mini-language of format(): [[fill]align][sign][z][#][0][width][grouping][.precision]
// [type]. Pure functions.

#include <cstdint>
#include <string_view>

#include "retort/value/value.h"

namespace retort::detail {

struct FormatSpec {
  std::string_view fill = " ";  ///< one code point
  char align = '<';             ///< or '>', '^', '='
  char sign = 0;                ///< or '+', '-', ' '
  bool no_negative_zero = false;
  bool alternate = false;
  std::int64_t width = -1;
  char grouping = 0;  ///< or ',', '_'
  std::int64_t precision = -1;
  char32_t type = 0;
};

/// Reads a spec for `value`, whose type messages name. ValueError in Python's words.
FormatSpec parse_format_spec(std::string_view text, const Value& value, char32_t default_type,
                             char default_align);

/// The number that all of `digits` is, in any script's digits; -1 when it is none. ValueError
/// beyond std::int64_t.
std::int64_t decimal_number(std::string_view digits);
/// The number at `at`, which moves past it; -1 when there is none.
std::int64_t read_decimal(std::string_view text, std::size_t& at);

/// 'x', or '\xe9' for what is not ASCII: as messages show a code.
std::string code_text(char32_t code);

}  // namespace retort::detail
