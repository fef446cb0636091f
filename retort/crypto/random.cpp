// SPDX-License-Identifier: BSD-3-Clause
#include "retort/crypto/random.h"

#include <cerrno>
#include <stdexcept>

#include <openssl/crypto.h>
#include <sys/random.h>

#include "retort/base/base64.h"
#include "retort/crypto/digest.h"

namespace retort::crypto {

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  std::size_t at = 0;
  while (at < count) {
    const ssize_t got = getrandom(out.data() + at, count - at, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw std::runtime_error("the system has no random bytes to give");
    at += static_cast<std::size_t>(got);
  }
  return out;
}

std::string random_token(std::size_t bytes) { return base64::encode_url(random_bytes(bytes)); }

std::string random_hex(std::size_t bytes) { return to_hex(random_bytes(bytes)); }

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace retort::crypto
