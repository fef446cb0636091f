// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A database's URL, as SQLAlchemy reads it: dialect[+driver]://user:password@host:port/name?key=value.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort::db {

struct Url {
  std::string dialect;  ///< "sqlite", "postgresql" ("postgres" is taken for it)
  std::string driver;   ///< behind "+": read and ignored, so that Flask's URLs work
  std::string username;
  std::string password;
  std::string host;  ///< without []
  std::uint16_t port = 0;
  /// Of SQLite the file: relative after three slashes, absolute after four, "" or ":memory:" in memory.
  std::string database;
  std::vector<std::pair<std::string, std::string>> query;

  /// The last value of that name, or "".
  std::string_view option(std::string_view name) const;
  /// With "***" for the password.
  std::string str() const;
};

/// Throws ArgumentError, which never shows the password.
Url parse_url(std::string_view text);

}  // namespace retort::db
