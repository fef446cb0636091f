// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Tokens for programs that use the API: who it is, signed, for a day. They end with the user's other
// logins, when he changes his password or logs out everywhere.
#include <string>

#include "app/models/user.h"

namespace retort {
class Request;
}

namespace flaskr {

std::string make_token(const User& user);
/// Of `Authorization: Bearer <token>`; empty without one that counts.
db::Handle<User> user_of_token(Request& request);

}  // namespace flaskr
