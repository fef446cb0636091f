// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Finding text in text in linear time, and positions: bytes of UTF-8 where Python counts
// code points. Pure functions.

#include <cstddef>
#include <string_view>

#include "retort/value/detail/method_call.h"

namespace retort::detail {

inline constexpr std::size_t kNotFound = std::string_view::npos;

/// The first occurrence that starts at `from` or later. Linear, where std::string_view::find
/// is not. Precondition: needle is not empty.
std::size_t find_first(std::string_view text, std::string_view needle, std::size_t from = 0);
/// The last occurrence. Precondition: needle is not empty.
std::size_t find_last(std::string_view text, std::string_view needle);
/// Occurrences that do not overlap, `most` at the most. Precondition: needle is not empty.
std::size_t count_occurrences(std::string_view text, std::string_view needle, std::size_t most);

/// Where the code point `index` starts; the size when there are not that many.
std::size_t offset_of(std::string_view text, std::size_t index);
/// Where the code point that starts at `at` ends: bytes that continue it included.
std::size_t after_code_point(std::string_view text, std::size_t at);
/// Where the code point that ends before `at` starts. Precondition: at > 0.
std::size_t before_code_point(std::string_view text, std::size_t at);

/// The part of self that arguments `i` and `i + 1` (start, end) of a call choose.
struct Window {
  bool exists = true;  // false: start lies behind end
  std::string_view text;
  std::size_t before = 0;  // positions of self before it
};
Window window_of(const MethodCall& call, std::size_t i);

}  // namespace retort::detail
