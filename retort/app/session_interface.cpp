// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/session_interface.h"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/base/base64.h"
#include "retort/base/text.h"
#include "retort/message/request.h"
#include "retort/message/response.h"

namespace retort {
namespace {

std::string text_or_empty(const Value& value) {
  if (value.is_bytes()) return std::string(value.as_bytes());
  return value.is_string() ? std::string(value.as_string()) : std::string();
}

/// A key's bytes; empty where none is set.
std::string key_of(const App& app, std::string_view setting, const Value& key) {
  if (key.is_none() || key.is_undefined() || key.is_string() || key.is_bytes()) return text_or_empty(key);
  throw SetupError(fmt::format("config[\"{}\"] should be text or bytes, but is of type {} (from: {})",
                               setting, key.type_name(), app.config.source(setting)));
}

}  // namespace

std::vector<std::string> secret_keys(const App& app) {
  const std::string newest = key_of(app, "SECRET_KEY", app.config.get("SECRET_KEY"));
  if (newest.empty()) return {};
  std::vector<std::string> keys;
  const Value fallbacks = app.config.get("SECRET_KEY_FALLBACKS");
  if (fallbacks.truthy()) {
    if (!fallbacks.is_sequence())
      throw SetupError("config[\"SECRET_KEY_FALLBACKS\"] should be a list of keys, the oldest first");
    for (const Value& key : fallbacks.items()) {
      keys.push_back(key_of(app, "SECRET_KEY_FALLBACKS", key));
      if (keys.back().empty()) throw SetupError("config[\"SECRET_KEY_FALLBACKS\"] holds an empty key");
    }
  }
  keys.push_back(newest);
  return keys;
}

std::int64_t permanent_session_lifetime(const App& app) {
  return app.config.seconds("PERMANENT_SESSION_LIFETIME");
}

void SessionInterface::freeze(const App&) {}
bool SessionInterface::saves_untouched(const App&, const Request&) const { return true; }

std::unique_ptr<Session> SessionInterface::make_null_session(const App&) const {
  return std::make_unique<NullSession>();
}

bool SessionInterface::is_null_session(const Session& session) const {
  return dynamic_cast<const NullSession*>(&session) != nullptr;
}

bool SessionInterface::should_set_cookie(const App& app, const Session& session) const {
  return session.modified() ||
         (session.permanent() && app.config.get("SESSION_REFRESH_EACH_REQUEST").truthy());
}

std::string SessionInterface::get_cookie_name(const App& app) const {
  return app.config.text("SESSION_COOKIE_NAME");
}

std::string SessionInterface::get_cookie_domain(const App& app) const {
  return text_or_empty(app.config.get("SESSION_COOKIE_DOMAIN"));
}

std::string SessionInterface::get_cookie_path(const App& app) const {
  const std::string path = text_or_empty(app.config.get("SESSION_COOKIE_PATH"));
  return path.empty() ? text_or_empty(app.config.get("APPLICATION_ROOT")) : path;
}

bool SessionInterface::get_cookie_httponly(const App& app) const {
  return app.config.get("SESSION_COOKIE_HTTPONLY").truthy();
}

bool SessionInterface::get_cookie_secure(const App& app) const {
  return app.config.get("SESSION_COOKIE_SECURE").truthy();
}

bool SessionInterface::get_cookie_partitioned(const App& app) const {
  return app.config.get("SESSION_COOKIE_PARTITIONED").truthy();
}

http::SameSite SessionInterface::get_cookie_samesite(const App& app) const {
  const Value value = app.config.get("SESSION_COOKIE_SAMESITE");
  if (value.is_none() || value.is_undefined()) return http::SameSite::unset;
  const std::string name = text::to_lower(text_or_empty(value));
  if (name == "strict") return http::SameSite::strict;
  if (name == "lax") return http::SameSite::lax;
  if (name == "none") return http::SameSite::none;
  throw SetupError(
      fmt::format("config[\"SESSION_COOKIE_SAMESITE\"] should be \"Strict\", \"Lax\" or \"None\", but is {}",
                  value.repr()));
}

OptionalSeconds SessionInterface::get_expiration_time(const App& app, const Session& session) const {
  if (!session.permanent()) return {};
  return now() + permanent_session_lifetime(app);
}

std::int64_t SessionInterface::now() const { return signing::TimeSource().now(); }

void SessionInterface::make_cookie(const App& app) {
  cookie_name_ = get_cookie_name(app);
  cookie_domain_ = get_cookie_domain(app);
  cookie_path_ = get_cookie_path(app);
  cookie_options_.domain = cookie_domain_;
  cookie_options_.path = cookie_path_;
  cookie_options_.httponly = get_cookie_httponly(app);
  cookie_options_.secure = get_cookie_secure(app);
  cookie_options_.partitioned = get_cookie_partitioned(app);
  cookie_options_.samesite = get_cookie_samesite(app);
  try {
    http::dump_cookie(cookie_name_, "", cookie_options_);
  } catch (const std::invalid_argument& error) {
    throw SetupError(fmt::format("the SESSION_COOKIE_* settings make no cookie: {}", error.what()));
  }
}

void SessionInterface::set_cookie(const App&, Response& response, const std::string& value,
                                  OptionalSeconds expires) const {
  http::CookieOptions options = cookie_options_;
  options.expires = expires;
  response.set_cookie(cookie_name_, value, options);
}

void SessionInterface::delete_cookie(const App&, Response& response) const {
  response.delete_cookie(cookie_name_, cookie_options_);
}

void SecureCookieSessionInterface::freeze(const App& app) {
  lifetime_seconds_ = permanent_session_lifetime(app);
  refresh_each_request_ = app.config.get("SESSION_REFRESH_EACH_REQUEST").truthy();
  std::vector<std::string> keys = secret_keys(app);
  if (keys.empty()) return;
  signing::SerializerOptions options;
  options.salt = salt;
  options.key_derivation = key_derivation;
  options.digest_method = digest_method;
  options.serializer = &serializer;
  options.time = this;
  signer_ = Owned(new signing::URLSafeTimedSerializer(std::move(keys), std::move(options)));
}

std::unique_ptr<Session> SecureCookieSessionInterface::open_session(const App&,
                                                                    const Request& request) const {
  if (!signer_) return nullptr;
  Value data;
  if (request.headers.contains("Cookie")) {
    const std::string_view cookie = request.cookies.get(cookie_name(), "");
    if (!cookie.empty() && signer_->try_loads(cookie, data, lifetime_seconds_) && data.is_dict())
      return std::make_unique<Session>(std::move(data));
  }
  auto session = std::make_unique<Session>();
  session->is_new(true);
  return session;
}

void SecureCookieSessionInterface::save_session(const App& app, Session& session, Response& response) const {
  if (session.empty()) {
    if (session.modified()) delete_cookie(app, response);
    return;
  }
  if (!should_set_cookie(app, session)) return;
  const OptionalSeconds expires = get_expiration_time(app, session);
  set_cookie(app, response, signer_->dumps(session.data()), expires);
}

// Only a permanent session is written again, which a cookie that is not compressed shows
// before it is verified.
bool SecureCookieSessionInterface::saves_untouched(const App&, const Request& request) const {
  if (!refresh_each_request_ || !signer_ || !request.headers.contains("Cookie")) return false;
  const std::string_view cookie = request.cookies.get(cookie_name(), "");
  if (cookie.empty()) return false;
  if (cookie.front() == '.') return true;
  const auto payload = base64::decode_url(cookie.substr(0, cookie.find('.')));
  return !payload || payload->find("\"_permanent\"") != std::string::npos;
}

}  // namespace retort
