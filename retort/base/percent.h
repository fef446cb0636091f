// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Percent-encoding (RFC 3986, section 2.1). Pure functions on bytes.

#include <string>
#include <string_view>

namespace retort::percent {

/// Letters, digits and "-._~" stay, and the bytes in `safe`; all others become %XX
/// (urllib.parse.quote).
std::string encode(std::string_view text, std::string_view safe = "/");
void append_encoded(std::string& out, std::string_view text, std::string_view safe);

/// %XX becomes its byte; an incomplete or ill-formed escape stays as it is
/// (urllib.parse.unquote_to_bytes).
std::string decode(std::string_view text);
void append_decoded(std::string& out, std::string_view text);
/// decode, with "+" as a space, for forms and queries.
std::string decode_plus(std::string_view text);

/// In place: UTF-8 stays, each other byte becomes %XX (Werkzeug's error handler
/// "werkzeug.url_quote").
void quote_invalid(std::string& bytes);

/// The value of a hexadecimal digit; -1 for anything else.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace retort::percent
