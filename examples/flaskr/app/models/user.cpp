// SPDX-License-Identifier: BSD-3-Clause
#include "app/models/models.h"
#include <retort/crypto/password.h>
#include <retort/fiber/blocking.h>

namespace flaskr {

void User::set_password(std::string_view password) {
  password_hash = fiber::blocking([&] { return crypto::generate_password_hash(password); });
}

bool User::check_password(std::string_view password) const {
  return fiber::blocking([&] { return crypto::check_password_hash(password_hash, password); });
}

db::Handle<User> user_with_email(const std::string& email) {
  return db.query<User>().where(col<&User::email> == email).first();
}

db::Handle<User> user_named(const std::string& username) {
  return db.query<User>().where(col<&User::username> == username).first();
}

}  // namespace flaskr
