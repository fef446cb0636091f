// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/sqlite/statement_cache.h"

#include <algorithm>
#include <iterator>

namespace retort::db::detail {

sqlite3_stmt* SqliteStatementCache::find(std::string_view sql) {
  if (!statements_.empty() && statements_.front().sql == sql) {  // the same again: no hashing
    sqlite3_stmt* const last = statements_.front().statement;
    return sqlite3_stmt_busy(last) == 0 ? last : nullptr;
  }
  const auto known = by_sql_.find(sql);
  if (known == by_sql_.end() || sqlite3_stmt_busy(known->second->statement) != 0) return nullptr;
  statements_.splice(statements_.begin(), statements_, known->second);
  return known->second->statement;
}

bool SqliteStatementCache::add(std::string_view sql, sqlite3_stmt* statement) {
  if (by_sql_.contains(sql) || !make_room()) return false;
  statements_.push_front({std::string(sql), statement});
  by_sql_.emplace(statements_.front().sql, statements_.begin());
  return true;
}

bool SqliteStatementCache::make_room() {
  if (statements_.size() < capacity_) return true;
  const auto oldest = std::find_if(statements_.rbegin(), statements_.rend(), [](const Prepared& prepared) {
    return sqlite3_stmt_busy(prepared.statement) == 0;
  });
  if (oldest == statements_.rend()) return false;
  by_sql_.erase(oldest->sql);
  sqlite3_finalize(oldest->statement);
  statements_.erase(std::next(oldest).base());
  return true;
}

void SqliteStatementCache::clear() {
  by_sql_.clear();
  for (const Prepared& prepared : statements_) sqlite3_finalize(prepared.statement);
  statements_.clear();
}

}  // namespace retort::db::detail
