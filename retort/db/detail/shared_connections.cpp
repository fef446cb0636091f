// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/shared_connections.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <vector>

#include "retort/db/detail/postgresql/connect.h"
#include "retort/db/detail/postgresql/shared_connection.h"
#include "retort/fiber/sync.h"

namespace retort::db::detail {

namespace {

// A server that has no room for a further connection is not asked at each statement.
constexpr seconds kPauseAfterFailure(1);
// A slow statement counts as that many.
constexpr std::size_t kSlow = 1'000'000;

}  // namespace

struct SharedConnections::Impl {
  ConnectSettings settings;
  EngineOptions options;
  std::size_t limit;
  std::vector<std::shared_ptr<SharedConnection>> connections;
  fiber::Mutex connecting;
  std::uint64_t failures = 0;
  std::exception_ptr last_failure;
  TimePoint next_try = {};
  const SharedConnection* asked = nullptr;  // whether it lives

  bool is_old(const SharedConnection& one, TimePoint now) const {
    return options.pool_recycle.count() >= 0 && now - one.made() >= options.pool_recycle;
  }

  /// The one with the least to do, if one can be had whose statements are quick; null when there
  /// is none. Those that have had their time end when nobody waits for them any more.
  std::shared_ptr<SharedConnection> least_busy() {
    const TimePoint now = Clock::now();
    std::erase_if(connections, [&](const auto& one) {
      return !one->usable() || (one.get() != asked && is_old(*one, now));
    });
    const std::shared_ptr<SharedConnection>* least = nullptr;
    std::size_t least_work = 0;
    for (const auto& one : connections) {
      if (one.get() == asked) continue;
      const std::size_t work = one->pending() + (one->is_held_up(now) ? kSlow : 0);
      if (least && work >= least_work) continue;
      least = &one;
      least_work = work;
    }
    return least ? *least : nullptr;
  }

  bool has_room() const { return connections.size() < limit && Clock::now() >= next_try; }

  bool wants_more(const std::shared_ptr<SharedConnection>& best) const {
    return !best || (best->pending() != 0 && has_room());
  }

  bool wants_ping(const std::shared_ptr<SharedConnection>& best) const {
    return options.pool_pre_ping && best && best->pending() == 0;
  }

  // With the lock. Where it lives no longer its neighbours are not trusted either.
  bool ping(const std::shared_ptr<SharedConnection>& one) {
    const struct Asking {
      ~Asking() { asked = nullptr; }
      const SharedConnection*& asked;
    } asking{asked};
    asked = one.get();
    if (one->ping()) return true;
    connections.clear();
    return false;
  }

  std::shared_ptr<SharedConnection> pick() {
    std::shared_ptr<SharedConnection> best = least_busy();
    if (!wants_more(best) && !wants_ping(best)) return best;
    const std::uint64_t failures_before = failures;
    if (!connecting.try_lock()) {
      if (best && !wants_ping(best) && !best->is_held_up(Clock::now())) return best;  // somebody sees to it
      connecting.lock();
    }
    const struct Unlock {
      ~Unlock() { mutex.unlock(); }
      fiber::Mutex& mutex;
    } unlock{connecting};
    for (;;) {
      best = least_busy();
      if (wants_ping(best)) {
        if (ping(best)) return best;
      } else if (!wants_more(best)) {
        return best;
      } else {
        break;
      }
    }
    if (!best && failures != failures_before) std::rethrow_exception(last_failure);
    return open(best);
  }

  // While one connection is there, that no further one can be had is no error.
  std::shared_ptr<SharedConnection> open(const std::shared_ptr<SharedConnection>& instead) {
    try {
      auto made = std::make_shared<SharedConnection>(connect(settings), settings);
      connections.push_back(made);
      return made;
    } catch (const OperationalError&) {
      ++failures;
      last_failure = std::current_exception();
      if (!instead || !instead->usable()) throw;
      next_try = Clock::now() + kPauseAfterFailure;
      return instead;
    }
  }
};

SharedConnections::SharedConnections(const Url& url, const EngineOptions& options, std::size_t limit)
    : impl_(new Impl{
          connect_settings(url, options), options, std::max<std::size_t>(limit, 1), {}, {}, 0, {}}) {}

SharedConnections::~SharedConnections() = default;

ExecuteResult SharedConnections::execute(const std::string& sql, const Parameters& parameters,
                                         const RowSink& sink, TimePoint deadline) {
  return impl_->pick()->execute(sql, parameters, sink, deadline);
}

void SharedConnections::execute_batch(std::vector<BatchItem>& items, TimePoint deadline) {
  impl_->pick()->execute_batch(items, deadline);
}

std::size_t SharedConnections::size() const { return impl_->connections.size(); }

bool SharedConnections::is_held_up() {
  if (impl_->connections.empty() || impl_->has_room()) return false;
  const TimePoint now = Clock::now();
  return std::all_of(impl_->connections.begin(), impl_->connections.end(),
                     [now](const auto& one) { return one->is_held_up(now); });
}

void SharedConnections::dispose() { impl_->connections.clear(); }

}  // namespace retort::db::detail
