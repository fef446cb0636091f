// SPDX-License-Identifier: BSD-3-Clause
#include "app/auth/validators.h"

#include <algorithm>

#include "app/models/models.h"
#include <retort/ext/wtf/validation_error.h>

namespace flaskr {

void email_unused(const std::string& email) {
  if (user_with_email(email)) throw wtf::ValidationError("Email already registered.");
}

void username_unused(const std::string& username) {
  const auto other = user_named(username);
  const User* const self = current_user<User>();
  if (other && (!self || self->id != other->id)) throw wtf::ValidationError("This name is taken.");
}

void username_form(const std::string& username) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (username.size() < 2 || username.size() > kUsernameLength ||
      !std::all_of(username.begin(), username.end(), fits))
    throw wtf::ValidationError("A name is 2 to 32 lower-case letters, digits and underscores.");
}

void is_own_password(const std::string& password) {
  if (!current_user<User>()->check_password(password))
    throw wtf::ValidationError("That is not your password.");
}

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string trimmed(std::string text) {
  constexpr const char* kSpace = " \t\r\n\v\f";
  text.erase(text.find_last_not_of(kSpace) + 1);
  text.erase(0, text.find_first_not_of(kSpace));
  return text;
}

}  // namespace flaskr
