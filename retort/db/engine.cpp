// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/engine.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "retort/base/log.h"
#include "retort/db/detail/drivers.h"
#include "retort/db/detail/shared_connections.h"
#include "retort/db/dialect.h"
#include "retort/db/error.h"
#include "retort/db/postgresql.h"
#include "retort/fiber/parker.h"
#include "retort/fiber/scheduler.h"
#include "retort/fiber/sync.h"

namespace retort::db {
namespace {

constexpr std::size_t kSharedConnections = 4;  // a worker's, for statements that travel together

struct Resting {
  std::unique_ptr<Connection> connection;
  TimePoint made;
};

// The connections of one thread; of a database in memory those of all, of which there is one.
class Pool {
 public:
  Pool(const Url& url, const EngineOptions& options, std::size_t limit)
      : url_(url), options_(options), limit_(limit) {}

  Connection* take() {
    const TimePoint deadline = Clock::now() + options_.pool_timeout;
    Resting rested;  // to be asked whether it lives
    {
      const fiber::LockGuard lock(mutex_);
      while (open_ >= limit_ && resting_.empty()) {
        if (!freed_.wait_until(mutex_, deadline)) throw_timeout();
      }
      while (!resting_.empty()) {
        Resting resting = std::move(resting_.back());
        resting_.pop_back();
        const bool old =
            options_.pool_recycle.count() >= 0 && Clock::now() - resting.made >= options_.pool_recycle;
        if (old || !resting.connection->usable()) {
          --open_;
          continue;
        }
        if (!options_.pool_pre_ping) return lend(std::move(resting));
        rested = std::move(resting);
        break;
      }
      if (!rested.connection) ++open_;
    }
    try {
      if (rested.connection && rested.connection->ping()) return lend(std::move(rested));
      return lend({std::unique_ptr<Connection>(open_connection(url_, options_).release()), Clock::now()});
    } catch (...) {
      gone();
      throw;
    }
  }

  void give_back(Connection* connection) {
    const fiber::CancelShield shield;
    Resting resting = reclaim(connection);
    try {
      if (connection->usable() && connection->in_transaction()) connection->rollback();
      connection->set_deadline(fiber::kNever);
    } catch (const Error&) {
      connection->close();
    }
    const fiber::LockGuard lock(mutex_);
    const std::size_t kept = static_cast<std::size_t>(std::max(options_.pool_size, 1));
    if (connection->usable() && (resting_.size() < kept || limit_ == 1)) {
      resting_.push_back(std::move(resting));
    } else {
      --open_;
    }
    freed_.notify_one();
  }

  void dispose() {
    const fiber::LockGuard lock(mutex_);
    open_ -= resting_.size();
    resting_.clear();
    if (shared_) shared_->dispose();
    freed_.notify_all();
  }

  detail::SharedConnections& shared() {
    if (!shared_) shared_ = std::make_unique<detail::SharedConnections>(url_, options_, kSharedConnections);
    return *shared_;
  }

 private:
  Connection* lend(Resting resting) {
    const std::lock_guard lock(lent_mutex_);
    Connection* const connection = resting.connection.get();
    lent_.push_back(std::move(resting));
    return connection;
  }
  Resting reclaim(const Connection* connection) {
    const std::lock_guard lock(lent_mutex_);
    const auto at = std::find_if(lent_.begin(), lent_.end(),
                                 [&](const Resting& lent) { return lent.connection.get() == connection; });
    Resting resting = std::move(*at);
    lent_.erase(at);
    return resting;
  }
  void gone() {
    const fiber::LockGuard lock(mutex_);
    --open_;
    freed_.notify_one();
  }
  [[noreturn]] void throw_timeout() const {
    throw PoolTimeout("no connection to " + url_.str() + " came free within " +
                      std::to_string(options_.pool_timeout.count()) + " ms: all " + std::to_string(limit_) +
                      " are in use (pool_size, max_overflow, pool_timeout)");
  }

  const Url& url_;
  const EngineOptions& options_;
  std::size_t limit_;
  fiber::Mutex mutex_;
  fiber::ConditionVariable freed_;
  std::vector<Resting> resting_;
  std::mutex lent_mutex_;  // never held across a park
  std::vector<Resting> lent_;
  std::size_t open_ = 0;
  std::unique_ptr<detail::SharedConnections> shared_;
};

bool is_in_memory(const Url& url) {
  return url.dialect == "sqlite" && (url.database.empty() || url.database == ":memory:");
}

}  // namespace

struct Engine::Impl {
  Impl(std::string_view u, EngineOptions o) : url(parse_url(u)), options(std::move(o)) {}

  Url url;
  EngineOptions options;
  Logger logger{"retort.db"};
  std::mutex mutex;
  std::unordered_map<std::thread::id, std::unique_ptr<Pool>> pools;

  Pool& pool() {
    const std::lock_guard lock(mutex);
    const bool one = is_in_memory(url);
    std::unique_ptr<Pool>& pool = pools[one ? std::thread::id() : std::this_thread::get_id()];
    if (!pool) {
      const int most =
          options.max_overflow < 0 ? 1 << 20 : std::max(options.pool_size, 1) + options.max_overflow;
      pool = std::make_unique<Pool>(url, options, one ? 1 : static_cast<std::size_t>(most));
    }
    return *pool;
  }

  void echo(const std::string& sql) const {
    if (options.echo) logger.info(sql);
  }
};

Lease::Lease(Lease&& o) noexcept
    : connection_(std::exchange(o.connection_, nullptr)), pool_(std::exchange(o.pool_, nullptr)) {}

Lease& Lease::operator=(Lease&& o) noexcept {
  std::swap(connection_, o.connection_);
  std::swap(pool_, o.pool_);
  return *this;
}

Lease::~Lease() { release(); }

void Lease::release() noexcept {
  Connection* const connection = std::exchange(connection_, nullptr);
  if (connection) static_cast<Pool*>(pool_)->give_back(connection);
}

Engine::Engine(std::string_view url, EngineOptions options) : impl_(new Impl(url, std::move(options))) {}
Engine::~Engine() = default;

const Url& Engine::url() const { return impl_->url; }
const EngineOptions& Engine::options() const { return impl_->options; }

const Dialect& Engine::dialect() const {
  return impl_->url.dialect == "sqlite" ? sqlite_dialect() : postgresql_dialect();
}

Lease Engine::connect() {
  Pool& pool = impl_->pool();
  Lease lease;
  lease.connection_ = pool.take();
  lease.pool_ = &pool;
  return lease;
}

ExecuteResult Engine::execute(const std::string& sql, const Parameters& parameters, const RowSink& sink) {
  impl_->echo(sql);
  if (impl_->url.dialect == "postgresql" && fiber::Scheduler::current())
    return impl_->pool().shared().execute(sql, parameters, sink);
  return connect()->execute(sql, parameters, sink);
}

void Engine::execute_batch(std::vector<BatchItem>& items) {
  for (const BatchItem& item : items) impl_->echo(item.sql);
  if (impl_->url.dialect == "postgresql" && fiber::Scheduler::current())
    return impl_->pool().shared().execute_batch(items);
  Lease lease = connect();
  lease->begin();
  lease->execute_batch(items);
  lease->commit();
}

void Engine::dispose() { impl_->pool().dispose(); }

Owned<Connection> open_connection(const Url& url, const EngineOptions& options) {
  if (url.dialect == "sqlite") return detail::open_sqlite(url, options);
  return PostgresqlConnection::open(url, options);
}

}  // namespace retort::db
