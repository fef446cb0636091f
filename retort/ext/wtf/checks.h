// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the validators of the same names ask about a text, as plain functions: to use where
// there is no form. Linear in the text's length, whatever it holds. Pure functions.

#include <string>
#include <string_view>
#include <vector>

namespace retort::wtf {

struct EmailRules {
  bool allow_smtputf8 = true;      ///< letters beyond ASCII before the @
  bool allow_empty_local = false;  ///< "@example.com", for aliases
  bool test_environment = false;   ///< "@test" and "@x.test" are addresses, too
};

/// An address that can be reached from anywhere, by its form alone: the rules of Python's
/// email_validator. Domains beyond ASCII are read as IDNA 2003.
bool is_email(std::string_view text, EmailRules rules = {});

struct UrlRules {
  bool require_tld = true;  ///< "http://localhost" is none
  bool allow_ip = true;     ///< "http://127.0.0.1" is one
  /// Empty: any, javascript: among them, so not for what becomes a link.
  std::vector<std::string> schemes = {"http", "https"};
};

/// "scheme://host", then perhaps ":port", "/path", "?query" (WTForms: URL). Not for targets of
/// redirects: any scheme and host is one.
bool is_url(std::string_view text, const UrlRules& rules = {});
/// A host's name; or an address, where allow_ip.
bool is_hostname(std::string_view text, const UrlRules& rules = {});

/// "127.0.0.1": four numbers without leading zeros.
bool is_ipv4(std::string_view text);
/// "2001:db8::1", also with a zone: "fe80::1%eth0".
bool is_ipv6(std::string_view text);

/// "01:23:45:67:ab:CD".
bool is_mac_address(std::string_view text);

/// 32 hexadecimal digits, with hyphens anywhere, braces around it, "urn:uuid:" in front
/// (Python: uuid.UUID).
bool is_uuid(std::string_view text);

}  // namespace retort::wtf
