// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The i18n extension's `trans` tag (jinja2.ext.InternationalizationExtension): it becomes
// calls of gettext, ngettext, pgettext and npgettext, which the environment's globals hold.

#include "retort/jinja/extension.h"

namespace retort::jinja {

struct I18nOptions {
  bool newstyle = false;  ///< environment.newstyle_gettext: the functions fill in variables
  bool trimmed = false;   ///< policies["ext.i18n.trimmed"]
};

std::unique_ptr<Extension> i18n_extension(I18nOptions options = {});

}  // namespace retort::jinja
