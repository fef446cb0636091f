// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Checking a password so that the time it takes does not tell whether there is such a user.

#include <string>
#include <string_view>

namespace retort::login {

/// check_password_hash for a user that may not be there: without a hash (null, or empty) it does the
/// same work for one that no password has, and is false. `method` is what the program's hashes are
/// made with. Runs on a thread of its own and parks the request.
bool verify_password_or_dummy(const std::string* hash, std::string_view password,
                              std::string_view method = "scrypt");

}  // namespace retort::login
