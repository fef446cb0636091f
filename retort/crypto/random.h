// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Secrets from the operating system's generator (Python's secrets module), and comparison
// that takes the same time wherever two texts differ. Thread-safe.

#include <cstddef>
#include <string>
#include <string_view>

namespace retort::crypto {

/// Throws std::runtime_error when the system has no randomness to give.
std::string random_bytes(std::size_t count);
/// `bytes` random bytes in unpadded base64url (secrets.token_urlsafe).
std::string random_token(std::size_t bytes = 32);
/// The same in hexadecimal (secrets.token_hex).
std::string random_hex(std::size_t bytes = 32);

/// hmac.compare_digest: in time that depends on the sizes alone.
bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace retort::crypto
