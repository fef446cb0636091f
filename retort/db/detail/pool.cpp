// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/pool.h"

#include <string>
#include <utility>

#include "retort/base/memory.h"
#include "retort/db/error.h"
#include "retort/fiber/parker.h"

namespace retort::db::detail {

bool reset(Connection& connection) noexcept {
  const fiber::CancelShield shield;
  try {
    connection.set_deadline(fiber::kNever);
    if (connection.usable() && connection.in_transaction()) connection.rollback();
    return connection.usable();
  } catch (...) {
    return false;
  }
}

Pool::Pool(const Url& url, const EngineOptions& options, std::size_t limit, std::size_t kept)
    : url_(url), options_(options), limit_(limit), kept_(kept), turns_(limit) {
  resting_.reserve(kept == 0 ? 16 : kept);
}

Pool::~Pool() {
  for (Loan* loan : resting_) delete loan;
}

Loan* Pool::take() {
  if (limit_ != 0 && !turns_.try_acquire() && !turns_.try_acquire_for(options_.pool_timeout)) throw_timeout();
  return lend();
}

Loan* Pool::take_at_once() { return limit_ != 0 && !turns_.try_acquire() ? nullptr : lend(); }

Loan* Pool::lend() {
  lent_.fetch_add(1, std::memory_order_relaxed);
  try {
    while (Loan* const loan = resting()) {
      std::unique_ptr<Loan> held(loan);
      if (!options_.pool_pre_ping || loan->connection->ping()) return held.release();
      const fiber::detail::SpinGuard guard(lock_);
      stale_before_ = Clock::now();
    }
    return made_anew();
  } catch (...) {
    if (limit_ != 0) turns_.release();
    lent_.fetch_sub(1, std::memory_order_release);
    throw;
  }
}

// The one that was used last, so that under little load the others grow old.
Loan* Pool::resting() {
  for (;;) {
    std::unique_ptr<Loan> loan;
    {
      const fiber::detail::SpinGuard guard(lock_);
      if (resting_.empty()) return nullptr;
      loan.reset(resting_.back());
      resting_.pop_back();
    }
    if (!is_stale(*loan)) return loan.release();
  }
}

Loan* Pool::made_anew() {
  auto loan = std::make_unique<Loan>();
  loan->lender = this;
  loan->owned = open_connection(url_, options_);
  loan->connection = loan->owned.get();
  loan->made = Clock::now();
  return loan.release();
}

bool Pool::is_stale(const Loan& loan) const {
  if (!loan.connection->usable() || loan.made < stale_before_) return true;
  return options_.pool_recycle.count() >= 0 && Clock::now() - loan.made >= options_.pool_recycle;
}

void Pool::give_back(Loan* loan) noexcept {
  std::unique_ptr<Loan> held(loan);
  const bool good = reset(*loan->connection);
  {
    const fiber::detail::SpinGuard guard(lock_);
    if (!good) {
      stale_before_ = Clock::now();  // its neighbours are likely to be lost as well
    } else if (loan->made >= stale_before_ && (kept_ == 0 || resting_.size() < kept_)) {
      resting_.push_back(held.release());
    }
  }
  held.reset();
  if (limit_ != 0) turns_.release();
  lent_.fetch_sub(1, std::memory_order_release);  // the last: the pool may end now
}

void Pool::dispose() {
  std::vector<Loan*> resting;
  {
    const fiber::detail::SpinGuard guard(lock_);
    resting = std::exchange(resting_, {});
    stale_before_ = Clock::now();
  }
  for (Loan* loan : resting) delete loan;
}

void Pool::throw_timeout() const {
  throw PoolTimeout("no connection to " + url_.str() + " came free within " +
                    std::to_string(options_.pool_timeout.count()) + " ms: all " + std::to_string(limit_) +
                    " of this thread are in use (pool_size, max_overflow, pool_timeout)");
}

}  // namespace retort::db::detail
