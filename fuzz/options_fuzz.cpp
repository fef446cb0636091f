// SPDX-License-Identifier: BSD-3-Clause
// Headers that are lists, options, dates, ranges, tags and credentials. What was read and
// written again reads the same where the form allows it.
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "retort/http/accept.h"
#include "retort/http/auth.h"
#include "retort/http/cache_control.h"
#include "retort/http/date.h"
#include "retort/http/etag.h"
#include "retort/http/options.h"
#include "retort/http/range.h"

namespace {

using namespace retort::http;

void check(bool holds) {
  if (!holds) std::abort();
}

void accepts(std::string_view text) {
  const auto mime = MIMEAccept::parse(text);
  (void)mime.best_match({"text/html", "application/json"});
  for (const auto& item : mime) check(item.quality >= 0 && item.quality <= 1);
  (void)LanguageAccept::parse(text).best_match({"en", "de-AT"}, "en");
  (void)CharsetAccept::parse(text).contains("utf-8");
}

void ranges(std::string_view text) {
  if (const auto range = parse_range_header(text)) {
    const auto fit = range->range_for_length(1000);
    check(!fit || (fit->start >= 0 && fit->start < fit->stop && fit->stop <= 1000));
    const auto again = parse_range_header(range->to_header());
    // "-0" is read, as in Werkzeug, and written "0-".
    check(again && again->ranges.size() == range->ranges.size());
  }
  if (const auto range = parse_content_range_header(text))
    check(parse_content_range_header(range->to_header()).has_value());
  (void)parse_if_range_header(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(unquote_header_value(quote_header_value(text, false)) == text ||
        text.find('\n') != std::string_view::npos);
  const auto list = parse_list_header(text);
  (void)parse_list_header(dump_header(list));
  const HeaderDict dict = parse_dict_header(text);
  (void)parse_dict_header(dump_header(dict));
  const OptionsHeader options = parse_options_header(text);
  for (const auto& [name, value] : options.options) check(value.has_value());
  (void)parse_options_header(dump_options_header(options.value, options.options));
  (void)parse_set_header(text).to_header();
  (void)ResponseCacheControl(text).max_age();
  (void)dump_csp_header(parse_csp_header(text));
  (void)ETags::parse(text).contains_raw(text);
  if (const auto date = parse_date(text))
    check(parse_date(http_date(*date)).has_value() || date->year == 9999 || date->year < 1000);
  (void)parse_age(text);
  if (const auto auth = Authorization::from_header(text)) (void)auth->to_header();
  if (const auto auth = WWWAuthenticate::from_header(text)) (void)auth->to_header();
  accepts(text);
  ranges(text);
  return 0;
}
