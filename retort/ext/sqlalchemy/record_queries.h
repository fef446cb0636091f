// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What Database::get_recorded_queries() tells: the statements of the current app context, where
// config["SQLALCHEMY_RECORD_QUERIES"] was true at init_app(), as in Flask-SQLAlchemy,
// or the app was in debug mode.

#include <string>
#include <vector>

#include "retort/base/duration.h"
#include "retort/db/datum.h"

namespace retort::db {

struct RecordedQuery {
  /// With placeholders.
  std::string statement;
  /// One for each time that it ran: several of the same travel together.
  std::vector<Parameters> parameters;
  std::string bind_key;  ///< "" of the main database
  /// Of all that travelled together.
  TimePoint start_time, end_time;
  /// "file:line (function)" of the application's code that led to it, "<unknown>" where that
  /// cannot be told: a program without debug information.
  std::string location;

  auto duration() const { return end_time - start_time; }
};

}  // namespace retort::db
