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

}  // namespace
}  // namespace retort::crypto
