// SPDX-License-Identifier: BSD-3-Clause
// Who the user of a request is.
#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/server_side_session.h"
#include "retort/base/text.h"
#include "retort/crypto/digest.h"
#include "retort/ext/login/current_user.h"
#include "retort/ext/login/detail/latin1.h"
#include "retort/ext/login/detail/user_state.h"
#include "retort/ext/login/login_manager.h"
#include "retort/ext/login/remember_cookie.h"
#include "retort/ext/login/signals.h"

namespace retort::login {
namespace {

constexpr std::string_view kSessionKeys[] = {"_user_id", "_remember", "_remember_seconds",
                                             "_id",      "_fresh",    "next"};

SessionProtection protection(const LoginManager& manager) {
  const Value setting = current_app->config.get("SESSION_PROTECTION");
  if (setting.is_undefined()) return manager.session_protection;
  if (!setting.truthy()) return SessionProtection::none;
  if (setting == Value("basic")) return SessionProtection::basic;
  if (setting == Value("strong")) return SessionProtection::strong;
  throw SetupError(fmt::format(
      "config[\"SESSION_PROTECTION\"] should be \"basic\", \"strong\" or none, but is {}", setting.repr()));
}

/// True when the session is another client's and has been emptied.
bool session_is_lost(const LoginManager& manager, Session& session) {
  const SessionProtection mode = protection(manager);
  if (mode == SessionProtection::none || session.empty()) return false;
  if (session.get("_id") == Value(session_identifier(request))) return false;
  if (mode == SessionProtection::basic || session.permanent()) {
    if (session.get("_fresh") != Value(false)) session["_fresh"] = false;
    session_protected.send(current_app);
    return false;
  }
  // A visitor's, with a form's token say, is tied to nobody: no reason to forget who is remembered.
  if (!session.contains("_id") && !session.contains("_user_id") &&
      request->cookies.contains(detail::remember_cookie_name()))
    return false;
  for (const std::string_view key : kSessionKeys) session.pop(key, nullptr);
  detail::set_owner(session, nullptr);
  session["_remember"] = "clear";
  session_protected.send(current_app);
  return true;
}

/// The id that the session keeps; an integer is text as well, which a Flask app may have written.
std::optional<std::string> id_in(const Session& session) {
  const Value id = session.get("_user_id");
  if (id.is_string()) return std::string(id.as_string());
  if (id.is_int()) return id.str();
  return std::nullopt;
}

/// What stays of a session when somebody logs in.
bool stays(const LoginManager& manager, std::string_view key) {
  const auto& kept = manager.keep_in_session;
  return key == "_flashes" || key == "next" || key == "_permanent" ||
         std::find(kept.begin(), kept.end(), key) != kept.end();
}

}  // namespace

std::string session_identifier(std::optional<std::string_view> address,
                               std::optional<std::string_view> user_agent) {
  // As Python prints bytes, for that is what Flask-Login takes the digest of.
  const auto python_bytes = [](std::string_view text) {
    const std::string bytes = detail::from_latin1(text);
    const char quote = text::repr_quote(bytes);
    std::string out = "b";
    out += quote;
    text::append_escaped(out, bytes, quote, true);
    out += quote;
    return out;
  };
  std::string base = address ? python_bytes(*address) : "None";
  base += '|';
  base += user_agent ? python_bytes(*user_agent) : "None";
  return crypto::to_hex(crypto::digest(crypto::Digest::sha512, base));
}

std::string session_identifier(const Request& request) {
  const http::HeadersView& headers = request.headers;
  std::optional<std::string_view> user_agent;
  if (headers.contains("User-Agent")) user_agent = headers.get("User-Agent", "");
  if (!headers.contains("X-Forwarded-For")) {
    const std::string_view address = request.remote_addr();
    return session_identifier(address.empty() ? std::nullopt : std::optional(address), user_agent);
  }
  constexpr std::string_view kSpace = " \t\n\r\v\f";
  std::string_view first = headers.get("X-Forwarded-For", "");
  first = first.substr(0, first.find(','));
  const std::size_t from = std::min(first.find_first_not_of(kSpace), first.size());
  first = first.substr(from, first.find_last_not_of(kSpace) + 1 - from);
  return session_identifier(first, user_agent);
}

void detail::set_owner(Session& session, const AnyUser& user) {
  auto* stored = dynamic_cast<ServerSideSession*>(&session);
  if (stored) stored->owner(user.plain_id().value_or(""));
}

AnyUser UserState::anonymous(const LoginManager& manager) {
  return manager.anonymous_user_ ? manager.anonymous_user_() : AnyUser();
}

std::string UserState::id_of(const LoginManager& manager, const AnyUser& user) {
  const std::optional<std::string> id = manager.id_of_ ? manager.id_of_(user) : user.plain_id();
  if (!id) throw std::invalid_argument("login_user: an anonymous user cannot be logged in");
  return *id + user.generation();
}

AnyUser UserState::find(const LoginManager& manager, const std::string& id) {
  if (!manager.user_loader_) return {};
  AnyUser user = manager.user_loader_(id);
  // As it was signed to the letter: a loader of numbers reads "007.1" as well.
  if (user && !user.generation().empty() && id_of(manager, user) != id) return {};
  return user;
}

void UserState::enter(const LoginManager& manager, Session& session, const AnyUser& user,
                      const std::string& id, bool fresh) {
  // One that began with this request holds what this request has put there, and nobody else.
  if (manager.renew_session && !session.is_new() && session.get<std::string>("_user_id") != id) {
    std::vector<std::string> gone;
    for (const auto& [key, value] : session) {
      if (!stays(manager, key.as_string())) gone.emplace_back(key.as_string());
    }
    for (const std::string& key : gone) session.pop(key);
  }
  session.renew();
  session["_user_id"] = id;
  session["_fresh"] = fresh;
  session["_id"] = session_identifier(request);
  detail::set_owner(session, user);
}

AnyUser UserState::load(const LoginManager& manager) {
  if (!manager.user_loader_ && !manager.request_loader_)
    throw std::logic_error("login_manager has neither a user_loader nor a request_loader to find users with");
  user_accessed.send(current_app);
  Session& session = *retort::session;
  if (session_is_lost(manager, session)) return anonymous(manager);

  if (const std::optional<std::string> id = id_in(session)) {
    if (AnyUser user = find(manager, *id)) return user;
  }
  const auto cookie = request->cookies.get(detail::remember_cookie_name());
  if (cookie && session.get("_remember") != Value("clear")) {
    if (const std::optional<std::string> id = decode_cookie(*cookie)) {
      if (AnyUser user = find(manager, *id)) {
        enter(manager, session, user, *id, false);
        user_loaded_from_cookie.send(current_app, user);
        return user;
      }
    }
  } else if (manager.request_loader_) {
    if (AnyUser user = manager.request_loader_(request)) {
      user_loaded_from_request.send(current_app, user);
      return user;
    }
  }
  return anonymous(manager);
}

}  // namespace retort::login
