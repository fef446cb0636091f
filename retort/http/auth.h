// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Authorization and WWW-Authenticate (RFC 9110, 11; Werkzeug: Authorization,
// WWWAuthenticate): a scheme with either parameters or a token.

#include <optional>
#include <string>
#include <string_view>

#include "retort/http/options.h"

namespace retort::http {

struct Authorization {
  std::string type;                  ///< the scheme in lower case: "basic", "bearer"
  std::optional<std::string> token;  ///< what follows, of a scheme without parameters
  HeaderDict parameters;             ///< of "basic": username and password

  /// Empty when there is no header, or "basic" without readable credentials.
  static std::optional<Authorization> from_header(std::string_view value);
  static Authorization basic(std::string_view username, std::string_view password);
  static Authorization bearer(std::string_view token);
  std::string to_header() const;

  std::string_view username() const { return parameters.get("username", ""); }
  std::string_view password() const { return parameters.get("password", ""); }
};

struct WWWAuthenticate {
  std::string type = "basic";
  std::optional<std::string> token;
  HeaderDict parameters;  ///< realm and others

  static std::optional<WWWAuthenticate> from_header(std::string_view value);
  std::string to_header() const;
};

}  // namespace retort::http
