// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/login/current_user.h"

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
  const bool forgets = session.get("_remember") == Value("clear");  // who was logged out in this request
  UserState::enter(manager, session, kept, id, options.fresh);
  if (options.remember) {
    session["_remember"] = "set";
    if (options.duration) session["_remember_seconds"] = static_cast<double>(*options.duration);
  } else if (forgets) {
    session["_remember"] = "clear";
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
  session.renew();  // who has taken the old id has given no password
  session["_fresh"] = true;
  session["_id"] = session_identifier(request);
  user_login_confirmed.send(current_app);
}

bool login_fresh() { return session.get("_fresh", Value(false)).truthy(); }

bool login_remembered() {
  // The session is asked first, for the answer depends on a cookie (Vary) also where there is none.
  if (session.get("_remember") == Value("clear")) return false;
  const auto cookie = request->cookies.get(detail::remember_cookie_name());
  return cookie && decode_cookie(*cookie).has_value();
}

}  // namespace retort::login
