// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The prepared statements of one connection, the least recently used going first.

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "retort/db/detail/postgresql/libpq.h"

namespace retort::db::detail {

/// A statement under its name at the server. One text prepared for different types is several.
struct Statement {
  std::uint64_t serial = 0;
  std::string name;
  std::string sql;
  std::vector<Oid> types;
  bool prepared = false;  ///< the server has it, or will have by then
  bool as_text = false;   ///< values of unknown type are text: the server could not tell
  bool renewed = false;   ///< prepared anew for a text that did not fit, and not run since
};

class StatementCache {
 public:
  explicit StatementCache(std::size_t capacity) : capacity_(capacity) {}

  /// Null when there is none yet.
  Statement* find(std::string_view sql, const std::vector<Oid>& types);
  Statement* find(std::uint64_t serial);
  Statement& add(std::string_view sql, const std::vector<Oid>& types);
  /// The server has not got it (any more).
  void remove(std::uint64_t serial);
  /// It is to be prepared anew, under another name.
  void renew(Statement& statement);
  void clear();

  std::size_t capacity() const { return capacity_; }
  std::size_t size() const { return statements_.size(); }
  /// Names that are used no more: to be deallocated at the server.
  std::vector<std::string>& evicted() { return evicted_; }

 private:
  using List = std::list<Statement>;
  static std::size_t hash(std::string_view sql, const std::vector<Oid>& types);
  void erase(List::iterator statement);

  std::size_t capacity_;
  std::uint64_t last_serial_ = 0;
  List statements_;  // the most recently used first
  std::unordered_multimap<std::size_t, List::iterator> index_;
  std::vector<std::string> evicted_;
};

/// Whether it is worth preparing: a query or a change of rows, not DDL or a setting.
bool is_preparable(std::string_view sql);

/// The first word, in lower case; "" for what begins otherwise. Comments are skipped.
std::string first_word(std::string_view sql);

}  // namespace retort::db::detail
