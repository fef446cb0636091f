// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/wtf/detail/csrf_settings.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/session_interface.h"
#include "retort/base/text.h"
#include "retort/message/request.h"

namespace retort::wtf::detail {
namespace {

constexpr std::int64_t kDefaultTimeLimit = 3600;

void add_keys(const App& app, std::string_view setting, const Value& value, std::vector<std::string>& out) {
  if (value.is_sequence()) {
    for (const Value& key : value.items()) add_keys(app, setting, key, out);
    return;
  }
  if (value.is_string() && !value.as_string().empty()) return out.emplace_back(value.as_string()), void();
  if (value.is_bytes() && !value.as_bytes().empty()) return out.emplace_back(value.as_bytes()), void();
  throw SetupError(
      fmt::format("config[\"{}\"] should be a key, or a list of keys, the oldest first (from: {})", setting,
                  app.config.source(setting)));
}

/// The oldest first: only the last one signs.
std::vector<std::string> csrf_keys(const App& app) {
  constexpr std::string_view kKey = "WTF_CSRF_SECRET_KEY";
  constexpr std::string_view kFallbacks = "WTF_CSRF_SECRET_KEY_FALLBACKS";
  if (!app.config.is_set(kKey)) return secret_keys(app);
  std::vector<std::string> keys;
  if (app.config.is_set(kFallbacks)) add_keys(app, kFallbacks, app.config.get(kFallbacks), keys);
  add_keys(app, kKey, app.config.get(kKey), keys);
  return keys;
}

OptionalSeconds time_limit_of(const App& app) {
  constexpr std::string_view kSetting = "WTF_CSRF_TIME_LIMIT";
  if (!app.config.contains(kSetting)) return kDefaultTimeLimit;
  if (!app.config.is_set(kSetting)) return {};
  return app.config.seconds(kSetting);
}

bool flag(const App& app, std::string_view setting) { return app.config.get(setting, Value(true)).truthy(); }

struct Origin {
  std::string host;
  std::string port;
};

/// Of "host", "host:port", "[address]:port"; false for what is none.
bool read_authority(std::string_view authority, Origin& out) {
  const bool is_plain = std::none_of(authority.begin(), authority.end(), [](char c) {
    return c <= ' ' || c == '\x7f' || c == '@' || c == '\\' || c == '%';
  });
  if (authority.empty() || !is_plain) return false;
  const auto bracket = authority.rfind(']');
  const auto colon = authority.find(':', bracket == authority.npos ? 0 : bracket);
  out.host = text::to_lower(authority.substr(0, colon));
  out.port = colon == authority.npos ? "" : authority.substr(colon + 1);
  if (out.port == "443") out.port.clear();
  const bool digits =
      std::all_of(out.port.begin(), out.port.end(), [](char c) { return c >= '0' && c <= '9'; });
  return !out.host.empty() && digits;
}

}  // namespace

CsrfSettings::CsrfSettings(const App& app)
    : enabled(flag(app, "WTF_CSRF_ENABLED")),
      check_default(flag(app, "WTF_CSRF_CHECK_DEFAULT")),
      ssl_strict(flag(app, "WTF_CSRF_SSL_STRICT")),
      cache_private(flag(app, "WTF_CSRF_CACHE_PRIVATE")),
      methods(
          app.config.get<std::vector<std::string>>("WTF_CSRF_METHODS", {"POST", "PUT", "PATCH", "DELETE"})),
      headers(app.config.get<std::vector<std::string>>("WTF_CSRF_HEADERS", {"X-CSRFToken", "X-CSRF-Token"})),
      field_name(app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")),
      meta_name(app.config.get("WTF_CSRF_META_NAME", "csrf-token")),
      time_limit(time_limit_of(app)) {
  if (field_name.empty())
    throw SetupError("config[\"WTF_CSRF_FIELD_NAME\"] is empty: CSRF needs a field's name");
  if (std::vector<std::string> keys = csrf_keys(app); !keys.empty()) signer.emplace(std::move(keys));
}

bool CsrfSettings::is_checked(std::string_view method) const {
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

std::string_view sent_token(const Request& request, const CsrfSettings& settings) {
  if (const auto token = request.form->get(settings.field_name); token && !token->empty()) return *token;
  for (const std::string_view key : request.form->keys()) {
    if (!key.ends_with(settings.field_name)) continue;
    if (const auto token = request.form->get(key); token && !token->empty()) return *token;
  }
  for (const std::string& name : settings.headers) {
    if (const auto token = request.headers.get(name); token && !token->empty()) return *token;
  }
  return {};
}

bool is_same_origin(std::string_view referrer, std::string_view host) {
  constexpr std::string_view kScheme = "https://";
  if (text::to_lower(referrer.substr(0, kScheme.size())) != kScheme) return false;
  referrer.remove_prefix(kScheme.size());
  Origin theirs;
  Origin ours;
  return read_authority(referrer.substr(0, referrer.find_first_of("/?#")), theirs) &&
         read_authority(host, ours) && theirs.host == ours.host && theirs.port == ours.port;
}

}  // namespace retort::wtf::detail
