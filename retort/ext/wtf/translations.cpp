// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/translations.h"

#include <utility>

#include "retort/app/app.h"
#include "retort/app/globals.h"

namespace retort::wtf {

namespace {

constexpr std::string_view kName = "wtf_translations";

using Choose = Function<const Translations*()>;

}  // namespace

void translations(App& app, Owned<Translations> language) {
  translations(app, Choose([kept = std::move(language)] { return kept.get(); }));
}

void translations(App& app, Function<const Translations*()> choose) {
  app.extensions.set(kName, std::move(choose));
}

const Translations* current_translations() {
  if (!has_app_context()) return nullptr;
  const Choose* choose = current_app->extensions.find<Choose>(kName);
  return choose ? (*choose)() : nullptr;
}

std::string gettext(const Translations* translations, std::string_view message) {
  return translations ? translations->gettext(message) : std::string(message);
}

std::string ngettext(const Translations* translations, std::string_view singular, std::string_view plural,
                     std::int64_t n) {
  if (translations) return translations->ngettext(singular, plural, n);
  return std::string(n == 1 ? singular : plural);
}

}  // namespace retort::wtf
