// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "app/auth/validators.h"
#include "app/models/models.h"
#include <retort/ext/wtf/form.h>
#include <retort/ext/wtf/number_fields.h>
#include <retort/ext/wtf/text_fields.h>
#include <retort/ext/wtf/validators.h>

namespace flaskr {

struct PostForm {
  wtf::StringField title{"Title", {wtf::data_required(), wtf::length({.max = kTitleLength})}};
  wtf::TextAreaField body{"Text", {wtf::data_required(), wtf::length({.max = kBodyLength})}};
  wtf::SubmitField submit{"Save"};
};

struct ProfileForm {
  wtf::StringField username{"Name",
                            {wtf::data_required(), username_form, username_unused},
                            {.description = "2 to 32 lower-case letters, digits and underscores."}};
  wtf::TextAreaField about{"About you",
                           {wtf::optional(), wtf::length({.max = kAboutLength})},
                           {.description = "Everybody can read it."}};
  wtf::SubmitField submit{"Save"};
};

}  // namespace flaskr
