// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/detail/postgresql/connect.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <sys/epoll.h>

#include "retort/base/text.h"
#include "retort/db/detail/postgresql/errors.h"
#include "retort/db/error.h"
#include "retort/fiber/blocking.h"
#include "retort/fiber/socket.h"

namespace retort::db::detail {
namespace {

// How much later than its own limit the server may tell that it has kept to it.
constexpr seconds kSilence(2);

bool is_keyword(std::string_view name) {
  static const std::vector<std::string> known = [] {
    std::vector<std::string> names;
    PQconninfoOption* options = PQconndefaults();
    for (const PQconninfoOption* one = options; one && one->keyword; ++one) names.emplace_back(one->keyword);
    PQconninfoFree(options);
    return names;
  }();
  return std::find(known.begin(), known.end(), name) != known.end();
}

class Keywords {
 public:
  void set(std::string_view name, std::string value) {
    for (auto& [known, old] : list) {
      if (known == name) {
        old = std::move(value);
        return;
      }
    }
    list.emplace_back(name, std::move(value));
  }
  void set_default(std::string_view name, std::string value) {
    if (get(name).empty()) set(name, std::move(value));
  }
  std::string get(std::string_view name) const {
    for (const auto& [known, value] : list) {
      if (known == name) return value;
    }
    return {};
  }
  std::vector<std::pair<std::string, std::string>> list;
};

std::size_t parse_cache_size(std::string_view text) {
  std::size_t size = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), size);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size())
    throw ArgumentError("prepared_statement_cache_size is no number: " + text::repr(text));
  return size;
}

// Options of the session, as the server's command line has them.
std::string session_options(const EngineOptions& options) {
  std::string out =
      "-c datestyle=ISO -c intervalstyle=iso_8601 -c timezone=UTC -c bytea_output=hex -c extra_float_digits=1"
      " -c standard_conforming_strings=on";
  if (options.statement_timeout.count() > 0)
    out += " -c statement_timeout=" + std::to_string(options.statement_timeout.count());
  if (!options.isolation_level.empty()) {
    std::string level = text::to_lower(options.isolation_level);
    std::replace(level.begin(), level.end(), '_', ' ');
    constexpr std::string_view kLevels[] = {"read uncommitted", "read committed", "repeatable read",
                                            "serializable"};
    if (std::find(std::begin(kLevels), std::end(kLevels), level) == std::end(kLevels))
      throw ArgumentError("PostgreSQL has no isolation level " + text::repr(options.isolation_level));
    if (const std::size_t space = level.find(' '); space != level.npos) level.insert(space, "\\");
    out += " -c default_transaction_isolation=" + level;
  }
  return out;
}

[[noreturn]] void throw_refused(std::string message) {
  Failure failure;
  failure.message = std::move(message);
  throw OperationalError(std::move(failure));
}

// What looks names up, reads certificates and password files is done aside.
ConnectionPtr begin(const ConnectSettings& settings) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : settings.keywords) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  ConnectionPtr connection =
      fiber::blocking([&] { return ConnectionPtr(PQconnectStartParams(names.data(), values.data(), 0)); });
  if (!connection) throw_refused("libpq is out of memory");
  return connection;
}

}  // namespace

ConnectSettings connect_settings(const Url& url, const EngineOptions& options) {
  ConnectSettings settings;
  Keywords keywords;
  if (!url.host.empty()) keywords.set("host", url.host);
  if (url.port != 0) keywords.set("port", std::to_string(url.port));
  if (!url.username.empty()) keywords.set("user", url.username);
  if (!url.password.empty()) keywords.set("password", url.password);
  if (!url.database.empty()) keywords.set("dbname", url.database);
  for (const auto& [name, value] : url.query) {
    if (name == "prepared_statement_cache_size") {
      settings.statements = parse_cache_size(value);
    } else if (!is_keyword(name)) {
      throw ArgumentError("PostgreSQL has no connection option " + text::repr(name) + ": " + url.str());
    } else {
      keywords.set(name, value);
    }
  }
  keywords.set("client_encoding", "UTF8");
  keywords.set_default("gssencmode", "disable");
  keywords.set_default("fallback_application_name", "retort");
  // Ours come last and win.
  const std::string own = keywords.get("options");
  keywords.set("options", (own.empty() ? own : own + " ") + session_options(options));
  for (const auto& [name, value] : keywords.list) {
    if (value.find('\0') != value.npos) throw ArgumentError("the connection option " + name + " holds a NUL");
  }
  settings.keywords = std::move(keywords.list);
  settings.connect_timeout = options.connect_timeout;
  settings.statement_timeout = options.statement_timeout;
  return settings;
}

TimePoint silence_limit(milliseconds statement_timeout, std::size_t commands, TimePoint from) {
  if (statement_timeout.count() <= 0) return fiber::kNever;
  return from + statement_timeout * static_cast<std::int64_t>(std::max<std::size_t>(commands, 1)) + kSilence;
}

ConnectionPtr connect(const ConnectSettings& settings) {
  const milliseconds timeout = settings.connect_timeout;
  const TimePoint deadline = timeout.count() > 0 ? Clock::now() + timeout : fiber::kNever;
  ConnectionPtr connection = begin(settings);
  PGconn* const c = connection.get();
  PQsetNoticeReceiver(
      c, [](void*, const PGresult*) {}, nullptr);
  PostgresPollingStatusType wanted =
      PQstatus(c) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (wanted != PGRES_POLLING_OK) {
    if (wanted == PGRES_POLLING_FAILED) throw_refused(trimmed(PQerrorMessage(c)));
    std::uint32_t ready = 0;
    try {
      ready = fiber::wait_ready(PQsocket(c), wanted == PGRES_POLLING_READING ? EPOLLIN : EPOLLOUT, deadline);
    } catch (const fiber::IoError& e) {
      throw_refused(e.what());
    }
    if (ready == 0) throw_refused("connecting to the PostgreSQL server took too long");
    wanted = PQconnectPoll(c);
  }
  return connection;
}

}  // namespace retort::db::detail
