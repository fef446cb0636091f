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

}  // namespace

struct SharedConnections::Impl {
  ConnectSettings settings;
  milliseconds connect_timeout;
  std::size_t limit;
  std::vector<std::shared_ptr<SharedConnection>> connections;
  fiber::Mutex connecting;
  std::uint64_t failures = 0;
  std::exception_ptr last_failure;
  TimePoint next_try = {};

  /// The one with the least to do; null when there is none.
  std::shared_ptr<SharedConnection> least_busy() {
    std::erase_if(connections, [](const auto& one) { return !one->usable(); });
    const auto least =
        std::min_element(connections.begin(), connections.end(),
                         [](const auto& a, const auto& b) { return a->pending() < b->pending(); });
    return least == connections.end() ? nullptr : *least;
  }

  bool wants_more(const std::shared_ptr<SharedConnection>& best) const {
    return !best || (connections.size() < limit && best->pending() != 0 && Clock::now() >= next_try);
  }

  std::shared_ptr<SharedConnection> pick() {
    std::shared_ptr<SharedConnection> best = least_busy();
    if (!wants_more(best)) return best;
    const std::uint64_t failures_before = failures;
    if (!connecting.try_lock()) {
      if (best) return best;  // somebody sees to it
      connecting.lock();
    }
    const struct Unlock {
      ~Unlock() { mutex.unlock(); }
      fiber::Mutex& mutex;
    } unlock{connecting};
    best = least_busy();
    if (!wants_more(best)) return best;
    if (!best && failures != failures_before) std::rethrow_exception(last_failure);
    return open(best);
  }

  // While one connection is there, that no further one can be had is no error.
  std::shared_ptr<SharedConnection> open(const std::shared_ptr<SharedConnection>& instead) {
    try {
      auto made = std::make_shared<SharedConnection>(connect(settings, connect_timeout), settings.statements);
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
    : impl_(new Impl{connect_settings(url, options),
                     options.connect_timeout,
                     std::max<std::size_t>(limit, 1),
                     {},
                     {},
                     0,
                     {}}) {}

SharedConnections::~SharedConnections() = default;

ExecuteResult SharedConnections::execute(const std::string& sql, const Parameters& parameters,
                                         const RowSink& sink, TimePoint deadline) {
  return impl_->pick()->execute(sql, parameters, sink, deadline);
}

void SharedConnections::execute_batch(std::vector<BatchItem>& items, TimePoint deadline) {
  impl_->pick()->execute_batch(items, deadline);
}

std::size_t SharedConnections::size() const { return impl_->connections.size(); }

void SharedConnections::dispose() {
  std::erase_if(impl_->connections, [](const auto& one) { return one->pending() == 0; });
}

}  // namespace retort::db::detail
