// SPDX-License-Identifier: BSD-3-Clause
#include "retort/app/session_store.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

namespace retort {
namespace {

struct Kept {
  std::string key;
  StoredSession session;
};

/// What a session takes, roughly: its texts and its places in the tables.
std::size_t size_of(const Kept& kept) {
  constexpr std::size_t kOverhead = 512;
  const StoredSession& s = kept.session;
  return kOverhead + s.data.size() + s.owner.size() + s.remote_addr.size() + s.user_agent.size();
}

}  // namespace

struct MemorySessionStore::Impl {
  using Order = std::list<Kept>;  // the last used first

  explicit Impl(MemorySessionStoreOptions given) : options(given) {}

  Order& order_of(const Kept& kept) { return kept.session.owner.empty() ? nobodys : users; }

  /// The session of a key, unless it has expired, in which case it goes.
  Order::iterator* find(const std::string& key, std::int64_t now) {
    const auto found = by_key.find(key);
    if (found == by_key.end()) return nullptr;
    if (found->second->session.expires > now) return &found->second;
    forget(found->second);
    return nullptr;
  }

  /// Puts a session in the place of the one at `old`, where there is one.
  void put(Kept kept, const Order::iterator* old, std::int64_t now) {
    if (size_of(kept) > options.max_bytes)
      throw std::length_error("MemorySessionStore: a session is larger than all of the store");
    if (old) forget(*old);
    insert(std::move(kept));
    make_room(now);
  }

  void insert(Kept kept) {
    Order& order = order_of(kept);
    order.push_front(std::move(kept));
    const Kept& added = order.front();
    by_key[added.key] = order.begin();
    if (!added.session.owner.empty()) by_owner[added.session.owner].insert(added.key);
    bytes += size_of(added);
  }

  void forget(Order::iterator at) {
    bytes -= size_of(*at);
    if (const auto owned = by_owner.find(at->session.owner); owned != by_owner.end()) {
      owned->second.erase(at->key);
      if (owned->second.empty()) by_owner.erase(owned);
    }
    by_key.erase(at->key);
    order_of(*at).erase(at);
  }

  void make_room(std::int64_t now) {
    for (Order* order : {&nobodys, &users}) {
      while (!order->empty() && order->back().session.expires <= now) forget(std::prev(order->end()));
    }
    while (by_key.size() > options.max_sessions || bytes > options.max_bytes) {
      Order& order = nobodys.size() > 1 || users.empty() ? nobodys : users;
      forget(std::prev(order.end()));
    }
  }

  const MemorySessionStoreOptions options;
  std::mutex mutex;
  Order nobodys, users;
  std::unordered_map<std::string, Order::iterator> by_key;
  std::unordered_map<std::string, std::unordered_set<std::string>> by_owner;
  std::size_t bytes = 0;
};

MemorySessionStore::MemorySessionStore(MemorySessionStoreOptions options) : impl_(new Impl(options)) {
  if (options.max_sessions == 0) throw std::invalid_argument("MemorySessionStore: room for no session");
}
MemorySessionStore::~MemorySessionStore() = default;

bool MemorySessionStore::load(std::string_view key, std::int64_t now, StoredSession& out) {
  const std::lock_guard lock(impl_->mutex);
  const auto* at = impl_->find(std::string(key), now);
  if (!at) return false;
  out = (*at)->session;
  Impl::Order& order = impl_->order_of(**at);
  order.splice(order.begin(), order, *at);
  return true;
}

void MemorySessionStore::add(std::string_view key, const StoredSession& session, std::int64_t now) {
  Kept kept{std::string(key), session};
  const std::lock_guard lock(impl_->mutex);
  impl_->put(std::move(kept), impl_->find(std::string(key), now), now);
}

bool MemorySessionStore::replace(std::string_view key, const StoredSession& session, std::int64_t now) {
  Kept kept{std::string(key), session};
  const std::lock_guard lock(impl_->mutex);
  const auto* at = impl_->find(kept.key, now);
  if (at) impl_->put(std::move(kept), at, now);
  return at != nullptr;
}

bool MemorySessionStore::remove(std::string_view key) {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->by_key.find(std::string(key));
  if (found == impl_->by_key.end()) return false;
  impl_->forget(found->second);
  return true;
}

std::vector<std::pair<std::string, StoredSession>> MemorySessionStore::of_owner(std::string_view owner,
                                                                                std::int64_t now) {
  std::vector<std::pair<std::string, StoredSession>> out;
  const std::lock_guard lock(impl_->mutex);
  const auto owned = impl_->by_owner.find(std::string(owner));
  if (owned == impl_->by_owner.end()) return out;
  for (const std::string& key : owned->second) {
    const StoredSession& session = impl_->by_key.at(key)->session;
    if (session.expires <= now) continue;
    StoredSession listed{{},
                         session.owner,
                         session.remote_addr,
                         session.user_agent,
                         session.created,
                         session.last_seen,
                         session.expires};
    out.emplace_back(key, std::move(listed));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.second.last_seen != b.second.last_seen ? a.second.last_seen > b.second.last_seen
                                                    : a.first < b.first;
  });
  return out;
}

std::size_t MemorySessionStore::size() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->by_key.size();
}

}  // namespace retort
