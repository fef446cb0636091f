// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// EngineOptions::echo: each statement goes to the logger "retort.db", with its values, as with
// SQLAlchemy's echo. EngineOptions::observer: is told of each that has run.

#include <string>
#include <string_view>
#include <vector>

#include "retort/base/duration.h"
#include "retort/base/log.h"
#include "retort/base/owned.h"
#include "retort/db/connection.h"
#include "retort/db/engine.h"

namespace retort::db::detail {

/// "SELECT ... [generated values as literals]", long values cut.
std::string echo_line(std::string_view sql, const Parameters& parameters, const Dialect& dialect);

/// Tells of one call, as the options want it. Costs two comparisons when they want nothing.
class Told {
 public:
  Told(const EngineOptions& options, const Logger& logger, const Dialect& dialect)
      : options_(options),
        logger_(logger),
        dialect_(dialect),
        begin_(options.observer ? Clock::now() : TimePoint()) {}

  void before(std::string_view sql, const Parameters& parameters) const {
    if (options_.echo) logger_.info(echo_line(sql, parameters, dialect_));
  }
  void before(const std::vector<BatchItem>& items) const;
  /// It has succeeded.
  void after(const std::string& sql, const Parameters& parameters) const {
    const Parameters* const one = &parameters;
    if (options_.observer) options_.observer->on_statement({sql, &one, 1, begin_, Clock::now()});
  }
  void after(const std::vector<BatchItem>& items) const;

 private:
  const EngineOptions& options_;
  const Logger& logger_;
  const Dialect& dialect_;
  TimePoint begin_;
};

/// `connection`, with all it does told; itself where the options want nothing.
Owned<Connection> told(Owned<Connection> connection, const EngineOptions& options, const Logger& logger);

}  // namespace retort::db::detail
