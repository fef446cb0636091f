// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Uuid: 16 bytes in the order of RFC 4122's text form. A value type: cheap to copy,
// compares as its bytes do. No thread safety of its own; random() may be called anywhere.

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace retort {

class Uuid {
 public:
  /// The length of "a8098c1a-f86e-11da-bd1a-00112444be1e".
  static constexpr std::size_t kTextSize = 36;

  /// The nil UUID, all zero.
  constexpr Uuid() = default;
  explicit constexpr Uuid(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}

  /// Reads 8-4-4-4-12 hexadecimal digits of either case, and nothing else: what
  /// Werkzeug's uuid converter accepts. False, and `out` untouched, for any other text.
  static bool parse(std::string_view text, Uuid& out);
  /// A version 4 UUID from the system's generator. Throws std::runtime_error when the
  /// system gives no random bytes.
  static Uuid random();

  /// Lower-case text with hyphens, as Python's str(uuid).
  std::string str() const;
  constexpr const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  constexpr int version() const { return bytes_[6] >> 4; }

  friend constexpr bool operator==(const Uuid&, const Uuid&) = default;
  friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace retort
