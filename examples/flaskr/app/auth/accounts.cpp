// SPDX-License-Identifier: BSD-3-Clause
#include "app/auth/accounts.h"

#include <algorithm>

#include "app/models/models.h"
#include <retort/ext/login/password.h>
#include <retort/retort.h>

namespace flaskr {

db::Handle<User> user_with_password(const std::string& email, std::string_view password) {
  auto attempt = login_throttle.attempt(email, request->remote_addr());
  attempt.require();
  auto user = user_with_email(email);
  if (!login::verify_password_or_dummy(user ? &user->password_hash : nullptr, password)) return {};
  attempt.succeeded();
  return user;
}

bool commit_unless_taken() {
  try {
    db.session().commit();
    return true;
  } catch (const db::IntegrityError&) {
    db.session().rollback();
    return false;
  }
}

db::Handle<User> add_user(const std::string& email, const std::string& username, std::string_view password) {
  User user;
  user.email = email;
  user.set_password(password);
  do {
    user.username = username.empty() ? free_username(email) : username;
    auto added = db.session().add(user);
    if (commit_unless_taken()) return added;
  } while (username.empty() && !user_with_email(email));  // a name that was made can be made once more
  return {};
}

std::string free_username(std::string_view email) {
  std::string name;
  for (const char c : email.substr(0, email.find('@'))) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') name += c;
  }
  name.resize(std::min<std::size_t>(name.size(), kUsernameLength - 8));
  if (name.size() < 2) name = "user";
  if (!user_named(name)) return name;
  int number = 2;
  while (user_named(name + std::to_string(number))) ++number;
  return name + std::to_string(number);
}

}  // namespace flaskr
