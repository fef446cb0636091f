// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The remember cookie's text, in Flask-Login's format: "payload|digest", the digest an HMAC-SHA512
// in hexadecimal. Safe from any thread.

#include <optional>
#include <string>
#include <string_view>

namespace retort::login {

/// Signed with the current app's SECRET_KEY.
std::string encode_cookie(std::string_view payload);
/// The payload; none for a text that neither SECRET_KEY nor one of SECRET_KEY_FALLBACKS signed.
std::optional<std::string> decode_cookie(std::string_view cookie);

/// The same with a key of one's own: text as Flask-Login takes it, in Latin-1. Text beyond that,
/// which it refuses, is taken as UTF-8.
std::string encode_cookie(std::string_view payload, std::string_view key);
std::optional<std::string> decode_cookie(std::string_view cookie, std::string_view key);

}  // namespace retort::login
