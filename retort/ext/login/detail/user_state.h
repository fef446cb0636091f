// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The pieces between LoginManager and current_user.

#include "retort/ext/login/any_user.h"
#include "retort/ext/login/login_manager.h"

namespace retort {
class Session;
class Response;
}  // namespace retort

namespace retort::login {

/// What of a LoginManager the extension's own sources use.
struct UserState {
  /// Who the request's user is: by the session, the remember cookie or the request.
  static AnyUser load(const LoginManager& manager);
  static AnyUser anonymous(const LoginManager& manager);
  /// What the session keeps of a user. Throws std::invalid_argument for one who has no id.
  static std::string id_of(const LoginManager& manager, const AnyUser& user);
  /// The user of an id that a session or a cookie had; empty where that is nobody's (any more).
  static AnyUser find(const LoginManager& manager, const std::string& id);
  /// Puts a user into the session, which is renewed: what an attacker may have put there, or the user
  /// before, does not pass to this one.
  static void enter(const LoginManager& manager, Session& session, const AnyUser& user, const std::string& id,
                    bool fresh);
};

namespace detail {

/// Says whose the session is, where it lies on a server: "" for nobody's.
void set_owner(Session& session, const AnyUser& user);
/// After a request: sets or deletes the remember cookie where the session asks for it.
void update_remember_cookie(Response& response);
/// The setting REMEMBER_COOKIE_NAME.
std::string remember_cookie_name();
/// `current_user` for templates: asks for the user when something reads it.
Value current_user_value();

}  // namespace detail
}  // namespace retort::login
