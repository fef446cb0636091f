// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Numbers as people type them and Python's int(), float() and Decimal() read them: with white
// space around, and underscores between digits. Digits are ASCII's. Pure functions.

#include <cstdint>
#include <optional>
#include <string_view>

namespace retort {
class Decimal;
}

namespace retort::wtf::detail {

/// Nothing for other text, and beyond 64 bits.
std::optional<std::int64_t> python_int(std::string_view text);
/// "inf" and "nan" as well.
std::optional<double> python_float(std::string_view text);
/// Nothing for NaN and infinity, and beyond 38 digits.
std::optional<Decimal> python_decimal(std::string_view text);

}  // namespace retort::wtf::detail
