// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Sessions that stay on the server: the cookie holds nothing but a random id.
//
//   app.session_interface(std::make_unique<ServerSideSessionInterface>(std::make_unique<MemorySessionStore>()));
//
// Clients cannot read what is in them, they may be large, and they can be ended from here. Where two
// requests change one at the same time, the last one counts.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/app/json_tag.h"
#include "retort/app/session_interface.h"
#include "retort/app/session_store.h"

namespace retort {

class ServerSideSession final : public Session {
 public:
  ServerSideSession() = default;
  ServerSideSession(std::string key, StoredSession stored, Value data);
  Owned<Session> copy() const override;
  /// A new id at the request's end; the old one leads nowhere.
  void renew() override;

  /// The store's name for it, which may be shown; empty for one that the store has not seen.
  const std::string& key() const { return key_; }
  /// The user that it is of, by whom it can be listed (ServerSideSessionInterface::of_owner).
  const std::string& owner() const { return stored_.owner; }
  void owner(std::string owner);

 private:
  friend class ServerSideSessionInterface;
  std::string key_;
  StoredSession stored_;
  bool renewed_ = false;
};

/// One serves all of an app's threads.
class ServerSideSessionInterface : public SessionInterface {
 public:
  /// With a std::unique_ptr to a store.
  explicit ServerSideSessionInterface(Owned<SessionStore> store);
  template <class P, class = decltype(std::declval<P&>().release())>
  explicit ServerSideSessionInterface(P store)
      : ServerSideSessionInterface(Owned<SessionStore>(store.release())) {}

  // Changed, if at all, before the interface is given to an app.
  TaggedJSONSerializer serializer;
  /// Sessions that are used without being changed are written again after this long, which is how
  /// exact last_seen is and what prolongs them.
  std::int64_t touch_seconds = 60;

  void freeze(const App& app) override;
  std::unique_ptr<Session> open_session(const App& app, const Request& request) const override;
  void save_session(const App& app, Session& session, Response& response) const override;
  bool saves_untouched(const App& app, const Request& request) const override;
  bool should_set_cookie(const App& app, const Session& session) const override;

  /// The live sessions of an owner with their keys, the last seen first.
  std::vector<std::pair<std::string, StoredSession>> of_owner(std::string_view owner) const;
  /// Ends a session, if it is the owner's.
  bool end(std::string_view owner, std::string_view key) const;
  SessionStore& store() const { return *store_; }

 private:
  void begin(ServerSideSession& session, StoredSession& stored, Response& response, const App& app) const;

  Owned<SessionStore> store_;
  std::int64_t lifetime_seconds_ = 0;
};

}  // namespace retort
