// SPDX-License-Identifier: BSD-3-Clause
// How long a login takes tells whether there is such a user: where it is refused without the work that a
// wrong password costs. Counted is the work, for time proves nothing.
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "retort/crypto/password.h"
#include "retort/ext/login/password.h"
#include "retort/fiber/task.h"

namespace {

std::vector<std::string> g_work;  // each hash: its method and cost
std::thread::id g_worked;         // where the last one was made

}  // namespace

// These stand before those of the library.
extern "C" int EVP_PBE_scrypt(const char* pass, size_t passlen, const unsigned char* salt, size_t saltlen,
                              std::uint64_t n, std::uint64_t r, std::uint64_t p, std::uint64_t maxmem,
                              unsigned char* key, size_t keylen) {
  g_work.push_back("scrypt " + std::to_string(n) + ' ' + std::to_string(r) + ' ' + std::to_string(p) + ' ' +
                   std::to_string(keylen));
  g_worked = std::this_thread::get_id();
  static const auto next = reinterpret_cast<decltype(&EVP_PBE_scrypt)>(dlsym(RTLD_NEXT, "EVP_PBE_scrypt"));
  return next(pass, passlen, salt, saltlen, n, r, p, maxmem, key, keylen);
}

extern "C" int PKCS5_PBKDF2_HMAC(const char* pass, int passlen, const unsigned char* salt, int saltlen,
                                 int iter, const EVP_MD* digest, int keylen, unsigned char* out) {
  g_work.push_back("pbkdf2 " + std::to_string(iter) + ' ' + std::to_string(keylen));
  static const auto next =
      reinterpret_cast<decltype(&PKCS5_PBKDF2_HMAC)>(dlsym(RTLD_NEXT, "PKCS5_PBKDF2_HMAC"));
  return next(pass, passlen, salt, saltlen, iter, digest, keylen, out);
}

namespace retort {
namespace {

class SameWork : public ::testing::TestWithParam<const char*> {};

TEST_P(SameWork, IsDoneForUnknownUsersAsForWrongPasswords) {
  const std::string method = GetParam();
  const std::string hash = crypto::generate_password_hash("right", method);
  const auto work = [&](const std::string* of, std::string_view password, bool expected) {
    g_work.clear();
    EXPECT_EQ(login::verify_password_or_dummy(of, password, method), expected);
    return g_work;
  };
  const auto wrong = work(&hash, "wrong", false);
  EXPECT_EQ(wrong.size(), 1u);
  EXPECT_EQ(work(&hash, "right", true), wrong);
  EXPECT_EQ(work(nullptr, "wrong", false), wrong);
  EXPECT_EQ(work(nullptr, "", false), wrong);
  const std::string none, broken = "no hash", shorter = "scrypt$hash";
  EXPECT_EQ(work(&none, "wrong", false), wrong);
  EXPECT_EQ(work(&broken, "wrong", false), wrong);
  EXPECT_EQ(work(&shorter, "wrong", false), wrong);
}

INSTANTIATE_TEST_SUITE_P(Methods, SameWork,
                         ::testing::Values("scrypt", "scrypt:1024:8:1", "pbkdf2:sha256:1000",
                                           "pbkdf2:sha512:10"));

TEST(DummyHash, IsNobodysPassword) {
  for (const char* password : {"", "0", "password", "0123456789abcdef"})
    EXPECT_FALSE(login::verify_password_or_dummy(nullptr, password, "scrypt:16:1:1"));
}

// Fifty milliseconds of a worker are fifty milliseconds of everybody whom it serves.
TEST(PasswordHash, IsMadeAndCheckedBesideTheWorker) {
  fiber::run([] {
    const auto worker = std::this_thread::get_id();
    const std::string hash = login::hash_password("right", "scrypt:1024:8:1");
    EXPECT_EQ(hash.substr(0, hash.find('$')), "scrypt:1024:8:1");
    EXPECT_NE(g_worked, worker);
    g_worked = worker;
    EXPECT_TRUE(login::verify_password_or_dummy(&hash, "right"));
    EXPECT_NE(g_worked, worker);
    EXPECT_THROW(login::hash_password("right", "md5"), std::invalid_argument);
  });
}

}  // namespace
}  // namespace retort
