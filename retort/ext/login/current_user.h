// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Who the user of the current request is, and logging in and out (Flask-Login's functions of these
// names). The user is loaded when something asks, once a request. All throw OutsideContext outside of
// a request.

#include <optional>
#include <string>
#include <string_view>

#include "retort/base/optional_seconds.h"
#include "retort/ext/login/any_user.h"

namespace retort {
class Request;
}

namespace retort::login {

/// Never empty-handed: where nobody is logged in, the anonymous user. Good until somebody logs in or
/// out, or the request ends.
const AnyUser& current_user();
/// The user, when it is a T; else null: `current_user<User>()->name`. With the type that the loader
/// returns, what it returned: `current_user<db::Handle<User>>()`.
template <class T>
T* current_user() {
  return current_user().get<T>();
}

struct LoginOptions {
  bool remember = false;          ///< also when the browser has been closed, by a cookie
  OptionalSeconds duration = {};  ///< how long; none: REMEMBER_COOKIE_DURATION
  bool force = false;             ///< even a user who is not active
  bool fresh = true;              ///< what login_fresh() says
};

/// Logs a user in; false, and nothing done, for one who is not active. The session is renewed: what it
/// held goes (LoginManager::renew_session), and where it lies on a server its id changes.
bool login_user(const AnyUser& user, const LoginOptions& options = {});
/// Logs the user out, and makes the browser forget the remember cookie.
void logout_user();
/// Makes the login fresh: after the user has given the password again. A session on a server gets a new
/// id.
void confirm_login();
/// Whether the user has given the password in this session.
bool login_fresh();
/// Whether the browser sent a remember cookie that counts.
bool login_remembered();

/// What ties a session to a client: Flask-Login's digest of address and browser.
std::string session_identifier(const Request& request);
/// Of an address and a User-Agent header.
std::string session_identifier(std::optional<std::string_view> address,
                               std::optional<std::string_view> user_agent);

}  // namespace retort::login
