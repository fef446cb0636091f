// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Pool: the connections that one thread keeps for one engine, by the rules of SQLAlchemy's
// QueuePool. Used by that thread; a loan may be given back by another.

#include <atomic>
#include <cstddef>
#include <vector>

#include "retort/base/duration.h"
#include "retort/base/owned.h"
#include "retort/db/connection.h"
#include "retort/db/engine.h"
#include "retort/db/url.h"
#include "retort/fiber/sync.h"

namespace retort::db::detail {

struct Loan;

/// What loans come from and go back to.
class Lender {
 public:
  virtual void give_back(Loan* loan) noexcept = 0;

 protected:
  ~Lender() = default;
};

struct Loan {
  Lender* lender = nullptr;
  Connection* connection = nullptr;  // what is lent
  Owned<Connection> owned;           // the same, where the loan owns it
  TimePoint made = {};
};

/// Rolls back what is open, so that the next one finds the connection as new. False when that
/// could not be.
bool reset(Connection& connection) noexcept;

class Pool final : public Lender {
 public:
  /// `limit` loans at a time, 0 for any number; as many rest as `kept` says, 0 for all.
  Pool(const Url& url, const EngineOptions& options, std::size_t limit, std::size_t kept);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  /// Waits for its turn, in order. Throws PoolTimeout, Cancelled, what opening throws.
  Loan* take();
  /// Null instead of waiting for a turn.
  Loan* take_at_once();
  void give_back(Loan* loan) noexcept override;
  /// Whether a loan is out. A pool that has none, and is asked for none, may end.
  bool is_lent() const { return lent_.load(std::memory_order_acquire) != 0; }
  /// Closes what rests now, and what is lent when it comes back.
  void dispose();

 private:
  Loan* resting();
  Loan* lend();
  Loan* made_anew();
  bool is_stale(const Loan& loan) const;
  [[noreturn]] void throw_timeout() const;

  const Url& url_;
  const EngineOptions& options_;
  const std::size_t limit_;
  const std::size_t kept_;
  fiber::Semaphore turns_;
  std::atomic<std::size_t> lent_ = 0;
  fiber::detail::SpinLock lock_;  // of what follows
  std::vector<Loan*> resting_;
  TimePoint stale_before_ = TimePoint::min();  // made earlier: the server has been lost since
};

}  // namespace retort::db::detail
