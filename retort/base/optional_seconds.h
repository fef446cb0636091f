// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// OptionalSeconds: an age or a lifetime in an argument. A value type.

#include <cstdint>
#include <type_traits>

namespace retort {

/// Seconds, or none: made from an integer or from a std::chrono duration of whole seconds.
/// No std::optional of std::chrono::seconds, for what these cost to compile.
class OptionalSeconds {
 public:
  constexpr OptionalSeconds() = default;
  template <class T, std::enable_if_t<std::is_integral_v<T>, int> = 0>
  constexpr OptionalSeconds(T seconds)  // NOLINT: implicit by design, as below
      : seconds_(static_cast<std::int64_t>(seconds)), has_value_(true) {}
  template <class D, std::enable_if_t<std::is_integral_v<typename D::rep> && D::period::den == 1, int> = 0>
  constexpr OptionalSeconds(const D& duration)  // NOLINT
      : OptionalSeconds(static_cast<std::int64_t>(duration.count()) * D::period::num) {}

  constexpr bool has_value() const { return has_value_; }
  explicit constexpr operator bool() const { return has_value_; }
  /// The seconds; 0 for none.
  constexpr std::int64_t operator*() const { return seconds_; }

 private:
  std::int64_t seconds_ = 0;
  bool has_value_ = false;
};

}  // namespace retort
