// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Digests and HMAC (FIPS 180-4, RFC 2104), as raw bytes. Thread-safe.

#include <cstdint>
#include <string>
#include <string_view>

namespace retort::crypto {

enum class Digest : std::uint8_t { sha1, sha256, sha384, sha512 };

std::string digest(Digest algorithm, std::string_view data);
std::string hmac(Digest algorithm, std::string_view key, std::string_view data);

/// Lower-case hexadecimal.
std::string to_hex(std::string_view bytes);

}  // namespace retort::crypto
