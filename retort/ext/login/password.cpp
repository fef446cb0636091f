// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/login/password.h"

#include <algorithm>

#include "retort/crypto/password.h"
#include "retort/fiber/blocking.h"

namespace retort::login {

std::string hash_password(std::string_view password, std::string_view method) {
  return fiber::blocking([&] { return crypto::generate_password_hash(password, method); });
}

bool verify_password_or_dummy(const std::string* hash, std::string_view password, std::string_view method) {
  const bool is_there = hash && std::count(hash->begin(), hash->end(), '$') >= 2;
  // A hash in form, which nothing can be the password of: the digest is of no method's size.
  const std::string checked = is_there ? *hash : std::string(method) + "$0123456789abcdef$0";
  const bool matches = fiber::blocking([&] { return crypto::check_password_hash(checked, password); });
  return is_there && matches;
}

}  // namespace retort::login
