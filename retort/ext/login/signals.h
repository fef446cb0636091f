// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Flask-Login's signals: `user_logged_in.connect(app, [](App&, const AnyUser& user) { ... });`.

#include "retort/app/signals.h"
#include "retort/ext/login/any_user.h"

namespace retort::login {

inline constexpr Namespace kSignals{"flask-login"};

inline constexpr Signal<const AnyUser&> user_logged_in = kSignals.signal<const AnyUser&>("logged-in");
/// The user who is logged out.
inline constexpr Signal<const AnyUser&> user_logged_out = kSignals.signal<const AnyUser&>("logged-out");
inline constexpr Signal<const AnyUser&> user_loaded_from_cookie =
    kSignals.signal<const AnyUser&>("loaded-from-cookie");
inline constexpr Signal<const AnyUser&> user_loaded_from_request =
    kSignals.signal<const AnyUser&>("loaded-from-request");
/// confirm_login has made a login fresh.
inline constexpr Signal<> user_login_confirmed = kSignals.signal<>("login-confirmed");
/// LoginManager::unauthorized, before it answers.
inline constexpr Signal<> user_unauthorized = kSignals.signal<>("unauthorized");
inline constexpr Signal<> user_needs_refresh = kSignals.signal<>("needs-refresh");
/// The user of a request is about to be loaded.
inline constexpr Signal<> user_accessed = kSignals.signal<>("accessed");
/// A session came from another client than it was made for.
inline constexpr Signal<> session_protected = kSignals.signal<>("session-protected");

}  // namespace retort::login
