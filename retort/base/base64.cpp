// SPDX-License-Identifier: BSD-3-Clause
#include "retort/base/base64.h"

#include <array>
#include <cstdint>

namespace retort::base64 {
namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kInvalid = 64;

constexpr std::array<std::uint8_t, 256> digits_of(std::string_view alphabet) {
  std::array<std::uint8_t, 256> table{};
  for (auto& digit : table) digit = kInvalid;
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}

constexpr auto kStandardDigits = digits_of(kStandard);
constexpr auto kUrlSafeDigits = digits_of(kUrlSafe);

std::string encode_with(std::string_view bytes, std::string_view alphabet, Padding padding) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
  };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t bits = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (int shift = 18; shift >= 0; shift -= 6) out += alphabet[bits >> shift & 63];
  }
  const std::size_t left = bytes.size() - i;
  if (left == 0) return out;
  const std::uint32_t bits = byte(i) << 16 | (left == 2 ? byte(i + 1) << 8 : 0);
  out += alphabet[bits >> 18];
  out += alphabet[bits >> 12 & 63];
  if (left == 2) out += alphabet[bits >> 6 & 63];
  if (padding == Padding::yes) out.append(3 - left, '=');
  return out;
}

std::optional<std::string> decode_with(std::string_view text, const std::array<std::uint8_t, 256>& digits) {
  if (text.size() % 4 == 0 && text.size() >= 4) {
    if (text.back() == '=') text.remove_suffix(1);
    if (text.back() == '=') text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int count = 0;  // bits that are not written yet
  for (const char c : text) {
    const std::uint8_t digit = digits[static_cast<unsigned char>(c)];
    if (digit == kInvalid) return std::nullopt;
    bits = (bits << 6 | digit) & 0xfff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xff);
    }
  }
  if ((bits & ((1u << count) - 1)) != 0) return std::nullopt;
  return out;
}

}  // namespace

std::string encode(std::string_view bytes, Padding padding) { return encode_with(bytes, kStandard, padding); }
std::string encode_url(std::string_view bytes, Padding padding) {
  return encode_with(bytes, kUrlSafe, padding);
}

std::optional<std::string> decode(std::string_view text) { return decode_with(text, kStandardDigits); }
std::optional<std::string> decode_url(std::string_view text) { return decode_with(text, kUrlSafeDigits); }

std::optional<std::string> decode_lenient(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int position = 0;  // within the group of four
  int pads = 0;
  for (const char c : text) {
    if (c == '=') {
      if (position >= 2 && position + ++pads >= 4) return out;
      continue;
    }
    const std::uint8_t digit = kStandardDigits[static_cast<unsigned char>(c)];
    if (digit == kInvalid) continue;
    pads = 0;
    bits = (bits << 6 | digit) & 0xfff;
    if (position > 0) out += static_cast<char>(bits >> (6 - 2 * position) & 0xff);
    position = (position + 1) % 4;
  }
  if (position != 0) return std::nullopt;
  return out;
}

}  // namespace retort::base64
