// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/url.h"

#include <algorithm>
#include <charconv>

#include "retort/base/percent.h"
#include "retort/db/error.h"

namespace retort::db {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw ArgumentError("database URL: " + why + " (expected dialect://user:password@host:port/name)");
}

std::string decoded(std::string_view text) { return percent::decode(text); }

// "user:password@" of what follows "://", as SQLAlchemy's pattern finds it: the password goes to
// the first "@", a name without one to the last "@" before a ":" or "/". What is behind it.
std::string_view take_credentials(std::string_view rest, Url& url) {
  const std::size_t end = std::min(rest.find_first_of(":/"), rest.size());
  if (end < rest.size() && rest[end] == ':') {
    const std::size_t at = rest.find('@', end);
    if (at != rest.npos) {
      url.username = decoded(rest.substr(0, end));
      url.password = decoded(rest.substr(end + 1, at - end - 1));
      return rest.substr(at + 1);
    }
  }
  const std::size_t at = rest.substr(0, end).rfind('@');
  if (at == rest.npos) return rest;
  url.username = decoded(rest.substr(0, at));
  return rest.substr(at + 1);
}

void take_port(std::string_view port, Url& url) {
  const auto read = std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (read.ec != std::errc() || read.ptr != port.data() + port.size() || url.port == 0)
    refuse("its port is no number from 1 to 65535");
}

void take_host(std::string_view text, Url& url) {
  if (text.find('@') != text.npos) refuse("an \"@\" in a name or a password is written %40");
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == text.npos) refuse("\"[\" without \"]\"");
    url.host = decoded(text.substr(1, close - 1));
    text.remove_prefix(close + 1);
    if (!text.empty() && text[0] != ':') refuse("something stands behind \"]\"");
    if (!text.empty()) take_port(text.substr(1), url);
    return;
  }
  const std::size_t colon = text.find(':');
  url.host = decoded(text.substr(0, colon));
  if (colon != text.npos) take_port(text.substr(colon + 1), url);
}

void take_query(std::string_view text, Url& url) {
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    const std::size_t equals = item.find('=');
    if (equals == item.npos || equals + 1 == item.size()) continue;  // as SQLAlchemy, which sees no use
    url.query.emplace_back(percent::decode_plus(item.substr(0, equals)),
                           percent::decode_plus(item.substr(equals + 1)));
  }
}

bool is_name(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!good) return false;
  }
  return true;
}

}  // namespace

std::string_view Url::option(std::string_view name) const {
  std::string_view found;
  for (const auto& [key, value] : query) {
    if (key == name) found = value;
  }
  return found;
}

std::string Url::str() const {
  std::string out = dialect;
  if (!driver.empty()) out += "+" + driver;
  out += "://";
  if (!username.empty() || !password.empty()) {
    percent::append_encoded(out, username, " +");
    if (!password.empty()) out += ":***";
    out += '@';
  }
  out += host.find(':') == host.npos ? host : "[" + host + "]";
  if (port != 0) out += ":" + std::to_string(port);
  if (!database.empty()) out += "/" + database;
  char separator = '?';
  for (const auto& [key, value] : query) {
    out += separator;
    percent::append_encoded(out, key, "");
    out += '=';
    const bool secret = key.find("password") != key.npos;
    percent::append_encoded(out, secret ? "***" : value, secret ? "*" : "/");
    separator = '&';
  }
  return out;
}

Url parse_url(std::string_view text) {
  Url url;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == text.npos) refuse("it has no \"://\"");
  const std::string_view scheme = text.substr(0, scheme_end);
  const std::size_t plus = scheme.find('+');
  url.dialect = std::string(scheme.substr(0, plus));
  if (plus != scheme.npos) url.driver = std::string(scheme.substr(plus + 1));
  if (!is_name(url.dialect) || (plus != scheme.npos && !is_name(url.driver)))
    refuse("it begins with no dialect's name");
  if (url.dialect == "postgres") url.dialect = "postgresql";
  if (url.dialect != "sqlite" && url.dialect != "postgresql")
    refuse("there is no driver for \"" + url.dialect + "\": sqlite and postgresql are there");

  std::string_view rest = text.substr(scheme_end + 3);
  if (url.dialect != "sqlite") rest = take_credentials(rest, url);
  const std::size_t question = std::min(rest.find('?'), rest.size());
  if (question < rest.size()) take_query(rest.substr(question + 1), url);
  const std::string_view place = rest.substr(0, question);
  const std::size_t slash = std::min(place.find('/'), place.size());
  if (slash < place.size()) url.database = std::string(place.substr(slash + 1));
  const std::string_view authority = place.substr(0, slash);
  if (url.dialect == "sqlite") {
    if (!authority.empty())
      refuse("a file's path follows three slashes (sqlite:///app.db), an absolute one four");
    return url;
  }
  take_host(authority, url);
  return url;
}

}  // namespace retort::db
