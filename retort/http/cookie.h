// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Cookies as Werkzeug reads and writes them (parse_cookie, dump_cookie). Pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.h"
#include "retort/http/multidict.h"

namespace retort::http {

enum class SameSite : std::uint8_t { unset, strict, lax, none };

struct CookieOptions {
  std::optional<seconds> max_age = {};       ///< seconds from now
  std::optional<std::int64_t> expires = {};  ///< seconds since 1970
  std::string_view path = "/";               ///< "" leaves it out
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
