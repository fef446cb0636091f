// SPDX-License-Identifier: BSD-3-Clause
#include "app/models/models.h"
#include <retort/ext/login/password.h>

namespace flaskr {

void User::set_password(std::string_view password) { password_hash = login::hash_password(password); }

bool User::check_password(std::string_view password) const {
  return login::verify_password_or_dummy(&password_hash, password);
}

db::Handle<User> user_with_email(const std::string& email) {
  return db.query<User>().where(col<&User::email> == email).first();
}

db::Handle<User> user_named(const std::string& username) {
  return db.query<User>().where(col<&User::username> == username).first();
}

}  // namespace flaskr
