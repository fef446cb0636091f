// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Cookies as Werkzeug reads and writes them (parse_cookie, dump_cookie). Pure functions.

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace retort::http {

class MultiDict;

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

enum class SameSite : std::uint8_t { unset, strict, lax, none };

struct CookieOptions {
  OptionalSeconds max_age = {};  ///< from now
  OptionalSeconds expires = {};  ///< seconds since 1970
  std::string_view path = "/";   ///< "" leaves it out
  std::string_view domain = {};
  bool secure = false;
  bool httponly = false;
  SameSite samesite = SameSite::unset;
  bool sync_expires = true;  ///< max_age sets Expires too
  bool partitioned = false;  ///< implies secure
};

/// A Set-Cookie value. Throws std::invalid_argument for a key that is no token, and for
/// control characters or ";" in an attribute.
std::string dump_cookie(std::string_view key, std::string_view value, const CookieOptions& options = {});

/// The pairs of a Cookie header; nameless ones are dropped, quoted values read.
MultiDict parse_cookie(std::string_view header);

}  // namespace retort::http
