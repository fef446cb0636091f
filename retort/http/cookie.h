// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Cookies as Werkzeug reads and writes them (parse_cookie, dump_cookie). Pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "retort/base/optional_seconds.h"

namespace retort::http {

class MultiDict;

using retort::OptionalSeconds;

enum class SameSite : std::uint8_t { unset, strict, lax, none };

struct CookieOptions {
  OptionalSeconds max_age = {};        ///< from now
  OptionalSeconds expires = {};        ///< seconds since 1970
  std::string_view expires_text = {};  ///< a date as it is to be sent, instead of expires
  std::string_view path = "/";         ///< "" leaves it out
  std::string_view domain = {};
  bool secure = false;
  bool httponly = false;
  SameSite samesite = SameSite::unset;
  bool sync_expires = true;  ///< max_age sets Expires too
  bool partitioned = false;  ///< implies secure
};

/// A Set-Cookie value. Throws std::invalid_argument for a key that is no token, and for
/// control characters or ";" in an attribute.
std::string dump_cookie(std::string_view key, std::string_view value, const CookieOptions& options = {});

/// The pairs of a Cookie header; nameless ones are dropped, quoted values read.
MultiDict parse_cookie(std::string_view header);

}  // namespace retort::http
