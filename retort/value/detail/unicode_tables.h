// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The generated tables behind unicode.h: two stages of indexes into the distinct records
// that code points have. Constant data.

#include <cstdint>

namespace retort::unicode::detail {

/// Bits of Record::flags; the order is that of scripts/unicode_tables.py.
enum Flag : std::uint16_t {
  kAlpha = 1 << 0,
  kDecimal = 1 << 1,
  kDigit = 1 << 2,
  kNumeric = 1 << 3,
  kSpace = 1 << 4,
  kUpper = 1 << 5,
  kLower = 1 << 6,
  kTitle = 1 << 7,
  kCased = 1 << 8,
  kCaseIgnorable = 1 << 9,
  kPrintable = 1 << 10,
  kIdStart = 1 << 11,
  kIdContinue = 1 << 12,
};

/// A mapping is what to add to the code point, or kExpansion plus a row of kExpansions.
struct Record {
  std::uint16_t flags;
  std::int8_t digit;  // -1: no decimal digit
  std::int32_t upper;
  std::int32_t lower;
  std::int32_t title;
  std::int32_t folded;
};

inline constexpr std::int32_t kExpansion = 0x200000;
inline constexpr unsigned kBlockBits = 7;

extern const Record kRecords[];
extern const char32_t kExpansions[][3];  // up to three code points; 0 ends a shorter row
extern const std::uint16_t kBlocks[];    // by the code point's upper bits
extern const std::uint16_t kRecordOf[];  // by block and the code point's lower bits

/// Precondition: c <= U+10FFFF.
inline const Record& record_of(char32_t c) {
  const std::uint32_t block = kBlocks[c >> kBlockBits];
  return kRecords[kRecordOf[(block << kBlockBits) + (c & ((1u << kBlockBits) - 1))]];
}

}  // namespace retort::unicode::detail
