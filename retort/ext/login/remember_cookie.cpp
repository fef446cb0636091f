// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/login/remember_cookie.h"

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/crypto/digest.h"
#include "retort/crypto/random.h"
#include "retort/ext/login/detail/latin1.h"

namespace retort::login {
namespace {

std::string sign(std::string_view payload, std::string_view key) {
  return crypto::to_hex(crypto::hmac(crypto::Digest::sha512, key, payload));
}

std::optional<std::string> verify(std::string_view cookie, std::string_view key) {
  const std::size_t bar = cookie.rfind('|');
  if (bar == cookie.npos) return std::nullopt;
  const std::string_view payload = cookie.substr(0, bar);
  if (!crypto::constant_time_equal(sign(payload, key), cookie.substr(bar + 1))) return std::nullopt;
  return std::string(payload);
}

std::string key_bytes(const Value& key) {
  if (key.is_bytes()) return std::string(key.as_bytes());
  return key.is_string() ? detail::to_latin1(key.as_string()) : std::string();
}

}  // namespace

std::string encode_cookie(std::string_view payload) {
  const std::string key = key_bytes(current_app->config.get("SECRET_KEY"));
  if (key.empty())
    throw SetupError("a remember cookie is signed with config[\"SECRET_KEY\"], which is not set");
  return std::string(payload) + '|' + sign(payload, key);
}

std::optional<std::string> decode_cookie(std::string_view cookie) {
  const Config& config = current_app->config;
  const std::string key = key_bytes(config.get("SECRET_KEY"));
  if (key.empty()) return std::nullopt;
  if (auto payload = verify(cookie, key)) return payload;
  const Value fallbacks = config.get("SECRET_KEY_FALLBACKS");
  if (!fallbacks.is_sequence()) return std::nullopt;
  for (const Value& fallback : fallbacks.items()) {
    const std::string older = key_bytes(fallback);
    if (older.empty()) continue;
    if (auto payload = verify(cookie, older)) return payload;
  }
  return std::nullopt;
}

std::string encode_cookie(std::string_view payload, std::string_view key) {
  return std::string(payload) + '|' + sign(payload, detail::to_latin1(key));
}

std::optional<std::string> decode_cookie(std::string_view cookie, std::string_view key) {
  return verify(cookie, detail::to_latin1(key));
}

}  // namespace retort::login
