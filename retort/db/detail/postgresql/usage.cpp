// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/postgresql/usage.h"

#include <algorithm>
#include <array>
#include <string>

#include "retort/base/text.h"
#include "retort/db/detail/postgresql/statement_cache.h"

namespace retort::db::detail {
namespace {

bool is_word_char(char c) {
  return c == '_' || text::is_digit(c) || (text::lower(c) >= 'a' && text::lower(c) <= 'z');
}

std::string_view next_word(std::string_view& rest) {
  std::size_t begin = 0;
  while (begin < rest.size() && !is_word_char(rest[begin])) ++begin;
  std::size_t end = begin;
  while (end < rest.size() && is_word_char(rest[end])) ++end;
  const std::string_view word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return word;
}

bool is_same(std::string_view word, std::string_view lower) {
  return std::equal(word.begin(), word.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return text::lower(a) == b; });
}

template <class Words>
bool is_one_of(std::string_view word, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view one) { return is_same(word, one); });
}

// Locks that others wait for, a table that is made, settings that stay.
bool holds_or_keeps(std::string_view word) {
  static constexpr std::array<std::string_view, 3> kWords = {"for", "into", "set_config"};
  switch (text::lower(word[0])) {
    case 'f':
    case 'i':
    case 's':
      return is_one_of(word, kWords);
    case 'p':
      return text::to_lower(word).find("advisory") != std::string::npos;
    default:
      return false;
  }
}

bool is_plain_query(std::string_view sql, bool may_write) {
  static constexpr std::array<std::string_view, 4> kWrites = {"insert", "update", "delete", "merge"};
  for (std::string_view word = next_word(sql); !word.empty(); word = next_word(sql)) {
    if (holds_or_keeps(word) || (may_write && is_one_of(word, kWrites))) return false;
  }
  return true;
}

// CREATE TEMP, CREATE LOCAL TEMPORARY, ...
bool makes_temporary(std::string_view sql) {
  static constexpr std::array<std::string_view, 4> kWords = {"temp", "temporary", "local", "global"};
  std::string_view word = next_word(sql);
  while (!word.empty() && !is_same(word, "create")) word = next_word(sql);
  return is_one_of(next_word(sql), kWords);
}

}  // namespace

Usage usage_of(std::string_view sql) {
  static constexpr std::array<std::string_view, 21> kSession = {
      "begin",      "start",   "commit", "end",    "rollback", "abort",   "savepoint",
      "release",    "set",     "reset",  "listen", "unlisten", "prepare", "execute",
      "deallocate", "declare", "fetch",  "move",   "close",    "lock",    "discard"};
  if (sql.starts_with("SELECT ")) return is_plain_query(sql, false) ? Usage::shared : Usage::own;
  const std::string word = first_word(sql);
  if (word == "select" || word == "values" || word == "table")
    return is_plain_query(sql, false) ? Usage::shared : Usage::own;
  if (word == "with") return is_plain_query(sql, true) ? Usage::shared : Usage::own;
  if (word == "show") return Usage::shared;
  if (is_one_of(word, kSession) || (word == "create" && makes_temporary(sql))) return Usage::session;
  return Usage::own;
}

}  // namespace retort::db::detail
