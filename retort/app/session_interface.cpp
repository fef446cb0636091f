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

http::CookieOptions cookie_options(const SessionInterface& of, const App& app, const std::string& domain,
                                   const std::string& path) {
  http::CookieOptions options;
  options.domain = domain;
  options.path = path;
  options.httponly = of.get_cookie_httponly(app);
  options.secure = of.get_cookie_secure(app);
  options.partitioned = of.get_cookie_partitioned(app);
  options.samesite = of.get_cookie_samesite(app);
  return options;
}

}  // namespace

std::vector<std::string> secret_keys(const App& app) {
  const std::string newest = text_or_empty(app.config.get("SECRET_KEY"));
  if (newest.empty()) return {};
  std::vector<std::string> keys;
  const Value fallbacks = app.config.get("SECRET_KEY_FALLBACKS");
  if (fallbacks.truthy()) {
    if (!fallbacks.is_sequence())
      throw SetupError("config[\"SECRET_KEY_FALLBACKS\"] should be a list of keys, the oldest first");
    for (const Value& key : fallbacks.items()) {
      keys.push_back(text_or_empty(key));
      if (keys.back().empty())
        throw SetupError(
            "config[\"SECRET_KEY_FALLBACKS\"] holds a key that is empty, or neither text nor bytes");
    }
  }
  keys.push_back(newest);
  return keys;
}

std::int64_t permanent_session_lifetime(const App& app) {
  return app.config.seconds("PERMANENT_SESSION_LIFETIME");
}

void add_vary(Response& response, std::string_view name) {
  std::string all;
  for (const std::string_view value : response.headers.getlist("Vary")) {
    for (std::string_view rest = value; !rest.empty();) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      if (http::iequals(text::trim(rest.substr(0, end)), name)) return;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (!all.empty()) all += ", ";
    all += value;
  }
  if (!all.empty()) all += ", ";
  all += name;
  response.headers.set("Vary", all);
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

void SessionInterface::set_cookie(const App& app, Response& response, const std::string& value,
                                  OptionalSeconds expires) const {
  const std::string name = get_cookie_name(app), domain = get_cookie_domain(app), path = get_cookie_path(app);
  http::CookieOptions options = cookie_options(*this, app, domain, path);
  options.expires = expires;
  response.set_cookie(name, value, options);
  const std::int64_t limit = app.config.integer("MAX_COOKIE_SIZE");
  if (limit > 0 && name.size() + value.size() > static_cast<std::uint64_t>(limit)) {
    app.logger.warning(
        fmt::format("The '{}' cookie is too large: its name and value take {} bytes, of which "
                    "browsers may drop all beyond {}.",
                    name, name.size() + value.size(), limit));
  }
}

void SessionInterface::delete_cookie(const App& app, Response& response) const {
  const std::string domain = get_cookie_domain(app), path = get_cookie_path(app);
  response.delete_cookie(get_cookie_name(app), cookie_options(*this, app, domain, path));
}

// Settings that could split a header are found here, before any request.
void SecureCookieSessionInterface::freeze(const App& app) {
  lifetime_seconds_ = permanent_session_lifetime(app);
  refresh_each_request_ = app.config.get("SESSION_REFRESH_EACH_REQUEST").truthy();
  cookie_name_ = get_cookie_name(app);
  try {
    Response probe;
    set_cookie(app, probe, "", {});
  } catch (const std::invalid_argument& error) {
    throw SetupError(fmt::format("the SESSION_COOKIE_* settings make no cookie: {}", error.what()));
  }
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
    const std::string_view cookie = request.cookies.get(cookie_name_, "");
    if (!cookie.empty() && signer_->try_loads(cookie, data, lifetime_seconds_) && data.is_dict())
      return std::make_unique<Session>(std::move(data));
  }
  auto session = std::make_unique<Session>();
  session->is_new(true);
  return session;
}

void SecureCookieSessionInterface::save_session(const App& app, Session& session, Response& response) const {
  if (session.accessed()) add_vary(response, "Cookie");
  if (session.empty()) {
    if (!session.modified()) return;
    delete_cookie(app, response);
    add_vary(response, "Cookie");
    return;
  }
  if (!should_set_cookie(app, session)) return;
  const OptionalSeconds expires = get_expiration_time(app, session);
  set_cookie(app, response, signer_->dumps(session.data()), expires);
  add_vary(response, "Cookie");
}

// Only a permanent session is written again, which a cookie that is not compressed shows
// before it is verified.
bool SecureCookieSessionInterface::saves_untouched(const App&, const Request& request) const {
  if (!refresh_each_request_ || !signer_ || !request.headers.contains("Cookie")) return false;
  const std::string_view cookie = request.cookies.get(cookie_name_, "");
  if (cookie.empty()) return false;
  if (cookie.front() == '.') return true;
  const auto payload = base64::decode_url(cookie.substr(0, cookie.find('.')));
  return !payload || payload->find("\"_permanent\"") != std::string::npos;
}

}  // namespace retort
