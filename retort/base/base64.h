// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Base64 (RFC 4648), standard and URL-safe alphabet. Pure functions on bytes.

#include <optional>
#include <string>
#include <string_view>

namespace retort::base64 {

enum class Padding : bool { no, yes };

/// The standard alphabet ("+", "/").
std::string encode(std::string_view bytes, Padding padding = Padding::yes);
/// The URL-safe alphabet ("-", "_"), without padding unless it is asked for.
std::string encode_url(std::string_view bytes, Padding padding = Padding::no);

/// Nothing but the alphabet, and padding that is either whole or absent; unused bits must
/// be zero, so that each text has one encoding.
std::optional<std::string> decode(std::string_view text);
std::optional<std::string> decode_url(std::string_view text);

/// As Python's base64.b64decode(text): skips what is not of the standard alphabet, needs
/// whole padding, stops behind it, and ignores unused bits.
std::optional<std::string> decode_lenient(std::string_view text);

}  // namespace retort::base64
