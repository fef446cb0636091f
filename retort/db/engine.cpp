// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/engine.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

#include "retort/base/log.h"
#include "retort/db/detail/drivers.h"
#include "retort/db/detail/echo.h"
#include "retort/db/detail/memory_connection.h"
#include "retort/db/detail/pool.h"
#include "retort/db/detail/shared_connections.h"
#include "retort/db/dialect.h"
#include "retort/db/postgresql.h"
#include "retort/fiber/scheduler.h"

namespace retort::db {
namespace {

std::size_t limit_of(const EngineOptions& options) {
  if (options.pool_size <= 0 || options.max_overflow < 0) return 0;
  return static_cast<std::size_t>(options.pool_size) + static_cast<std::size_t>(options.max_overflow);
}

std::size_t kept_of(const EngineOptions& options) {
  return options.pool_size <= 0 ? 0 : static_cast<std::size_t>(options.pool_size);
}

// What one thread has of an engine. SQLite's single statements have connections beside those of
// transactions, and reads beside writes: who waits for the writers' queue keeps nobody from
// reading, and the fiber whose transaction all wait for can always go on.
struct Worker {
  Worker(const Url& url, const EngineOptions& options)
      : transactions(url, options, limit_of(options), kept_of(options)),
        reads(url, options, limit_of(options), kept_of(options)),
        writes(url, options, 1, 1) {}

  detail::Pool transactions;
  detail::Pool reads;
  detail::Pool writes;
  std::unique_ptr<detail::SharedConnections> shared;  // PostgreSQL's
};

// SELECT, WITH, VALUES, PRAGMA, EXPLAIN, by their first letters: a wrong guess waits in the wrong
// line and is no error.
bool is_read(std::string_view sql) {
  const std::size_t begin = sql.find_first_not_of(" \t\r\n");
  return begin == sql.npos || std::string_view("SWVPEswvpe").find(sql[begin]) != std::string_view::npos;
}

std::uint64_t next_engine() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

}  // namespace

struct Engine::Impl {
  Impl(std::string_view u, EngineOptions o)
      : url(parse_url(u)), options(std::move(o)), is_sqlite(url.dialect == "sqlite") {
    if (detail::is_sqlite_memory(url)) memory = std::make_unique<detail::MemoryConnection>(url, options);
  }

  const Url url;
  const EngineOptions options;
  const bool is_sqlite;
  const std::uint64_t number = next_engine();
  const Logger logger{"retort.db"};
  std::unique_ptr<detail::MemoryConnection> memory;

  Worker& worker();
  detail::Loan* take() { return memory ? memory->take() : worker().transactions.take(); }
  detail::Loan* take_for(const std::string& sql) {
    if (!is_sqlite || memory) return take();
    return is_read(sql) ? worker().reads.take() : worker().writes.take();
  }
  /// Null off a fiber: the shared connections are read by the event loop.
  detail::SharedConnections* shared();

 private:
  std::mutex mutex_;
  std::unordered_map<std::thread::id, std::unique_ptr<Worker>> workers_;
};

Worker& Engine::Impl::worker() {
  // The last one that this thread used; engines' numbers do not come again.
  struct Last {
    std::uint64_t engine = 0;
    Worker* worker = nullptr;
  };
  static thread_local Last last;
  if (last.engine == number) return *last.worker;
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Worker>& worker = workers_[std::this_thread::get_id()];
  if (!worker) worker = std::make_unique<Worker>(url, options);
  last = {number, worker.get()};
  return *worker;
}

detail::SharedConnections* Engine::Impl::shared() {
  if (is_sqlite || !fiber::Scheduler::current()) return nullptr;
  Worker& mine = worker();
  if (!mine.shared)
    mine.shared = std::make_unique<detail::SharedConnections>(
        url, options, static_cast<std::size_t>(std::max(options.shared_connections, 1)));
  return mine.shared.get();
}

Lease::Lease(detail::Loan* loan) : connection_(loan->connection), loan_(loan) {}

Lease::Lease(Lease&& o) noexcept
    : connection_(std::exchange(o.connection_, nullptr)), loan_(std::exchange(o.loan_, nullptr)) {}

Lease& Lease::operator=(Lease&& o) noexcept {
  std::swap(connection_, o.connection_);
  std::swap(loan_, o.loan_);
  return *this;
}

Lease::~Lease() { release(); }

void Lease::release() noexcept {
  connection_ = nullptr;
  if (detail::Loan* const loan = std::exchange(loan_, nullptr)) loan->lender->give_back(loan);
}

Engine::Engine(std::string_view url, EngineOptions options) : impl_(new Impl(url, std::move(options))) {}
Engine::~Engine() = default;

const Url& Engine::url() const { return impl_->url; }
const EngineOptions& Engine::options() const { return impl_->options; }
const Dialect& Engine::dialect() const { return impl_->is_sqlite ? sqlite_dialect() : postgresql_dialect(); }

Lease Engine::connect() { return Lease(impl_->take()); }

ExecuteResult Engine::execute(const std::string& sql, const Parameters& parameters, const RowSink& sink) {
  if (detail::SharedConnections* const shared = impl_->shared()) {
    const detail::Told told(impl_->options, impl_->logger, dialect());
    told.before(sql, parameters);
    const ExecuteResult result = shared->execute(sql, parameters, sink);
    told.after(sql, parameters);
    return result;
  }
  const Lease lease(impl_->take_for(sql));
  return lease->execute(sql, parameters, sink);
}

void Engine::execute_batch(std::vector<BatchItem>& items) {
  if (detail::SharedConnections* const shared = impl_->shared()) {
    const detail::Told told(impl_->options, impl_->logger, dialect());
    told.before(items);
    shared->execute_batch(items);
    return told.after(items);
  }
  const Lease lease = connect();
  lease->begin();
  lease->execute_batch(items);
  lease->commit();
}

void Engine::dispose() {
  if (impl_->memory) return impl_->memory->dispose();
  Worker& worker = impl_->worker();
  worker.transactions.dispose();
  worker.reads.dispose();
  worker.writes.dispose();
  if (worker.shared) worker.shared->dispose();
}

Owned<Connection> open_connection(const Url& url, const EngineOptions& options) {
  Owned<Connection> connection;
  if (url.dialect == "sqlite") {
    connection = detail::open_sqlite(url, options);
  } else {
    connection = PostgresqlConnection::open(url, options);
  }
  return detail::told(std::move(connection), options, Logger("retort.db"));
}

}  // namespace retort::db
