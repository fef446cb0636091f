// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/server_side_session.h"

#include <algorithm>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/crypto/digest.h"
#include "retort/crypto/random.h"
#include "retort/message/request.h"
#include "retort/message/response.h"

namespace retort {
namespace {

constexpr std::size_t kIdBytes = 32;
constexpr std::size_t kIdSize = 43;          // of so many bytes in base64url
constexpr std::size_t kMostUserAgent = 256;  // kept for a list of sessions

/// What this interface has made, and nothing else, becomes a key.
bool is_id(std::string_view text) {
  return text.size() == kIdSize && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                  c == '_';
         });
}

/// Who reads the store has nobody's session.
std::string key_of(std::string_view id) { return crypto::to_hex(crypto::digest(crypto::Digest::sha256, id)); }

/// What key_of gives, and nothing else that a client sends, is looked for in the store.
bool is_key(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

ServerSideSession::ServerSideSession(std::string key, StoredSession stored, Value data)
    : Session(std::move(data)), key_(std::move(key)), stored_(std::move(stored)) {}

Owned<Session> ServerSideSession::copy() const {
  return std::make_unique<ServerSideSession>(key_, stored_, data().deep_copy());
}

void ServerSideSession::renew() {
  renewed_ = true;
  modified(true);
}

void ServerSideSession::owner(std::string owner) {
  if (owner == stored_.owner) return;
  stored_.owner = std::move(owner);
  modified(true);
}

ServerSideSessionInterface::ServerSideSessionInterface(Owned<SessionStore> store)
    : store_(std::move(store)) {}

void ServerSideSessionInterface::freeze(const App& app) {
  lifetime_seconds_ = permanent_session_lifetime(app);
}

std::unique_ptr<Session> ServerSideSessionInterface::open_session(const App&, const Request& request) const {
  const std::string_view id = request.cookies.get(cookie_name(), "");
  if (is_id(id)) {
    std::string key = key_of(id);
    StoredSession stored;
    if (store_->load(key, now(), stored)) {
      Result<Value> data = serializer.loads(stored.data);
      if (data && data->is_dict())
        return std::make_unique<ServerSideSession>(std::move(key), std::move(stored), std::move(*data));
    }
  }
  auto session = std::make_unique<ServerSideSession>();
  session->is_new(true);
  return session;
}

bool ServerSideSessionInterface::saves_untouched(const App&, const Request&) const { return false; }

bool ServerSideSessionInterface::should_set_cookie(const App& app, const Session& session) const {
  return session.modified() || (session.accessed() && SessionInterface::should_set_cookie(app, session));
}

void ServerSideSessionInterface::begin(ServerSideSession& session, StoredSession& stored, Response& response,
                                       const App& app) const {
  if (stored.created == 0 || session.renewed_) stored.created = stored.last_seen;
  if (has_request_context()) {
    stored.remote_addr = request->remote_addr();
    stored.user_agent = request->headers.get("User-Agent", "").substr(0, kMostUserAgent);
  }
  const std::string id = crypto::random_token(kIdBytes);
  const std::string key = key_of(id);
  store_->add(key, stored, stored.last_seen);
  session.key_ = key;
  set_cookie(app, response, id, get_expiration_time(app, session));
}

void ServerSideSessionInterface::save_session(const App& app, Session& base, Response& response) const {
  auto& session = static_cast<ServerSideSession&>(base);
  if (session.renewed_ && !session.key_.empty()) {
    store_->remove(session.key_);
    session.key_.clear();
  }
  if (session.empty()) {
    if (!session.modified()) return;
    if (!session.key_.empty()) store_->remove(session.key_);
    session.key_.clear();
    delete_cookie(app, response);
    return;
  }
  StoredSession& stored = session.stored_;
  const std::int64_t time = now();
  const bool sets_cookie = should_set_cookie(app, session);
  if (!sets_cookie && time - stored.last_seen < touch_seconds) return;
  if (session.modified()) stored.data = serializer.dumps(session.data());
  stored.last_seen = time;
  stored.expires = time + lifetime_seconds_;
  if (session.key_.empty()) {
    begin(session, stored, response, app);
    session.renewed_ = false;
    return;
  }
  // Where it was ended meanwhile the client may have another one by now, of a login say: its cookie stays.
  if (store_->replace(session.key_, stored, time) && session.permanent() && sets_cookie) {
    const std::string_view id = request->cookies.get(cookie_name(), "");
    set_cookie(app, response, std::string(id), get_expiration_time(app, session));
  }
}

std::vector<std::pair<std::string, StoredSession>> ServerSideSessionInterface::of_owner(
    std::string_view owner) const {
  return store_->of_owner(owner, now());
}

bool ServerSideSessionInterface::end(std::string_view owner, std::string_view key) const {
  StoredSession stored;
  return !owner.empty() && is_key(key) && store_->load(key, now(), stored) && stored.owner == owner &&
         store_->remove(key);
}

}  // namespace retort
