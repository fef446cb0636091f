// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the built-in messages of forms ("This field is required.") are in another language
// (WTForms: get_translations). The messages are WTForms', so its catalogues fit: see
// retort/ext/wtf/message_catalogue.h. A form may be given translations of its own; else the
// app's hold; without any, messages are English.

#include <cstdint>
#include <string>
#include <string_view>

#include "retort/base/function.h"
#include "retort/base/owned.h"

namespace retort {
class App;
}

namespace retort::wtf {

/// Called by all workers at once.
class Translations {
 public:
  virtual ~Translations() = default;
  /// The message itself where there is no translation.
  virtual std::string gettext(std::string_view message) const = 0;
  virtual std::string ngettext(std::string_view singular, std::string_view plural, std::int64_t n) const = 0;
};

/// All forms of the app speak this language. At set-up; the app keeps it.
void translations(App& app, Owned<Translations> language);
/// Asked for each form of a request: null for English. What it returns must outlive the request.
void translations(App& app, Function<const Translations*()> choose);

/// What the current app's forms speak; null for English, and outside of any app.
const Translations* current_translations();

/// `translations` may be null: the message, or for other numbers than 1 the plural, itself.
std::string gettext(const Translations* translations, std::string_view message);
std::string ngettext(const Translations* translations, std::string_view singular, std::string_view plural,
                     std::int64_t n);

}  // namespace retort::wtf
