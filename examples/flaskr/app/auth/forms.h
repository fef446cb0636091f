// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "app/auth/validators.h"
#include "app/models/models.h"
#include <retort/ext/wtf/form.h>
#include <retort/ext/wtf/number_fields.h>
#include <retort/ext/wtf/text_fields.h>
#include <retort/ext/wtf/validators.h>

namespace flaskr {

struct LoginForm {
  wtf::EmailField email{"Email", {wtf::data_required(), wtf::email()}, {.filters = {lower_case}}};
  wtf::PasswordField password{"Password", {wtf::data_required()}};
  wtf::BooleanField remember{"Remember Me"};
  wtf::SubmitField submit{"Login"};
};

struct RegistrationForm {
  wtf::EmailField email{
      "Email",
      {wtf::data_required(), wtf::email(), wtf::length({.max = kEmailLength}), email_unused},
      {.description = "For logging in; nobody else sees it.", .filters = {lower_case}}};
  wtf::StringField username{
      "Name",
      {wtf::optional(), username_form, username_unused},
      {.description = "Stands at your posts. Left empty, it is made from your email address."}};
  wtf::PasswordField password{
      "Password",
      {wtf::data_required(), wtf::length({.min = kShortestPassword, .max = kLongestPassword})},
      {.description = "8 characters or more."}};
  wtf::PasswordField confirm{"Confirm Password",
                             {wtf::data_required(), wtf::equal_to("password", "Passwords must match")}};
  wtf::SubmitField submit{"Register"};
};

struct ConfirmForm {
  wtf::PasswordField password{"Password", {wtf::data_required()}};
  wtf::SubmitField submit{"Continue"};
};

struct PasswordForm {
  wtf::PasswordField current{"Current Password", {wtf::data_required(), is_own_password}};
  wtf::PasswordField password{
      "New Password",
      {wtf::data_required(), wtf::length({.min = kShortestPassword, .max = kLongestPassword})},
      {.description = "8 characters or more."}};
  wtf::PasswordField confirm{"Confirm Password",
                             {wtf::data_required(), wtf::equal_to("password", "Passwords must match")}};
  wtf::SubmitField submit{"Change"};
};

}  // namespace flaskr
