// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// SharedConnections: the few PostgreSQL connections on which all fibers of one worker run
// their queries outside transactions at once. (What writes or locks would wait here for others
// who wait for it, which the server cannot see.) Each statement travels in libpq's pipeline with a sync
// of its own, so that one's error does not touch the others; a fiber parks until its result
// is there. Belongs to one scheduler's thread; every call is made on a fiber of it.

#include <cstddef>
#include <string>
#include <vector>

#include "retort/base/duration.h"
#include "retort/base/owned.h"
#include "retort/db/connection.h"
#include "retort/db/engine.h"
#include "retort/db/url.h"

namespace retort::db::detail {

class SharedConnections {
 public:
  /// Connects at need, at most `limit` at a time; a lost one is made anew by the next call.
  SharedConnections(const Url& url, const EngineOptions& options, std::size_t limit);
  /// Precondition: no call is running. The scheduler may have ended before.
  ~SharedConnections();
  SharedConnections(const SharedConnections&) = delete;
  SharedConnections& operator=(const SharedConnections&) = delete;

  /// One statement, a transaction by itself. `sink` runs on the caller's fiber, when the whole
  /// result is there. Throws DatabaseError's classes (QueryCanceled at the deadline), Cancelled.
  ExecuteResult execute(const std::string& sql, const Parameters& parameters, const RowSink& sink,
                        TimePoint deadline = TimePoint::max());
  /// All in one round trip and one transaction.
  void execute_batch(std::vector<BatchItem>& items, TimePoint deadline = TimePoint::max());

  /// No further connection can be had, and on all of them something slow runs.
  bool is_held_up();
  /// Connections that are open.
  std::size_t size() const;
  /// Closes all; those that somebody waits for then.
  void dispose();

 private:
  struct Impl;
  Owned<Impl> impl_;
};

}  // namespace retort::db::detail
