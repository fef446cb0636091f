// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/login/current_user.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/session.h"
#include "retort/ext/login/detail/user_state.h"
#include "retort/ext/login/login_manager.h"
#include "retort/ext/login/remember_cookie.h"
#include "retort/ext/login/signals.h"

namespace retort::login {
namespace {

constexpr std::string_view kUser = "_login_user";  // in g, as in Flask-Login

AnyUser& set_user(AnyUser user) { return g.set<AnyUser>(kUser, std::move(user)); }

/// What stays of a session when somebody logs in.
bool stays(const LoginManager& manager, std::string_view key) {
  const auto& kept = manager.keep_in_session;
  return key == "_flashes" || key == "next" || key == "_permanent" ||
         std::find(kept.begin(), kept.end(), key) != kept.end();
}

/// What an attacker may have put into the session, or the user before, does not pass to this one.
void renew_session(const LoginManager& manager, Session& session, const std::string& id) {
  session.renew();
  if (!manager.renew_session || session.get<std::string>("_user_id") == id) return;
  std::vector<std::string> gone;
  for (const auto& [key, value] : session) {
    if (!stays(manager, key.as_string())) gone.emplace_back(key.as_string());
  }
  for (const std::string& key : gone) session.pop(key);
}

}  // namespace

const AnyUser& current_user() {
  AppGlobals& globals = retort::detail::request_context_or_throw().g();
  if (AnyUser* user = globals.find<AnyUser>(kUser)) return *user;
  AnyUser loaded = UserState::load(LoginManager::current());
  // Loading may park, and may itself ask: what is there by now stays.
  if (AnyUser* user = globals.find<AnyUser>(kUser)) return *user;
  return set_user(std::move(loaded));
}

bool login_user(const AnyUser& user, const LoginOptions& options) {
  if (!user) throw std::invalid_argument("login_user: there is no user to log in");
  if (!options.force && !user.is_active()) return false;
  const AnyUser kept = user;  // may be the current one, which is about to be replaced
  const LoginManager& manager = LoginManager::current();
  const std::string id = UserState::id_of(manager, kept);
  Session& session = *retort::session;
  renew_session(manager, session, id);
  session["_user_id"] = id;
  session["_fresh"] = options.fresh;
  session["_id"] = session_identifier(request);
  detail::set_owner(session, kept);
  if (options.remember) {
    session["_remember"] = "set";
    if (options.duration) session["_remember_seconds"] = static_cast<double>(*options.duration);
  }
  user_logged_in.send(current_app, set_user(kept));
  return true;
}

void logout_user() {
  const LoginManager& manager = LoginManager::current();
  const AnyUser user = current_user();
  Session& session = *retort::session;
  for (const std::string_view key : {"_user_id", "_fresh", "_id", "_remember_seconds"})
    session.pop(key, nullptr);
  session.renew();
  detail::set_owner(session, nullptr);
  if (request->cookies.contains(detail::remember_cookie_name())) session["_remember"] = "clear";
  user_logged_out.send(current_app, user);
  set_user(UserState::anonymous(manager));
}

void confirm_login() {
  session["_fresh"] = true;
  session["_id"] = session_identifier(request);
  user_login_confirmed.send(current_app);
}

bool login_fresh() { return session.get("_fresh", Value(false)).truthy(); }

bool login_remembered() {
  const auto cookie = request->cookies.get(detail::remember_cookie_name());
  return cookie && session.get("_remember") != Value("clear") && decode_cookie(*cookie).has_value();
}

}  // namespace retort::login
