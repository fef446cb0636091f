// SPDX-License-Identifier: BSD-3-Clause
// The remember cookie in requests and responses.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/session.h"
#include "retort/app/session_interface.h"
#include "retort/base/text.h"
#include "retort/ext/login/detail/user_state.h"
#include "retort/ext/login/remember_cookie.h"

namespace retort::login::detail {
namespace {

constexpr std::int64_t kYear = std::int64_t{365} * 24 * 60 * 60;

http::SameSite samesite(const Config& config) {
  if (!config.is_set("REMEMBER_COOKIE_SAMESITE")) return http::SameSite::unset;
  const std::string name = text::to_lower(config.text("REMEMBER_COOKIE_SAMESITE"));
  if (name == "strict") return http::SameSite::strict;
  if (name == "lax") return http::SameSite::lax;
  if (name == "none") return http::SameSite::none;
  throw SetupError(fmt::format(
      "config[\"REMEMBER_COOKIE_SAMESITE\"] should be \"Strict\", \"Lax\" or \"None\", but is \"{}\"", name));
}

/// The REMEMBER_COOKIE_* settings; the options borrow the texts.
struct CookieSettings {
  explicit CookieSettings(const Config& config)
      : name(remember_cookie_name()),
        domain(config.get<std::string>("REMEMBER_COOKIE_DOMAIN", "")),
        path(config.get<std::string>("REMEMBER_COOKIE_PATH", "/")) {
    options.domain = domain;
    options.path = path;
    options.secure = config.get("REMEMBER_COOKIE_SECURE").truthy();
    options.httponly = config.get("REMEMBER_COOKIE_HTTPONLY", Value(true)).truthy();
    options.samesite = samesite(config);
  }
  std::string name, domain, path;
  http::CookieOptions options;
};

std::int64_t duration(const Session& session, const Config& config) {
  constexpr std::int64_t kMost = 1000 * kYear;  // "for ever", of which there is a date
  if (const auto own = session.get<double>("_remember_seconds"))
    return static_cast<std::int64_t>(std::clamp(*own, -1e9, static_cast<double>(kMost)));
  if (!config.is_set("REMEMBER_COOKIE_DURATION")) return kYear;
  return std::min(config.seconds("REMEMBER_COOKIE_DURATION"), kMost);
}

void set_cookie(const Session& session, Response& response) {
  const App& app = *current_app;
  CookieSettings settings(app.config);
  settings.options.expires = app.session_interface().now() + duration(session, app.config);
  response.set_cookie(settings.name, encode_cookie(session.get("_user_id").str()), settings.options);
}

/// Whether the request brought a cookie for the user who is logged in: one that each request prolongs.
bool is_prolonged(const Session& session) {
  if (!current_app->config.get("REMEMBER_COOKIE_REFRESH_EACH_REQUEST").truthy()) return false;
  const auto cookie = request->cookies.get(remember_cookie_name());
  return cookie && session.contains("_user_id") && decode_cookie(*cookie) == session.get("_user_id").str();
}

}  // namespace

std::string remember_cookie_name() {
  return current_app->config.get<std::string>("REMEMBER_COOKIE_NAME", "remember_token");
}

void update_remember_cookie(Response& response) {
  Context& context = retort::detail::request_context_or_throw();
  const bool prolongs = current_app->config.get("REMEMBER_COOKIE_REFRESH_EACH_REQUEST").truthy();
  // Where nothing has asked for the session there is nothing to do, and no `Vary: Cookie` to set.
  if (!prolongs && !context.opened_session()) return;
  Session& session = prolongs ? context.session() : *context.opened_session();
  if (!session.contains("_remember")) {
    if (is_prolonged(session)) set_cookie(session, response);
    return;
  }
  const Value operation = session.pop("_remember");
  if (operation == Value("set") && session.contains("_user_id")) {
    set_cookie(session, response);
  } else if (operation == Value("clear")) {
    const CookieSettings settings(current_app->config);
    // Without Secure, browsers do not take a cookie of a name that asks for it, not even to delete it.
    const bool secure = settings.options.secure && settings.name.substr(0, 2) == "__";
    response.delete_cookie(settings.name,
                           {.path = settings.path, .domain = settings.domain, .secure = secure});
  }
}

}  // namespace retort::login::detail
