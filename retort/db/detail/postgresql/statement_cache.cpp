// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/postgresql/statement_cache.h"

#include <algorithm>

#include "retort/base/text.h"

namespace retort::db::detail {

std::size_t StatementCache::hash(std::string_view sql, const std::vector<Oid>& types) {
  std::size_t h = std::hash<std::string_view>()(sql);
  for (const Oid type : types) h = h * 1'000'003 + type;
  return h;
}

Statement* StatementCache::find(std::string_view sql, const std::vector<Oid>& types) {
  auto [at, end] = index_.equal_range(hash(sql, types));
  for (; at != end; ++at) {
    const List::iterator found = at->second;
    if (found->sql != sql || found->types != types) continue;
    statements_.splice(statements_.begin(), statements_, found);
    return &*found;
  }
  return nullptr;
}

Statement& StatementCache::add(std::string_view sql, const std::vector<Oid>& types) {
  while (statements_.size() >= capacity_ && !statements_.empty()) {
    if (statements_.back().prepared) evicted_.push_back(statements_.back().name);
    erase(std::prev(statements_.end()));
  }
  const std::uint64_t serial = ++last_serial_;
  statements_.push_front(
      {serial, "retort_" + std::to_string(serial), std::string(sql), types, false, false, false});
  index_.emplace(hash(sql, types), statements_.begin());
  return statements_.front();
}

Statement* StatementCache::find(std::uint64_t serial) {
  const auto found = std::find_if(statements_.begin(), statements_.end(),
                                  [serial](const Statement& one) { return one.serial == serial; });
  return found == statements_.end() ? nullptr : &*found;
}

void StatementCache::remove(std::uint64_t serial) {
  const auto found = std::find_if(statements_.begin(), statements_.end(),
                                  [serial](const Statement& one) { return one.serial == serial; });
  if (found != statements_.end()) erase(found);
}

void StatementCache::renew(Statement& statement) {
  if (statement.prepared) evicted_.push_back(statement.name);
  statement.prepared = false;
  statement.serial = ++last_serial_;
  statement.name = "retort_" + std::to_string(statement.serial);
}

void StatementCache::clear() {
  statements_.clear();
  index_.clear();
  evicted_.clear();
}

void StatementCache::erase(List::iterator statement) {
  auto [at, end] = index_.equal_range(hash(statement->sql, statement->types));
  while (at != end && at->second != statement) ++at;
  index_.erase(at);
  statements_.erase(statement);
}

namespace {

// Behind white space, comments and opening parentheses.
std::string_view at_first_word(std::string_view sql) {
  for (;;) {
    const std::size_t begin = sql.find_first_not_of(" \t\r\n\f(");
    if (begin == sql.npos) return {};
    sql.remove_prefix(begin);
    std::size_t end = 0;
    if (sql.starts_with("--")) {
      end = sql.find('\n');
    } else if (sql.starts_with("/*")) {
      end = sql.find("*/");
      if (end != sql.npos) ++end;
    } else {
      return sql;
    }
    if (end == sql.npos) return {};
    sql.remove_prefix(end + 1);
  }
}

std::string_view first_word_of(std::string_view sql) {
  const std::string_view rest = at_first_word(sql);
  std::size_t length = 0;
  while (length < rest.size() && text::lower(rest[length]) >= 'a' && text::lower(rest[length]) <= 'z')
    ++length;
  return rest.substr(0, length);
}

bool same_word(std::string_view word, std::string_view lower) {
  return std::equal(word.begin(), word.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return text::lower(a) == b; });
}

}  // namespace

std::string first_word(std::string_view sql) { return text::to_lower(first_word_of(sql)); }

bool is_preparable(std::string_view sql) {
  const std::string_view word = first_word_of(sql);
  for (const std::string_view one :
       {"select", "insert", "update", "delete", "with", "values", "merge", "table"}) {
    if (same_word(word, one)) return true;
  }
  return false;
}

}  // namespace retort::db::detail
