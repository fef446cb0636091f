// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/login/live_sessions.h"

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/server_side_session.h"
#include "retort/ext/login/current_user.h"
#include "retort/ext/login/detail/user_state.h"

namespace retort::login {
namespace {

/// Null where sessions are cookies.
const ServerSideSessionInterface* server_side() {
  return dynamic_cast<const ServerSideSessionInterface*>(&current_app->session_interface());
}

std::string current_key() {
  const auto* session = dynamic_cast<const ServerSideSession*>(&*retort::session);
  return session ? session->key() : "";
}

std::size_t end_all_but(const ServerSideSessionInterface& sessions, std::string_view owner,
                        std::string_view kept) {
  std::size_t ended = 0;
  for (const auto& [key, session] : sessions.of_owner(owner)) {
    if (key != kept) ended += sessions.end(owner, key);
  }
  return ended;
}

}  // namespace

std::vector<LiveSession> live_sessions() {
  std::vector<LiveSession> out;
  const ServerSideSessionInterface* sessions = server_side();
  const std::optional<std::string> owner = current_user().plain_id();
  if (!sessions || !owner) return out;
  const std::string current = current_key();
  for (auto& [key, stored] : sessions->of_owner(*owner)) {
    out.push_back(
        {key, key == current, stored.remote_addr, stored.user_agent, stored.created, stored.last_seen});
  }
  return out;
}

bool end_session(std::string_view key) {
  const ServerSideSessionInterface* sessions = server_side();
  const std::optional<std::string> owner = current_user().plain_id();
  return sessions && owner && sessions->end(*owner, key);
}

std::size_t end_other_sessions() {
  const ServerSideSessionInterface* sessions = server_side();
  const std::optional<std::string> owner = current_user().plain_id();
  if (!sessions || !owner) return 0;
  if (session.contains("_user_id")) session.renew();  // who has taken this one's id is out as well
  return end_all_but(*sessions, *owner, current_key());
}

bool log_out_everywhere(const AnyUser& user) {
  if (!user) return false;
  // By the plain id: the generation of one of two objects may have changed before. Who is known by the
  // request (request_loader) has no session, and gets none here.
  const bool is_current =
      user.plain_id() && user.plain_id() == current_user().plain_id() && session.contains("_user_id");
  const bool was_remembered = is_current && login_remembered();
  const ServerSideSessionInterface* sessions = server_side();
  const std::optional<std::string> owner = user.plain_id();
  if (sessions && owner) end_all_but(*sessions, *owner, is_current ? current_key() : "");
  if (is_current) session.renew();
  const bool next = user.next_generation();
  if (next && is_current) {
    session["_user_id"] = UserState::id_of(LoginManager::current(), user);
    if (was_remembered) session["_remember"] = "set";
  }
  return next || (sessions && owner);
}

}  // namespace retort::login
