// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/memory_connection.h"

#include <atomic>
#include <string>
#include <utility>

#include <unistd.h>

#include "retort/base/memory.h"
#include "retort/db/detail/forwarding_connection.h"
#include "retort/db/error.h"
#include "retort/fiber/context.h"
#include "retort/fiber/fiber_local.h"
#include "retort/fiber/scheduler.h"

namespace retort::db::detail {
namespace {

// Of one who has the connection within another's loan: its transaction is a savepoint where the
// other has one. Those of tasks side by side take turns.
class NestedConnection final : public ForwardingConnection {
 public:
  NestedConnection(Connection& outer, NestedTurns& turns) : outer_(outer), turns_(turns) {}

  void begin() override {
    if (state_ != State::none) throw ArgumentError("begin() in a transaction: use savepoint()");
    turns_.enter();
    try {
      savepoint_ = "retort_nested_" + std::to_string(turns_.next_number());
      const bool within = outer_.in_transaction();
      if (within) {
        outer_.savepoint(savepoint_);
      } else {
        outer_.begin();
      }
      state_ = within ? State::savepoint : State::transaction;
    } catch (...) {
      turns_.leave();
      throw;
    }
  }
  // A commit that fails leaves the transaction to rollback().
  void commit() override {
    if (state_ == State::none) return;
    if (state_ == State::savepoint) outer_.release_savepoint(savepoint_);
    if (state_ == State::transaction) outer_.commit();
    state_ = State::none;
    turns_.leave();
  }
  void rollback() override {
    const State state = std::exchange(state_, State::none);
    if (state == State::none) return;
    const struct Leaving {
      NestedTurns& turns;
      ~Leaving() { turns.leave(); }
    } leaving{turns_};
    if (state == State::savepoint) {
      outer_.rollback_to_savepoint(savepoint_);
      outer_.release_savepoint(savepoint_);
    } else {
      outer_.rollback();
    }
  }
  bool in_transaction() const override { return state_ != State::none; }

 private:
  enum class State : unsigned char { none, savepoint, transaction };
  Connection& target() const override { return outer_; }

  Connection& outer_;
  NestedTurns& turns_;
  std::string savepoint_;
  State state_ = State::none;
};

struct TaskNumber {
  TaskNumber() {
    static std::atomic<unsigned long> last = 0;
    number = ++last;
  }
  unsigned long number;
};

}  // namespace

unsigned long this_task() {
  static const fiber::FiberLocal<TaskNumber> number;
  return number->number;
}

void NestedTurns::enter() {
  const unsigned long task = this_task();
  if (depth_ != 0 && task == task_) {
    ++depth_;
    return;
  }
  if (!turn_.try_lock() && !turn_.try_lock_for(timeout_))
    throw PoolTimeout("another task's transaction in the database in memory did not end within " +
                      std::to_string(timeout_.count()) + " ms: it is one connection");
  task_ = task;
  depth_ = 1;
}

void NestedTurns::leave() {
  if (--depth_ == 0) turn_.unlock();
}

struct MemoryConnection::Caller {
  unsigned long task = this_task();
  unsigned long thread = static_cast<unsigned long>(::gettid());
  bool on_fiber = fiber::Scheduler::current() != nullptr;
  const void* context = fiber::context();
};

// A plain thread that has it and runs a scheduler waits for all its fibers, so they may join.
bool MemoryConnection::may_join(const Caller& caller) const {
  if (lent_ == 0) return false;
  if (caller.task == task_) return true;
  if (caller.thread != thread_) return false;
  return !on_fiber_ || (context_ != nullptr && caller.context == context_);
}

Loan* MemoryConnection::take() {
  const Caller caller;
  {
    const fiber::detail::SpinGuard guard(lock_);
    if (may_join(caller)) {
      auto loan = std::make_unique<Loan>();
      loan->lender = this;
      loan->owned = Owned<Connection>(new NestedConnection(*connection_, nested_));
      loan->connection = loan->owned.get();
      ++lent_;
      return loan.release();
    }
  }
  auto loan = std::make_unique<Loan>();
  if (!turn_.try_lock() && !turn_.try_lock_for(options_.pool_timeout))
    throw PoolTimeout("the database in memory did not come free within " +
                      std::to_string(options_.pool_timeout.count()) + " ms: it is one connection");
  try {
    if (!connection_ || !connection_->usable()) connection_ = open_connection(url_, options_);
  } catch (...) {
    turn_.unlock();
    throw;
  }
  loan->lender = this;
  loan->connection = connection_.get();
  const fiber::detail::SpinGuard guard(lock_);
  task_ = caller.task;
  thread_ = caller.thread;
  on_fiber_ = caller.on_fiber;
  context_ = caller.context;
  lent_ = 1;
  return loan.release();
}

void MemoryConnection::give_back(Loan* loan) noexcept {
  const std::unique_ptr<Loan> held(loan);
  reset(*loan->connection);
  leave();
}

void MemoryConnection::leave() noexcept {
  {
    const fiber::detail::SpinGuard guard(lock_);
    if (--lent_ != 0) return;
  }
  if (std::exchange(ends_, false)) connection_ = nullptr;
  turn_.unlock();
}

void MemoryConnection::dispose() {
  const Caller caller;
  {
    const fiber::detail::SpinGuard guard(lock_);
    if (may_join(caller)) {
      ends_ = true;
      return;
    }
  }
  const fiber::LockGuard lock(turn_);
  connection_ = nullptr;
}

}  // namespace retort::db::detail
