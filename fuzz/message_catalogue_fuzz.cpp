// SPDX-License-Identifier: BSD-3-Clause
// Compiled message catalogues: each is read or refused, what was read answers any number, and
// nothing beyond the bytes is looked at. The first byte tells whether the rest is a plural form's
// expression.
#include <cstdint>
#include <string>
#include <string_view>

#include "retort/ext/wtf/detail/plural_rule.h"
#include "retort/ext/wtf/message_catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace retort::wtf;  // NOLINT: a program of one page
  const std::string text(reinterpret_cast<const char*>(data), size);
  constexpr std::int64_t kNumbers[] = {0, 1, 2, 5, 11, 21, 100, -1, INT64_MAX, INT64_MIN};
  if (text.starts_with('n')) {
    if (const auto rule = detail::PluralRule::parse(std::string_view(text).substr(1)))
      for (const std::int64_t n : kNumbers) (*rule)(n);
    return 0;
  }
  if (const auto catalogue = MessageCatalogue::parse(text)) {
    catalogue->gettext("This field is required.");
    for (const std::int64_t n : kNumbers)
      catalogue->ngettext("Field must be at least %(min)d character long.", "characters", n);
  }
  return 0;
}
