// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the API takes, as JSON; by the same rules as the pages.
#include "app/auth/validators.h"
#include "app/models/models.h"
#include <retort/ext/wtf/form.h>
#include <retort/ext/wtf/text_fields.h>
#include <retort/ext/wtf/validators.h>

namespace flaskr {

struct ApiPostForm {
  wtf::StringField title{
      "Title", {wtf::optional(), wtf::length({.max = kTitleLength})}, {.filters = {trimmed}}};
  wtf::StringField body{"Text", {wtf::data_required(), wtf::length({.max = kBodyLength})}};
};

struct ApiUserForm {
  wtf::EmailField email{"Email",
                        {wtf::data_required(), wtf::email(), wtf::length({.max = kEmailLength})},
                        {.filters = {lower_case}}};
  wtf::StringField username{"Name", {wtf::optional(), username_form, username_unused}};
  wtf::PasswordField password{
      "Password", {wtf::data_required(), wtf::length({.min = kShortestPassword, .max = kLongestPassword})}};
};

struct ApiTokenForm {
  wtf::EmailField email{"Email", {wtf::data_required()}, {.filters = {lower_case}}};
  wtf::PasswordField password{"Password", {wtf::data_required()}};
};

}  // namespace flaskr
