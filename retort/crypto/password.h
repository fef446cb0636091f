// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Password hashes that Werkzeug's generate_password_hash and check_password_hash can read
// and write: `method$salt$hex`. Slow by design (tens of milliseconds): call them through
// fiber::blocking from a view. Thread-safe.

#include <cstddef>
#include <string>
#include <string_view>

namespace retort::crypto {

/// `method`: "scrypt" (n, r and p may follow: "scrypt:32768:8:1") or "pbkdf2" (digest and
/// iterations may follow: "pbkdf2:sha256:1000000"). Throws std::invalid_argument for others,
/// and for a salt of no bytes.
std::string generate_password_hash(std::string_view password, std::string_view method = "scrypt",
                                   std::size_t salt_bytes = 16);
/// The same with a salt that is given, for tests and moves; it cannot hold '$'.
std::string hash_password(std::string_view password, std::string_view method, std::string_view salt);

/// False for a text that is no hash; throws std::invalid_argument for one whose method is
/// not known, or that asks for too much: more than 32 times the default's work or 512 MiB
/// (scrypt), more than 10,000,000 iterations (pbkdf2). Takes the same time wherever the hashes differ.
bool check_password_hash(std::string_view hash, std::string_view password);

}  // namespace retort::crypto
