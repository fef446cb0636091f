// SPDX-License-Identifier: BSD-3-Clause
// From a URL to a connection, by the rules of SQLAlchemy's pysqlite dialect.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/stat.h>

#include "retort/base/percent.h"
#include "retort/base/text.h"
#include "retort/db/detail/drivers.h"
#include "retort/db/detail/sqlite/connection.h"
#include "retort/db/error.h"

namespace retort::db::detail {
namespace {

[[noreturn]] void refuse(const Url& url, const std::string& why) {
  throw ArgumentError(url.str() + ": " + why);
}

bool is_true(const Url& url, std::string_view name) {
  const std::string value = text::to_lower(url.option(name));
  if (value.empty() || value == "false" || value == "0" || value == "no" || value == "off") return false;
  if (value == "true" || value == "1" || value == "yes" || value == "on") return true;
  refuse(url, std::string(name) + " is true or false, not " + text::repr(value));
}

bool is_uri(const Url& url) { return is_true(url, "uri"); }

// What Python's sqlite3.connect() takes: it says nothing about the file.
bool is_connect_argument(std::string_view name) {
  for (const std::string_view known :
       {"uri", "timeout", "cached_statements", "check_same_thread", "detect_types", "isolation_level"}) {
    if (name == known) return true;
  }
  return false;
}

std::string file_uri(const Url& url) {
  std::string file = url.database;
  char separator = file.find('?') == file.npos ? '?' : '&';
  for (const auto& [key, value] : url.query) {
    if (is_connect_argument(key)) continue;
    file += separator;
    percent::append_encoded(file, key, "");
    file += '=';
    percent::append_encoded(file, value, "/");
    separator = '&';
  }
  return file;
}

void check_plain(const Url& url) {
  for (const auto& [key, value] : url.query) {
    if (!is_connect_argument(key))
      refuse(url, "SQLite has no option " + text::repr(key) +
                      "; those of a file are written sqlite:///file:app.db?mode=ro&uri=true");
  }
}

// seconds, as a float
milliseconds busy_timeout(const Url& url, milliseconds fallback) {
  const std::string text(url.option("timeout"));
  if (text.empty()) return fallback;
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  if (*end != '\0' || !(seconds >= 0) || seconds > 1e9)
    refuse(url, "timeout is a number of seconds, not " + text::repr(text));
  return milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

std::size_t cached_statements(const Url& url, std::size_t fallback) {
  const std::string_view text = url.option("cached_statements");
  if (text.empty()) return fallback;
  std::size_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size())
    refuse(url, "cached_statements is a number, not " + text::repr(text));
  return number;
}

// Transactions are serializable, which is enough for each level that the standard knows.
void check_isolation(const Url& url, std::string level) {
  level = text::to_lower(level);
  std::replace(level.begin(), level.end(), '_', ' ');
  for (const std::string_view known :
       {"", "read uncommitted", "read committed", "repeatable read", "serializable"}) {
    if (level == known) return;
  }
  refuse(url, "there is no isolation level " + text::repr(level));
}

// A missing folder is what is wrong most often, and SQLite does not say so.
void explain_missing_folder(const std::string& file, const OperationalError& error) {
  const std::string folder = file.substr(0, file.rfind('/'));
  struct stat info {};
  if (file.find('/') == file.npos || folder.empty() || ::stat(folder.c_str(), &info) == 0) return;
  Failure failure = error.failure();
  failure.message += ": there is no folder " + folder;
  throw OperationalError(std::move(failure));
}

}  // namespace

bool is_sqlite_memory(const Url& url) {
  if (url.dialect != "sqlite") return false;
  if (url.database.empty() || url.database == ":memory:") return true;
  if (!is_uri(url)) return false;
  const std::string file = file_uri(url);
  return file.starts_with("file::memory:") || file.find("mode=memory") != file.npos;
}

Owned<Connection> open_sqlite(const Url& url, const EngineOptions& options) {
  SqliteSettings settings;
  settings.file = url.database.empty() ? ":memory:" : url.database;
  if (is_uri(url)) {
    if (!url.database.starts_with("file:")) refuse(url, "with uri=true the database is written file:app.db");
    settings.file = file_uri(url);
    // Its connections wait for each other with a mutex, which would hold the worker for ever.
    if (settings.file.find("cache=shared") != std::string::npos && !is_sqlite_memory(url))
      refuse(url, "cache=shared is not for files here: connections share a file by themselves (WAL)");
    settings.flags |= SQLITE_OPEN_URI;
  } else {
    check_plain(url);
  }
  check_isolation(url, options.isolation_level);
  settings.statements = cached_statements(url, settings.statements);
  settings.busy_timeout = busy_timeout(url, options.busy_timeout);
  settings.queue_timeout = options.pool_timeout;
  settings.statement_timeout = options.statement_timeout;
  try {
    return Owned<Connection>(new SqliteConnection(settings));
  } catch (const OperationalError& error) {
    explain_missing_folder(settings.file, error);
    throw;
  }
}

}  // namespace retort::db::detail
