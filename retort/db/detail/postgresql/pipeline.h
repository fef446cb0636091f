// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Pipeline: a connection in libpq's pipeline mode, statements going in and results coming out
// in order. It never waits: who uses it waits for the socket and calls pump().

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/duration.h"
#include "retort/db/datum.h"
#include "retort/db/detail/postgresql/libpq.h"
#include "retort/db/detail/postgresql/parameters.h"
#include "retort/db/detail/postgresql/statement_cache.h"
#include "retort/db/error.h"
#include "retort/fiber/parker.h"

namespace retort::db::detail {

/// Commands up to a sync: outside a transaction they are one. Stays where it is until done.
struct Unit {
  /// Of the commands that succeeded, in order (`first`, then `more`).
  ResultPtr first;
  std::vector<ResultPtr> more;
  /// Of the one that failed; those behind it did not run.
  ResultPtr error;
  std::size_t commands = 0;
  bool done = false;
  bool lost = false;     ///< the connection went before the sync came
  bool stale = false;    ///< failed because a prepared statement was: running it again may help
  bool untyped = false;  ///< as stale: the server could not tell a value's type, which is text now
  bool typed_as_text = false;
  bool abandoned = false;  ///< nobody waits
  fiber::Ticket ticket;    ///< woken when done; empty: nobody to wake

  std::size_t results() const { return first ? 1 + more.size() : 0; }
  const PGresult* result(std::size_t i) const { return i == 0 ? first.get() : more[i - 1].get(); }
  /// Failed through no fault of its own.
  bool may_run_again() const { return stale || untyped; }
  void reset();
  /// As reset(), keeping what was learnt.
  void run_again();
};

/// Throws DataError or ArgumentError for what may not be sent.
void check_statement(const std::string& sql, const Parameters& parameters);

class Pipeline {
 public:
  Pipeline(ConnectionPtr connection, std::size_t statements);

  PGconn* connection() const { return connection_.get(); }
  /// Others use it as well: a statement that leaves a transaction open makes it lost.
  void share() { shared_ = true; }
  int fd() const { return PQsocket(connection_.get()); }

  /// Adds a statement to `unit`. Throws what check_statement does, before anything is sent.
  void command(Unit& unit, const std::string& sql, const Parameters& parameters);
  /// Prepares a statement that has values of unknown type, in a savepoint, as the server may
  /// refuse to guess them; false when there is nothing to prepare. The unit is `untyped` then.
  bool try_to_prepare(Unit& unit, const std::string& sql, const Parameters& parameters);
  /// Back before a try_to_prepare() that failed.
  void undo_try(Unit& unit);
  /// Adds one without values, the result of which is not kept unless it is an error.
  void silent_command(Unit& unit, const char* sql);
  /// Ends `unit` and sends. No further unit's commands may have been added before.
  void sync(Unit& unit);
  /// Gives back what did not fit into the statement cache; not inside a transaction.
  void deallocate_evicted();

  /// Sends what it can; true when some waits for the socket to take it.
  bool flush();
  /// Reads what has come and finishes units.
  void pump();
  /// Units that are not done.
  std::size_t pending() const { return units_; }
  /// The one whose answer is awaited; null when none is.
  Unit* head() const { return expected_.empty() ? nullptr : expected_.front().unit; }

  /// Since when it is the head.
  TimePoint head_since() const { return head_since_; }

  bool is_lost() const { return lost_; }
  void close();
  /// Fails all that is pending; the connection is of no more use.
  void lose(std::string_view why);
  const Failure& loss() const { return loss_; }
  StatementCache& statements() { return statements_; }

  /// Throws the error of a unit that is done, if it has one. `statement` is the one that failed.
  void check(const Unit& unit, const std::string& statement) const;
  [[noreturn]] void throw_lost(const std::string& statement) const;

 private:
  enum class Step : unsigned char { prepare, command, silent, sync };
  /// What the server will answer, in order.
  struct Expected {
    Step step;
    Unit* unit;
    std::uint64_t serial;  // of the prepared statement; 0: none
    bool fresh = false;    // which was prepared just before
    bool renewed = false;  // for a text that did not fit
  };

  Statement* known(const std::string& sql);
  const Statement* prepared(Unit& unit, const std::string& sql);
  void look_at_error(const Expected& front, std::string_view state, const PGresult* result);
  void sent(int ok);
  void dispatch();
  void take(ResultPtr result);
  void take_error(const Expected& front, ResultPtr result);
  void finish(Unit& unit);
  void check_idle(Unit& unit);

  ConnectionPtr connection_;
  StatementCache statements_;
  EncodedParameters parameters_;
  std::deque<Expected> expected_;
  std::size_t units_ = 0;
  TimePoint head_since_ = {};
  bool answered_ = false;  // the front of expected_ has had a result
  bool lost_ = false;
  bool shared_ = false;
  Failure loss_;
  Unit housekeeping_;
};

}  // namespace retort::db::detail
