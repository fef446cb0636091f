// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What pages and API have in common: new users, and whose password it is.
#include <string>
#include <string_view>

#include "app/models/user.h"

namespace flaskr {

/// Empty where address and password do not belong together, and as slow for an unknown address.
/// Who guesses has to wait longer and longer: throws TooManyRequests. In a request's context.
db::Handle<User> user_with_password(const std::string& email, std::string_view password);

/// db.session().commit(), but false, and all undone, where a name or an address has been taken since
/// it was looked for: the database has the last word.
bool commit_unless_taken();
/// Registers somebody; an empty name is made from the address. Empty where somebody else was quicker.
db::Handle<User> add_user(const std::string& email, const std::string& username, std::string_view password);
/// A name that nobody has, made from what stands before the @.
std::string free_username(std::string_view email);

}  // namespace flaskr
