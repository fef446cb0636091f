// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The prepared statements of one SQLite connection, the least recently used going first.

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sqlite3.h>

namespace retort::db::detail {

class SqliteStatementCache {
 public:
  explicit SqliteStatementCache(std::size_t capacity) : capacity_(capacity) {}
  ~SqliteStatementCache() { clear(); }
  SqliteStatementCache(const SqliteStatementCache&) = delete;
  SqliteStatementCache& operator=(const SqliteStatementCache&) = delete;

  /// Null when there is none, or when it is running: a row's sink may run its statement again.
  sqlite3_stmt* find(std::string_view sql);
  /// True when the cache now owns it; false when all it has are running, or sql's is there.
  bool add(std::string_view sql, sqlite3_stmt* statement);
  void clear();
  std::size_t size() const { return statements_.size(); }

 private:
  struct Prepared {
    std::string sql;
    sqlite3_stmt* statement;
  };
  using List = std::list<Prepared>;

  bool make_room();

  std::size_t capacity_;
  List statements_;  // the most recently used first
  std::unordered_map<std::string_view, List::iterator> by_sql_;
};

}  // namespace retort::db::detail
