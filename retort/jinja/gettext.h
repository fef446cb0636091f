// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The functions that the i18n extension's tags call: gettext, ngettext, pgettext, npgettext
// and `_`, made from a program's translations (Jinja: install_gettext_callables).

#include <cstdint>
#include <string>
#include <string_view>

#include "retort/base/function.h"

namespace retort::jinja {

class Environment;
class Render;

/// A program's translations; called from several threads. The render tells which language is
/// wanted (render.resolve). Those that are left out give the message itself.
struct Translations {
  Function<std::string(Render&, std::string_view message)> gettext;
  Function<std::string(Render&, std::string_view singular, std::string_view plural, std::int64_t count)>
      ngettext;
  Function<std::string(Render&, std::string_view context, std::string_view message)> pgettext;
  Function<std::string(Render&, std::string_view context, std::string_view singular, std::string_view plural,
                       std::int64_t count)>
      npgettext;
};

/// `newstyle`: the functions put their keyword arguments into the translation themselves,
/// which is Markup where output is escaped. Must agree with I18nOptions::newstyle.
void install_gettext(Environment& environment, Translations translations, bool newstyle);

}  // namespace retort::jinja
