// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/uuid.h"

#include <cerrno>
#include <stdexcept>

#include <sys/random.h>

namespace retort {
namespace {

constexpr bool is_hyphen_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

// The digit's value, or -1.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool Uuid::parse(std::string_view text, Uuid& out) {
  if (text.size() != kTextSize) return false;
  std::array<std::uint8_t, 16> bytes{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < kTextSize; ++i) {
    if (is_hyphen_place(i)) {
      if (text[i] != '-') return false;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return false;
    bytes[digits / 2] = static_cast<std::uint8_t>(bytes[digits / 2] * 16 + value);
    ++digits;
  }
  out = Uuid(bytes);
  return true;
}

Uuid Uuid::random() {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t n = ::getrandom(bytes.data() + have, bytes.size() - have, 0);
    if (n < 0) {
      if (errno == EINTR) continue;
      throw std::runtime_error("getrandom failed: the system gives no random bytes");
    }
    have += static_cast<std::size_t>(n);
  }
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);  // RFC 4122, 4.4: version
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);  // and variant
  return Uuid(bytes);
}

std::string Uuid::str() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(kTextSize, '-');
  std::size_t digit = 0;
  for (std::size_t i = 0; i < kTextSize; ++i) {
    if (is_hyphen_place(i)) continue;
    const std::uint8_t byte = bytes_[digit / 2];
    text[i] = kDigits[digit % 2 == 0 ? byte >> 4 : byte & 0x0f];
    ++digit;
  }
  return text;
}

}  // namespace retort
