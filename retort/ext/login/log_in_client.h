// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// For tests: a client that is logged in without having seen the login page (Flask-Login:
// FlaskLoginClient).
//
//   TestClient client(app);
//   login::log_in_client(client, User{.id = 7});

#include <optional>
#include <string>
#include <string_view>

#include "retort/app/session.h"
#include "retort/ext/login/any_user.h"
#include "retort/ext/login/current_user.h"

namespace retort::login {

struct LogInClientOptions {
  bool fresh = true;
  /// What the client sends, for the session is tied to it (SESSION_PROTECTION).
  std::string_view remote_addr = "127.0.0.1";
  std::optional<std::string_view> user_agent = {};
};

/// `client` is a TestClient; the session gets what login_user would put there for users whose id is
/// get_id() (LoginManager::id_attribute is not asked).
template <class Client>
void log_in_client(Client& client, const AnyUser& user, const LogInClientOptions& options = {}) {
  client.session_transaction([&](Session& session) {
    session["_user_id"] = user.get_id().value();
    session["_fresh"] = options.fresh;
    session["_id"] = session_identifier(options.remote_addr, options.user_agent);
  });
}

}  // namespace retort::login
