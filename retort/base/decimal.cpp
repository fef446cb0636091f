// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/decimal.h"

#include <cmath>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

#include "retort/base/text.h"

namespace retort {
namespace {

__extension__ typedef unsigned __int128 Digits;

constexpr Digits power_of_ten(int n) {
  Digits out = 1;
  for (; n > 0; --n) out *= 10;
  return out;
}
constexpr Digits kLimit = power_of_ten(Decimal::kMaxDigits);  // the first that is too large

int count_digits(Digits number) {
  int n = 1;
  for (; number >= 10; number /= 10) ++n;
  return n;
}

[[noreturn]] void refuse_size() {
  throw std::overflow_error(fmt::format("a Decimal has at most {} digits, and an exponent of at most {}",
                                        Decimal::kMaxDigits, Decimal::kMaxExponent));
}

// number * 10^n; false beyond 38 digits.
bool scale_up(Digits& number, int n) {
  if (number == 0) return true;
  if (n > Decimal::kMaxDigits) return false;
  for (; n > 0; --n) {
    number *= 10;
    if (number >= kLimit) return false;
  }
  return true;
}

std::string digits_text(Digits number) {
  char buffer[40];
  char* at = buffer + sizeof buffer;
  do {
    *--at = static_cast<char>('0' + static_cast<int>(number % 10));
    number /= 10;
  } while (number != 0);
  return std::string(at, buffer + sizeof buffer);
}

// Whether `number`, cut where `rest` of `unit` was behind it, goes up to the next.
bool rounds_up(Digits number, Digits rest, Digits unit, bool negative, Rounding rounding) {
  if (rest == 0) return false;
  const Digits half = unit / 2;  // a unit is a power of ten, so even
  switch (rounding) {
    case Rounding::half_even:
      return rest > half || (rest == half && number % 2 == 1);
    case Rounding::half_up:
      return rest >= half;
    case Rounding::half_down:
      return rest > half;
    case Rounding::down:
      return false;
    case Rounding::up:
      return true;
    case Rounding::floor:
      return negative;
    case Rounding::ceiling:
      return !negative;
  }
  return false;
}

// "E+3", "e-7" or nothing, to the end of the text.
bool take_exponent(std::string_view text, int& out) {
  out = 0;
  if (text.empty()) return true;
  if (text::lower(text.front()) != 'e') return false;
  text.remove_prefix(1);
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 6) return false;
  for (const char c : text) {
    if (!text::is_digit(c)) return false;
    out = out * 10 + (c - '0');
  }
  if (negative) out = -out;
  return true;
}

}  // namespace

struct DecimalAccess {
  static Digits digits(const Decimal& d) { return Digits{d.high_} << 64 | d.low_; }

  static bool make(Digits digits, int exponent, bool negative, Decimal& out) {
    if (digits >= kLimit) return false;
    const int first = exponent + (digits == 0 ? 0 : count_digits(digits) - 1);
    if (first > Decimal::kMaxExponent || first < -Decimal::kMaxExponent) return false;
    out.low_ = static_cast<std::uint64_t>(digits);
    out.high_ = static_cast<std::uint64_t>(digits >> 64);
    out.exponent_ = static_cast<std::int16_t>(exponent);
    out.negative_ = negative;
    return true;
  }

  static Decimal made(Digits digits, int exponent, bool negative) {
    Decimal out;
    if (!make(digits, exponent, negative, out)) refuse_size();
    return out;
  }

  static std::weak_ordering compare_sizes(const Decimal& a, const Decimal& b) {
    Digits x = digits(a), y = digits(b);
    const int first_a = a.exponent_ + count_digits(x), first_b = b.exponent_ + count_digits(y);
    if (first_a != first_b) return first_a <=> first_b;
    // The same place of the first digit: brought to the same number of digits, at most 38.
    scale_up(a.exponent_ > b.exponent_ ? x : y, std::abs(a.exponent_ - b.exponent_));
    return x < y   ? std::weak_ordering::less
           : x > y ? std::weak_ordering::greater
                   : std::weak_ordering::equivalent;
  }

  static Decimal add(const Decimal& a, const Decimal& b, bool negative_b) {
    Digits x = digits(a), y = digits(b);
    const int exponent = a.exponent_ < b.exponent_ ? a.exponent_ : b.exponent_;
    if (!scale_up(x, a.exponent_ - exponent) || !scale_up(y, b.exponent_ - exponent)) refuse_size();
    if (a.negative_ == negative_b) return made(x + y, exponent, a.negative_);
    if (x == y) return made(0, exponent, false);
    return x > y ? made(x - y, exponent, a.negative_) : made(y - x, exponent, negative_b);
  }
};

Decimal::Decimal(std::string_view text) {
  if (!parse(text, *this)) {
    throw std::invalid_argument(fmt::format("{} is no decimal number of at most {} digits",
                                            text::repr(text.substr(0, 60)), kMaxDigits));
  }
}

bool Decimal::parse(std::string_view text, Decimal& out) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  Digits digits = 0;
  int places = 0;
  bool any = false, point = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text.front();
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!text::is_digit(c)) break;
    any = true;
    digits = digits * 10 + static_cast<unsigned>(c - '0');
    if (point) ++places;
    // Bounded as well: zeros behind the point, of which a text may have any number.
    if (digits >= kLimit || places > 2 * kMaxExponent) return false;
  }
  int exponent = 0;
  return any && take_exponent(text, exponent) &&
         DecimalAccess::make(digits, exponent - places, negative, out);
}

Decimal Decimal::from_double(double number, int places) {
  if (!std::isfinite(number) || places < 0 || places > kMaxDigits || std::fabs(number) >= 1e38) refuse_size();
  Decimal out;
  if (!parse(fmt::format("{:.{}f}", number, places), out)) refuse_size();
  return out;
}

std::string Decimal::str() const {
  const std::string digits = digits_text(DecimalAccess::digits(*this));
  const int first = exponent_ + static_cast<int>(digits.size()) - 1;
  if (exponent_ <= 0 && first >= -6) return plain();
  std::string out = negative_ ? "-" : "";
  out += digits[0];
  if (digits.size() > 1) out.append(".").append(digits, 1);
  return out + fmt::format("E{:+}", first);
}

std::string Decimal::plain() const {
  std::string digits = digits_text(DecimalAccess::digits(*this));
  if (exponent_ > 0 && !is_zero()) digits.append(static_cast<std::size_t>(exponent_), '0');
  if (exponent_ < 0) {
    const auto places = static_cast<std::size_t>(-exponent_);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, 1, '.');
  }
  return negative_ ? "-" + digits : digits;
}

double Decimal::to_double() const { return std::strtod(str().c_str(), nullptr); }

bool Decimal::to_integer(std::int64_t& out) const {
  const Decimal whole = normalize();
  Digits digits = DecimalAccess::digits(whole);
  if (whole.exponent_ < 0 || !scale_up(digits, whole.exponent_)) return false;
  const Digits limit = Digits{INT64_MAX} + (negative_ ? 1 : 0);
  if (digits > limit) return false;
  const auto size = static_cast<std::uint64_t>(digits);
  out = static_cast<std::int64_t>(negative_ ? std::uint64_t{0} - size : size);
  return true;
}

int Decimal::digits() const { return count_digits(DecimalAccess::digits(*this)); }

Decimal Decimal::quantize(int exponent, Rounding rounding) const {
  if (exponent < -kMaxExponent || exponent > kMaxExponent) refuse_size();
  Digits digits = DecimalAccess::digits(*this);
  const int cut = exponent - exponent_;
  if (cut <= 0) {
    if (!scale_up(digits, -cut)) refuse_size();
    return DecimalAccess::made(digits, exponent, negative_);
  }
  // A unit of 10^38 is already more than twice any number below half of it.
  const bool beyond = cut > kMaxDigits;
  const Digits unit = power_of_ten(beyond ? kMaxDigits : cut);
  const Digits kept = beyond ? 0 : digits / unit;
  Digits rest = beyond ? digits : digits % unit;
  if (beyond && rest != 0) rest = 1;  // far below half a unit
  const bool up = rounds_up(kept, rest, unit, negative_, rounding);
  return DecimalAccess::made(kept + (up ? 1 : 0), exponent, negative_);
}

Decimal Decimal::normalize() const {
  Digits digits = DecimalAccess::digits(*this);
  if (digits == 0) return DecimalAccess::made(0, 0, negative_);
  int exponent = exponent_;
  for (; digits % 10 == 0; digits /= 10) ++exponent;
  return DecimalAccess::made(digits, exponent, negative_);
}

Decimal Decimal::abs() const {
  Decimal out = *this;
  out.negative_ = false;
  return out;
}

std::size_t Decimal::hash() const {
  const Decimal least = normalize();
  if (least.is_zero()) return 0;
  return ((least.low_ * 1'000'003 + least.high_) * 1'000'003 + static_cast<std::uint16_t>(least.exponent_)) *
             2 +
         (least.negative_ ? 1 : 0);
}

Decimal operator+(const Decimal& a, const Decimal& b) { return DecimalAccess::add(a, b, b.negative_); }
Decimal operator-(const Decimal& a, const Decimal& b) { return DecimalAccess::add(a, b, !b.negative_); }

Decimal operator*(const Decimal& a, const Decimal& b) {
  Digits product = 0;
  if (__builtin_mul_overflow(DecimalAccess::digits(a), DecimalAccess::digits(b), &product)) refuse_size();
  return DecimalAccess::made(product, a.exponent_ + b.exponent_, a.negative_ != b.negative_);
}

Decimal operator-(const Decimal& a) {
  Decimal out = a;
  out.negative_ = !a.negative_ && !a.is_zero();
  return out;
}

std::weak_ordering operator<=>(const Decimal& a, const Decimal& b) {
  if (a.is_zero() || b.is_zero()) {
    const int sign_a = a.is_zero() ? 0 : a.negative_ ? -1 : 1;
    const int sign_b = b.is_zero() ? 0 : b.negative_ ? -1 : 1;
    return sign_a <=> sign_b;
  }
  if (a.negative_ != b.negative_) return a.negative_ ? std::weak_ordering::less : std::weak_ordering::greater;
  return a.negative_ ? DecimalAccess::compare_sizes(b, a) : DecimalAccess::compare_sizes(a, b);
}

}  // namespace retort
