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
#include <vector>

#include "retort/base/log.h"
#include "retort/db/detail/drivers.h"
#include "retort/db/detail/echo.h"
#include "retort/db/detail/memory_connection.h"
#include "retort/db/detail/pool.h"
#include "retort/db/detail/postgresql/usage.h"
#include "retort/db/detail/shared_connections.h"
#include "retort/db/dialect.h"
#include "retort/db/error.h"
#include "retort/db/postgresql.h"
#include "retort/fiber/scheduler.h"

namespace retort::db {
namespace {

// 0: any number.
std::size_t limit_of(const EngineOptions& options) {
  if (options.pool_size <= 0 || options.max_overflow < 0) return 0;
  return static_cast<std::size_t>(options.pool_size) + static_cast<std::size_t>(options.max_overflow);
}

// PostgreSQL's shared connections and the pool's are one number; each has at least one.
std::size_t shared_of(const Url& url, const EngineOptions& options) {
  if (url.dialect == "sqlite") return 0;
  const std::size_t limit = limit_of(options);
  const auto wanted = static_cast<std::size_t>(std::max(options.shared_connections, 1));
  return limit == 0 ? wanted : std::clamp<std::size_t>(limit - 1, 1, wanted);
}

std::size_t transactions_of(const Url& url, const EngineOptions& options) {
  const std::size_t limit = limit_of(options);
  const std::size_t shared = shared_of(url, options);
  return limit == 0 ? 0 : limit > shared ? limit - shared : 1;
}

std::size_t kept_of(const EngineOptions& options) {
  return options.pool_size <= 0 ? 0 : static_cast<std::size_t>(options.pool_size);
}

// What one thread has of an engine. SQLite's single statements have connections beside those of
// transactions, and reads beside writes: who waits for the writers' queue keeps nobody from
// reading, and the fiber whose transaction all wait for can always go on.
struct Worker {
  Worker(const Url& url, const EngineOptions& options)
      : transactions(url, options, transactions_of(url, options), kept_of(options)),
        reads(url, options, limit_of(options), kept_of(options)),
        writes(url, options, 1, 1) {}

  bool is_lent() const { return transactions.is_lent() || reads.is_lent() || writes.is_lent(); }

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

[[noreturn]] void refuse_session(const std::string& sql) {
  throw ArgumentError(
      "it would change a connection that others use: connect() gives one for transactions and settings: " +
      sql);
}

/// The workers of one engine; outlives it as long as a thread may still drop its own.
struct Workers {
  std::mutex mutex;
  std::unordered_map<std::thread::id, std::unique_ptr<Worker>> of;
};

// The worker that this thread used last; engines' numbers do not come again.
struct LastWorker {
  std::uint64_t engine = 0;
  Worker* worker = nullptr;
};
thread_local LastWorker t_last;
thread_local bool t_ended = false;

// Drops what its thread has of engines at the thread's end. What is still lent stays until the
// engine's end.
class ThreadEnd {
 public:
  ThreadEnd() = default;
  ThreadEnd(const ThreadEnd&) = delete;
  ThreadEnd& operator=(const ThreadEnd&) = delete;
  ~ThreadEnd() {
    t_ended = true;
    t_last = {};
    for (const std::weak_ptr<Workers>& one : engines_) {
      if (const std::shared_ptr<Workers> workers = one.lock()) drop(*workers);
    }
  }

  static void watch(const std::shared_ptr<Workers>& workers) {
    thread_local ThreadEnd mine;
    std::erase_if(mine.engines_, [](const std::weak_ptr<Workers>& one) { return one.expired(); });
    mine.engines_.push_back(workers);
  }

 private:
  static void drop(Workers& workers) {
    std::unique_ptr<Worker> mine;
    const std::lock_guard lock(workers.mutex);  // the engine's end waits for it
    const auto found = workers.of.find(std::this_thread::get_id());
    if (found == workers.of.end() || found->second->is_lent()) return;
    mine = std::move(found->second);
    workers.of.erase(found);
    mine = nullptr;
  }

  std::vector<std::weak_ptr<Workers>> engines_;
};

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

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    const std::lock_guard lock(workers_->mutex);
    workers_->of.clear();
  }

  Worker& worker();
  detail::Loan* take() { return memory ? memory->take() : worker().transactions.take(); }
  detail::Loan* take_at_once() { return worker().transactions.take_at_once(); }
  detail::Loan* take_for(const std::string& sql) {
    if (!is_sqlite || memory) return take();
    return is_read(sql) ? worker().reads.take() : worker().writes.take();
  }
  /// Null off a fiber: the shared connections are read by the event loop.
  detail::SharedConnections* shared();

 private:
  const std::shared_ptr<Workers> workers_ = std::make_shared<Workers>();
};

Worker& Engine::Impl::worker() {
  if (t_last.engine == number) return *t_last.worker;
  const std::lock_guard lock(workers_->mutex);
  std::unique_ptr<Worker>& worker = workers_->of[std::this_thread::get_id()];
  if (!worker) {
    worker = std::make_unique<Worker>(url, options);
    if (!t_ended) ThreadEnd::watch(workers_);
  }
  t_last = {number, worker.get()};
  return *worker;
}

detail::SharedConnections* Engine::Impl::shared() {
  if (is_sqlite || !fiber::Scheduler::current()) return nullptr;
  Worker& mine = worker();
  if (!mine.shared)
    mine.shared = std::make_unique<detail::SharedConnections>(url, options, shared_of(url, options));
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
  if (!impl_->is_sqlite) {
    const detail::Usage usage = detail::usage_of(sql);
    if (usage == detail::Usage::session) refuse_session(sql);
    detail::SharedConnections* const shared = usage == detail::Usage::shared ? impl_->shared() : nullptr;
    if (shared) {
      if (shared->is_held_up()) {
        if (detail::Loan* const loan = impl_->take_at_once())
          return Lease(loan)->execute(sql, parameters, sink);
      }
      const detail::Told told(impl_->options, impl_->logger, dialect());
      told.before(sql, parameters);
      const ExecuteResult result = shared->execute(sql, parameters, sink);
      told.after(sql, parameters);
      return result;
    }
  }
  const Lease lease(impl_->take_for(sql));
  return lease->execute(sql, parameters, sink);
}

void Engine::execute_batch(std::vector<BatchItem>& items) {
  if (!impl_->is_sqlite) {
    bool shareable = true;
    for (const BatchItem& item : items) {
      const detail::Usage usage = detail::usage_of(item.sql);
      if (usage == detail::Usage::session) refuse_session(item.sql);
      shareable = shareable && usage == detail::Usage::shared;
    }
    detail::SharedConnections* const shared = shareable ? impl_->shared() : nullptr;
    if (!shared) return connect()->execute_batch(items);  // a transaction by itself
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
