// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Digests and HMAC (FIPS 180-4, RFC 2104), as raw bytes. Thread-safe.

#include <cstdint>
#include <string>
#include <string_view>

namespace retort::crypto {

/// MD5 is there to read what others have signed with it, not for anything new.
enum class Digest : std::uint8_t { sha1, sha256, sha384, sha512, md5 };

std::string digest(Digest algorithm, std::string_view data);
std::string hmac(Digest algorithm, std::string_view key, std::string_view data);

/// HMAC with one key over many texts: what depends on the key alone is worked out once.
class HmacKey {
 public:
  HmacKey(Digest algorithm, std::string_view key);
  HmacKey(HmacKey&& o) noexcept;
  HmacKey& operator=(HmacKey&& o) noexcept;
  ~HmacKey();

  /// hmac(algorithm, key, data).
  std::string sign(std::string_view data) const;

 private:
  struct State;
  State* state_;
};

/// Lower-case hexadecimal.
std::string to_hex(std::string_view bytes);

}  // namespace retort::crypto
