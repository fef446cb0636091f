// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the contract suite runs on: one of these a driver. A test asks for an empty database and
// makes its tables in SQL that both understand; where they differ it asks here.

#include <string>
#include <string_view>

#include "retort/base/memory.h"

namespace retort::db::test {

class TestDatabase {
 public:
  virtual ~TestDatabase() = default;

  /// Of a database that is this test's alone and empty.
  virtual std::string url() const = 0;
  /// "sqlite", "postgresql"
  virtual std::string_view dialect() const = 0;
  bool is_sqlite() const { return dialect() == "sqlite"; }
  /// Statements of one connection see what others have committed; false when there is but one
  /// connection.
  virtual bool has_several_connections() const { return true; }
  /// A query that takes seconds.
  virtual std::string slow_query() const = 0;
};

/// A parameter of the suite: makes the database, or gives null and says why there is none.
struct DatabaseKind {
  std::string_view name;
  std::unique_ptr<TestDatabase> (*make)(std::string& why_not);
};

std::unique_ptr<TestDatabase> make_sqlite_file(std::string& why_not);
std::unique_ptr<TestDatabase> make_sqlite_memory(std::string& why_not);
std::unique_ptr<TestDatabase> make_postgresql(std::string& why_not);

}  // namespace retort::db::test
