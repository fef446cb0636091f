// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// All of the extension (docs/login.md). What views use is also in namespace retort.

#include "retort/ext/login/any_user.h"
#include "retort/ext/login/current_user.h"
#include "retort/ext/login/live_sessions.h"
#include "retort/ext/login/log_in_client.h"
#include "retort/ext/login/login_manager.h"
#include "retort/ext/login/login_required.h"
#include "retort/ext/login/password.h"
#include "retort/ext/login/remember_cookie.h"
#include "retort/ext/login/signals.h"
#include "retort/ext/login/throttle.h"
#include "retort/ext/login/urls.h"

namespace retort {

using login::AnyUser;
using login::confirm_login;
using login::current_user;
using login::fresh_login_required;
using login::hash_password;
using login::log_out_everywhere;
using login::login_fresh;
using login::login_remembered;
using login::login_required;
using login::login_url;
using login::login_user;
using login::LoginManager;
using login::LoginOptions;
using login::LoginThrottle;
using login::logout_user;
using login::safe_next;
using login::verify_password_or_dummy;

}  // namespace retort
