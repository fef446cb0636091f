// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// SessionStore: where ServerSideSessionInterface keeps sessions; memory here, a database or Redis
// behind the same functions. What every store must do is tested by
// tests/support/session_store_contract.h.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/owned.h"

namespace retort {

/// A session as a store keeps it. Times are seconds since 1970.
struct StoredSession {
  std::string data;            ///< its entries, written
  std::string owner;           ///< the user that it is of; empty: of nobody
  std::string remote_addr;     ///< where it was begun
  std::string user_agent;      ///< and by which browser
  std::int64_t created = 0;    ///< when it was begun
  std::int64_t last_seen = 0;  ///< about when it was last used
  std::int64_t expires = 0;    ///< from then on it is not there any more
};

/// Called by all of an app's threads at once. A key is 64 hexadecimal digits that tell nothing of the
/// id that a client has. What fails throws, and the request with it.
class SessionStore {
 public:
  SessionStore() = default;
  SessionStore(const SessionStore&) = delete;
  SessionStore& operator=(const SessionStore&) = delete;
  virtual ~SessionStore() = default;

  /// The session of a key into `out`; false when there is none (any more).
  virtual bool load(std::string_view key, std::int64_t now, StoredSession& out) = 0;
  /// A session under a key that is new.
  virtual void add(std::string_view key, const StoredSession& session, std::int64_t now) = 0;
  /// Another version of a session; false, and nothing kept, when it is not there (any more): a session
  /// that was ended does not come back with a request that was under way.
  virtual bool replace(std::string_view key, const StoredSession& session, std::int64_t now) = 0;
  /// False when there is none.
  virtual bool remove(std::string_view key) = 0;
  /// The sessions of an owner with their keys, without data, the last seen first.
  virtual std::vector<std::pair<std::string, StoredSession>> of_owner(std::string_view owner,
                                                                      std::int64_t now) = 0;
};

struct MemorySessionStoreOptions {
  std::size_t max_sessions = 100'000;
  std::size_t max_bytes = std::size_t{256} * 1024 * 1024;  ///< of all that it holds, about
};

/// Sessions in the process's memory: gone when it ends, and not seen by other processes. Bounded:
/// where it is full, sessions of nobody go first, then those of users, the longest unused before
/// others. Thread-safe.
class MemorySessionStore final : public SessionStore {
 public:
  explicit MemorySessionStore(MemorySessionStoreOptions options = {});
  ~MemorySessionStore() override;

  bool load(std::string_view key, std::int64_t now, StoredSession& out) override;
  void add(std::string_view key, const StoredSession& session, std::int64_t now) override;
  bool replace(std::string_view key, const StoredSession& session, std::int64_t now) override;
  bool remove(std::string_view key) override;
  std::vector<std::pair<std::string, StoredSession>> of_owner(std::string_view owner,
                                                              std::int64_t now) override;
  std::size_t size() const;

 private:
  struct Impl;
  Owned<Impl> impl_;
};

}  // namespace retort
