// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Decimal: an exact decimal number, as Python's decimal.Decimal: money, measures. It keeps its
// trailing zeros ("12.340"), and +, - and * are exact: a result of more than 38 digits is an
// error and never rounded behind the program's back. There is no NaN and no infinity. A value
// type.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace retort {

/// Python's decimal.ROUND_*.
enum class Rounding : unsigned char { half_even, half_up, half_down, down, up, floor, ceiling };

class Decimal {
 public:
  static constexpr int kMaxDigits = 38;
  /// Of the first digit, either way.
  static constexpr int kMaxExponent = 6144;

  constexpr Decimal() = default;
  template <class T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
  constexpr Decimal(T number)  // NOLINT: implicit by design: every integer has its Decimal
      : low_(number < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(number)
                        : static_cast<std::uint64_t>(number)),
        negative_(number < 0) {}
  /// Throws std::invalid_argument for what parse() refuses. There is none from a double: say
  /// how many places count, by from_double().
  explicit Decimal(std::string_view text);
  explicit Decimal(const char* text) : Decimal(std::string_view(text)) {}
  template <class T, std::enable_if_t<std::is_floating_point_v<T>, int> = 0>
  Decimal(T) = delete;

  /// Reads "-12.340", "1E+3", ".5", "5."; nothing else. False, and `out` untouched, for other
  /// text, for more than 38 digits and an exponent beyond kMaxExponent.
  static bool parse(std::string_view text, Decimal& out);
  /// The number rounded to so many places behind the point, half to even (Python's
  /// Decimal("%.2f" % number)). Throws std::overflow_error beyond 38 digits, for NaN and infinity.
  static Decimal from_double(double number, int places);

  /// "12.340", "1E+3", "0E-10" (Python's str(Decimal)).
  std::string str() const;
  /// Never with an exponent: "1000" (Python's format(number, "f")).
  std::string plain() const;
  double to_double() const;
  /// Into `out` when it is an integer of that range; false otherwise.
  bool to_integer(std::int64_t& out) const;

  bool is_zero() const { return high_ == 0 && low_ == 0; }
  bool is_negative() const { return negative_; }  ///< of -0 as well
  int digits() const;                             ///< of 0: 1
  /// Of the last digit: -2 for "1.25".
  int exponent() const { return exponent_; }

  /// With the last digit at `exponent` (Python's quantize(Decimal(1).scaleb(exponent))). Throws
  /// std::overflow_error when that needs more than 38 digits.
  Decimal quantize(int exponent, Rounding rounding = Rounding::half_even) const;
  /// With so many places behind the point: round(number, places).
  Decimal round(int places, Rounding rounding = Rounding::half_even) const {
    return quantize(-places, rounding);
  }
  /// Without trailing zeros: "1.2" of "1.20", "1E+2" of "100".
  Decimal normalize() const;
  Decimal abs() const;
  /// Agrees with ==.
  std::size_t hash() const;

  // Each throws std::overflow_error when the exact result has more than 38 digits.
  friend Decimal operator+(const Decimal& a, const Decimal& b);
  friend Decimal operator-(const Decimal& a, const Decimal& b);
  friend Decimal operator*(const Decimal& a, const Decimal& b);
  friend Decimal operator-(const Decimal& a);
  Decimal& operator+=(const Decimal& other) { return *this = *this + other; }
  Decimal& operator-=(const Decimal& other) { return *this = *this - other; }
  Decimal& operator*=(const Decimal& other) { return *this = *this * other; }

  /// By value: 1.0 == 1.00, -0 == 0.
  friend std::weak_ordering operator<=>(const Decimal& a, const Decimal& b);
  friend bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == 0; }

 private:
  friend struct DecimalAccess;

  // The digits as an integer below 10^38, times 10^exponent_.
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
  std::int16_t exponent_ = 0;
  bool negative_ = false;
};

}  // namespace retort
