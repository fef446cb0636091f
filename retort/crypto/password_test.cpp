// SPDX-License-Identifier: BSD-3-Clause
#include "retort/crypto/password.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace retort::crypto {
namespace {

// Made by Werkzeug.
TEST(Password, ReadsWerkzeugsHashes) {
  EXPECT_TRUE(check_password_hash(
      "scrypt:1024:8:1$salt123$"
      "005bd6ccfc022caa81f1f86c36c2a3d8356e9048b063d593aa420019439a9ede7dd5e94c6438eb21d4bbc"
      "36b0ad38771da9aa14040bdba88834d2c739062aee2",
      "secret"));
  EXPECT_TRUE(check_password_hash(
      "pbkdf2:sha256:1000$salt123$3034bc631a6ee09fef90727c74d120a84098b08d2e443876a19e5e374bd83efa",
      "secret"));
}

TEST(Password, GeneratesWhatItChecks) {
  for (const char* method : {"scrypt:1024:8:1", "pbkdf2:sha256:1000", "pbkdf2:sha1:10"}) {
    const std::string hash = generate_password_hash("pass\xc3\xa4", method);
    EXPECT_TRUE(hash.starts_with(std::string(method) + "$")) << hash;
    EXPECT_TRUE(check_password_hash(hash, "pass\xc3\xa4"));
    EXPECT_FALSE(check_password_hash(hash, "pass"));
    EXPECT_NE(hash, generate_password_hash("pass\xc3\xa4", method));
  }
}

TEST(Password, DefaultsAreWerkzeugs) {
  EXPECT_TRUE(generate_password_hash("x").starts_with("scrypt:32768:8:1$"));
  EXPECT_TRUE(hash_password("x", "pbkdf2", "s").starts_with("pbkdf2:sha256:1000000$s$"));
}

TEST(Password, TextThatIsNoHashIsNotTheHashOfAnything) {
  for (const char* text : {"", "x", "scrypt$", "scrypt:1024:8:1$salt"})
    EXPECT_FALSE(check_password_hash(text, "x"));
}

TEST(Password, ASaltIsThereAndEndsWhereItSays) {
  EXPECT_THROW(generate_password_hash("x", "scrypt:1024:8:1", 0), std::invalid_argument);
  EXPECT_THROW(hash_password("x", "scrypt:1024:8:1", "a$b"), std::invalid_argument);
  EXPECT_TRUE(check_password_hash(generate_password_hash("x", "scrypt:1024:8:1", 1), "x"));
}

TEST(Password, UnknownMethodsAndCostsAreRefused) {
  for (const char* method :
       {"md5", "scrypt:1", "scrypt:a:b:c", "scrypt:15:8:1", "scrypt:1073741824:1024:1024", "scrypt:16:0:1",
        "pbkdf2:nothing", "pbkdf2:sha256:0", "pbkdf2:sha256:1:2", ""}) {
    EXPECT_THROW(hash_password("x", method, "s"), std::invalid_argument) << method;
  }
}

}  // namespace
}  // namespace retort::crypto
