// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/checks.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <arpa/inet.h>
#include <unictype.h>
#include <uninorm.h>

#include "retort/base/percent.h"
#include "retort/base/text.h"
#include "retort/base/utf8.h"
#include "retort/http/url.h"
#include "retort/value/unicode.h"

namespace retort::wtf {

namespace {

using text::is_digit;
using text::lower;

bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_hex(char c) { return percent::hex_value(c) >= 0; }

// f(label) for each piece between dots, until one is false.
template <class F>
bool all_labels(std::string_view name, F f) {
  while (true) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    if (!f(name.substr(0, dot))) return false;
    if (dot == name.size()) return true;
    name.remove_prefix(dot + 1);
  }
}

std::string_view last_label(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

}  // namespace

// Addresses.

namespace {

bool reads_as(int family, std::string_view text) {
  constexpr std::size_t kLongest = INET6_ADDRSTRLEN;
  if (text.empty() || text.size() >= kLongest || text.find('\0') != std::string_view::npos) return false;
  unsigned char address[sizeof(in6_addr)];
  return inet_pton(family, std::string(text).c_str(), address) == 1;
}

}  // namespace

bool is_ipv4(std::string_view text) { return reads_as(AF_INET, text); }

bool is_ipv6(std::string_view text) {
  const std::size_t percent = text.find('%');
  if (percent != std::string_view::npos) {
    const std::string_view zone = text.substr(percent + 1);
    if (zone.empty() || zone.find('%') != std::string_view::npos) return false;
    text = text.substr(0, percent);
  }
  return reads_as(AF_INET6, text);
}

bool is_mac_address(std::string_view text) {
  constexpr std::size_t kSize = 17;
  if (text.size() != kSize) return false;
  for (std::size_t i = 0; i < kSize; ++i)
    if (i % 3 == 2 ? text[i] != ':' : !is_hex(text[i])) return false;
  return true;
}

// Names of hosts, and URLs.

namespace {

// Letters, digits, _ and -; the first is no hyphen, and the last none that stands alone.
bool is_host_label(std::string_view label) {
  constexpr std::size_t kLongest = 63;
  if (label.empty() || label.size() > kLongest || label.front() == '-') return false;
  const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; };
  if (!std::all_of(label.begin(), label.end(), allowed)) return false;
  const std::size_t hyphen = label.find('-');
  return hyphen != label.size() - 1 || text::to_lower(label) == "xn-";
}

// Two to twenty letters; or punycode.
bool is_tld(std::string_view label) {
  constexpr std::size_t kShortest = 2, kLongest = 20;
  if (label.size() >= kShortest && label.size() <= kLongest &&
      std::all_of(label.begin(), label.end(), is_letter)) {
    return true;
  }
  const std::string low = text::to_lower(label);
  if (!low.starts_with("xn--") || low.size() == 4 || low[4] == '-' || low.back() == '-') return false;
  return std::all_of(low.begin(), low.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-'; }) &&
         low.find("--", 4) == std::string::npos;
}

}  // namespace

bool is_hostname(std::string_view text, const UrlRules& rules) {
  if (is_ipv4(text) || is_ipv6(text)) {
    if (rules.allow_ip) return true;
  }
  constexpr std::size_t kLongest = 253;
  constexpr std::size_t kLongestRead = kLongest * 4;  // bytes of UTF-8, before it is looked at
  if (text.size() > kLongestRead || !utf8::valid(text)) return false;
  const std::string ascii = http::ascii_host(text);
  if (ascii.size() > kLongest || !all_labels(ascii, is_host_label)) return false;
  return !rules.require_tld || (ascii.find('.') != std::string::npos && is_tld(last_label(ascii)));
}

bool is_url(std::string_view text, const UrlRules& rules) {
  const std::size_t scheme = text.find("://");
  if (scheme == 0 || scheme == std::string_view::npos) return false;
  if (!std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(scheme), is_letter)) return false;
  if (!rules.schemes.empty() && std::find(rules.schemes.begin(), rules.schemes.end(),
                                          text::to_lower(text.substr(0, scheme))) == rules.schemes.end()) {
    return false;
  }
  text.remove_prefix(scheme + 3);
  const std::string_view host = text.substr(0, std::min(text.find_first_of("/?:"), text.size()));
  text.remove_prefix(host.size());
  if (host.empty()) return false;
  if (text.starts_with(':')) {
    std::size_t end = 1;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end == 1) return false;
    text.remove_prefix(end);
  }
  if (!text.empty() && text.front() != '/' && text.front() != '?') return false;
  return text.find('\n') == std::string_view::npos && is_hostname(host, rules);
}

// Electronic mail.

namespace {

constexpr std::size_t kLongestEmail = 254;
constexpr std::size_t kLongestLocalPart = 64;
constexpr std::size_t kLongestDomain = 253;

// RFC 5322's atext.
bool is_atext(char c) {
  constexpr std::string_view kOther = "_!#$%&'*+-/=?^`{|}~";
  return is_letter(c) || is_digit(c) || kOther.find(c) != std::string_view::npos;
}

// Composed, as the address would be compared: what stands in it, and not first of all what would
// change the character before it.
bool is_safe_unicode(std::string_view local) {
  std::size_t size = 0;
  std::uint8_t* const composed = u8_normalize(
      UNINORM_NFC, reinterpret_cast<const std::uint8_t*>(local.data()), local.size(), nullptr, &size);
  if (!composed) return false;
  const std::string normal(reinterpret_cast<const char*>(composed), size);
  std::free(composed);
  for (std::size_t at = 0; at < normal.size();) {
    const bool first = at == 0;
    const char32_t c = utf8::decode(normal, at);
    if (!unicode::is_printable(c)) return false;
    if (first && uc_is_general_category(c, UC_CATEGORY_M)) return false;
  }
  return true;
}

bool is_local_part(std::string_view local, EmailRules rules) {
  if (local.empty()) return rules.allow_empty_local;
  if (utf8::count(local) > kLongestLocalPart) return false;
  bool ascii = true;
  const bool atoms = all_labels(local, [&ascii](std::string_view atom) {
    return !atom.empty() && std::all_of(atom.begin(), atom.end(), [&ascii](char c) {
      if (static_cast<unsigned char>(c) < 0x80) return is_atext(c);
      ascii = false;
      return true;
    });
  });
  return atoms && (ascii || (rules.allow_smtputf8 && is_safe_unicode(local)));
}

bool is_email_label(std::string_view label) {
  constexpr std::size_t kLongest = 63;
  if (label.empty() || label.size() > kLongest || label.front() == '-' || label.back() == '-') return false;
  if (label.size() > 3 && label.substr(2, 2) == "--" && !text::to_lower(label).starts_with("xn--"))
    return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

// Names that mean something else than a host that anybody can reach (IANA: Special-Use Domain
// Names); "example" may be used.
bool is_special_use(std::string_view domain, bool test_environment) {
  constexpr std::string_view kNames[] = {"arpa", "invalid", "local", "localhost", "onion"};
  const std::string last = text::to_lower(last_label(domain));
  return std::find(std::begin(kNames), std::end(kNames), last) != std::end(kNames) ||
         (last == "test" && !test_environment);
}

bool is_email_domain(std::string_view ascii, EmailRules rules) {
  if (ascii.size() > kLongestDomain || !all_labels(ascii, is_email_label)) return false;
  const bool test = rules.test_environment && text::to_lower(ascii) == "test";
  if (ascii.find('.') == std::string_view::npos && !test) return false;
  return is_letter(ascii.back()) && !is_special_use(ascii, rules.test_environment);
}

}  // namespace

bool is_email(std::string_view text, EmailRules rules) {
  if (text.size() > kLongestEmail || !utf8::valid(text)) return false;
  const std::size_t sign = text.find('@');
  if (sign == std::string_view::npos || text.find('@', sign + 1) != std::string_view::npos) return false;
  const std::string_view local = text.substr(0, sign);
  if (!is_local_part(local, rules)) return false;
  const std::string ascii = http::ascii_host(text.substr(sign + 1));
  return is_email_domain(ascii, rules) && local.size() + 1 + ascii.size() <= kLongestEmail;
}

// UUIDs.

bool is_uuid(std::string_view text) {
  constexpr std::size_t kLongest = 256;  // whatever is around the digits
  if (text.size() > kLongest) return false;
  std::string digits(text);
  for (const std::string_view prefix : {"urn:", "uuid:"})
    for (std::size_t at = 0; (at = digits.find(prefix, at)) != std::string::npos;)
      digits.erase(at, prefix.size());
  const std::size_t from = std::min(digits.find_first_not_of("{}"), digits.size());
  digits.erase(0, from);
  digits.erase(digits.find_last_not_of("{}") + 1);
  std::erase(digits, '-');
  constexpr std::size_t kDigits = 32;
  return digits.size() == kDigits && std::all_of(digits.begin(), digits.end(), is_hex);
}

}  // namespace retort::wtf
