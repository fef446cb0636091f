// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Making and checking hashes of passwords in views: beside the worker, which serves others meanwhile, and
// so that the time it takes does not tell whether there is such a user.

#include <string>
#include <string_view>

namespace retort::login {

/// crypto::generate_password_hash, with its methods and errors, on a thread of its own: parks the request.
std::string hash_password(std::string_view password, std::string_view method = "scrypt");

/// check_password_hash for a user that may not be there: without a hash (null, or empty) it does the
/// same work for one that no password has, and is false. `method` is what the program's hashes are
/// made with. Runs on a thread of its own and parks the request.
bool verify_password_or_dummy(const std::string* hash, std::string_view password,
                              std::string_view method = "scrypt");

}  // namespace retort::login
