// SPDX-License-Identifier: BSD-3-Clause
#include "retort/crypto/digest.h"

#include <gtest/gtest.h>

namespace retort::crypto {
namespace {

// FIPS 180-4's examples.
TEST(Digest, OfAbc) {
  EXPECT_EQ(to_hex(digest(Digest::sha1, "abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(digest(Digest::sha256, "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest(Digest::sha384, "abc").size(), 48u);
  EXPECT_EQ(digest(Digest::sha512, "").size(), 64u);
}

// RFC 2202 (2) and RFC 4231 (4.3).
TEST(Hmac, OfJefe) {
  EXPECT_EQ(to_hex(hmac(Digest::sha1, "Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(to_hex(hmac(Digest::sha256, "Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// The same texts from a key that is kept, and keys around the size of a block (FIPS 198-1).
TEST(HmacKey, SignsAsHmacDoes) {
  for (const Digest algorithm : {Digest::md5, Digest::sha1, Digest::sha256, Digest::sha384, Digest::sha512}) {
    for (const std::size_t size : {0u, 1u, 63u, 64u, 65u, 127u, 128u, 129u, 200u}) {
      const std::string key(size, 'k');
      const HmacKey hmac_key(algorithm, key);
      EXPECT_EQ(hmac_key.sign("data"), hmac(algorithm, key, "data")) << size;
      EXPECT_EQ(hmac_key.sign(""), hmac(algorithm, key, "")) << size;
    }
  }
  EXPECT_EQ(to_hex(HmacKey(Digest::md5, "Jefe").sign("what do ya want for nothing?")),
            "750c783e6ab0b503eaa86e310a5db738");
  EXPECT_EQ(to_hex(HmacKey(Digest::sha1, std::string(65, 'k')).sign("")),
            "52b70f513f87ea4feaf119af1cdc8097107b3837");
}

TEST(HmacKey, MovesWithWhatItHolds) {
  HmacKey a(Digest::sha1, "a"), b(Digest::sha1, "b");
  const std::string of_a = a.sign("x");
  b = std::move(a);
  const HmacKey c(std::move(b));
  EXPECT_EQ(c.sign("x"), of_a);
}

}  // namespace
}  // namespace retort::crypto
