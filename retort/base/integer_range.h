// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The least and the greatest value of an integer type, in the widest types: what
// std::numeric_limits says, without what <limits> costs to compile. Constants.

#include <cstdint>
#include <type_traits>

namespace retort {

template <class T>
inline constexpr std::int64_t kLeast = std::is_signed_v<T> ? static_cast<std::int64_t>(~std::uint64_t{0}
                                                                                       << (8 * sizeof(T) - 1))
                                                           : 0;
template <class T>
inline constexpr std::uint64_t kGreatest = ~std::uint64_t{0} >>
                                           (64 - 8 * sizeof(T) + (std::is_signed_v<T> ? 1 : 0));

}  // namespace retort
