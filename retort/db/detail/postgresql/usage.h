// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a statement does to the connection that it runs on, as far as its words tell.

#include <string_view>

namespace retort::db::detail {

enum class Usage : unsigned char {
  shared,   ///< a query without locks: many may travel together
  own,      ///< changes rows or waits for locks: a connection to itself, which is as before afterwards
  session,  ///< changes the connection itself (BEGIN, SET, LISTEN): only where that stays with its user
};

/// In doubt `own`: a word inside a string counts as one outside.
Usage usage_of(std::string_view sql);

}  // namespace retort::db::detail
