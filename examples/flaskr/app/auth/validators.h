// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Validators of the app's own: functions of a field's data.
#include <string>

namespace flaskr {

/// Throw wtf::ValidationError.
void email_unused(const std::string& email);
void username_unused(const std::string& username);  ///< one's own name is no other's
void username_form(const std::string& username);    ///< what it may consist of
void is_own_password(const std::string& password);

/// A filter: addresses are kept in lower case, so that there is one user for each.
std::string lower_case(std::string text);
/// A filter: without white space at both ends.
std::string trimmed(std::string text);

}  // namespace flaskr
