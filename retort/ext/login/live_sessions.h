// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A user's logins on all devices, and their end. The list is there where sessions stay on the server
// (retort/app/server_side_session.h); log_out_everywhere also where they are cookies, for a user with a
// login_generation. In a request's context.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "retort/ext/login/any_user.h"

namespace retort::login {

/// A session that somebody is logged in with; templates see it as it is.
struct LiveSession {
  std::string key;          ///< for end_session; nobody can log in with it
  bool is_current = false;  ///< the one of this request
  std::string remote_addr;
  std::string user_agent;
  std::int64_t created = 0;  ///< seconds since 1970
  std::int64_t last_seen = 0;
};

/// Of the current user, the last used first. Empty where sessions are cookies.
std::vector<LiveSession> live_sessions();
/// Ends one of the current user's; false when there is none of this key, or it is somebody else's.
bool end_session(std::string_view key);
/// Ends all of the current user's but the one of this request, which gets a new id; how many there were.
std::size_t end_other_sessions();

/// Makes every session and every remember cookie of `user` void, but what this request's browser
/// has, where that is logged in as the user. For a user with a login_generation, which this adds one
/// to: save the object after it. Sessions on the server end at once. False where neither is there, and
/// so nothing was done.
bool log_out_everywhere(const AnyUser& user);
/// The same with the object itself, of which an AnyUser would be a copy that nobody saves.
template <UserLike T, class = std::enable_if_t<!std::is_same_v<std::remove_const_t<T>, AnyUser>>>
bool log_out_everywhere(T& user) {
  return log_out_everywhere(AnyUser(&user));
}

}  // namespace retort::login
