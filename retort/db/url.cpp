// SPDX-License-Identifier: BSD-3-Clause
#include "retort/db/url.h"

#include <charconv>

#include "retort/base/percent.h"
#include "retort/db/error.h"

namespace retort::db {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw ArgumentError("database URL: " + why + " (expected dialect://user:password@host:port/name)");
}

std::string decoded(std::string_view text) { return percent::decode(text); }

// "user:password@": the last "@" ends it, as in SQLAlchemy; the first ":" parts it.
std::string_view take_credentials(std::string_view authority, Url& url) {
  const std::size_t at = authority.rfind('@');
  if (at == authority.npos) return authority;
  const std::string_view credentials = authority.substr(0, at);
  const std::size_t colon = credentials.find(':');
  url.username = decoded(credentials.substr(0, colon));
  if (colon != credentials.npos) url.password = decoded(credentials.substr(colon + 1));
  return authority.substr(at + 1);
}

void take_host(std::string_view text, Url& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == text.npos) refuse("\"[\" without \"]\"");
    url.host = std::string(text.substr(1, close - 1));
    text.remove_prefix(close + 1);
    if (!text.empty() && text[0] != ':') refuse("something stands behind \"]\"");
    if (!text.empty()) port = text.substr(1);
  } else {
    const std::size_t colon = text.rfind(':');
    url.host = decoded(text.substr(0, colon));
    if (colon != text.npos) port = text.substr(colon + 1);
  }
  if (port.empty()) return;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (read.ec != std::errc() || read.ptr != port.data() + port.size())
    refuse("its port is no number up to 65535");
}

void take_query(std::string_view text, Url& url) {
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    url.query.emplace_back(decoded(item.substr(0, equals)),
                           equals == item.npos ? std::string() : decoded(item.substr(equals + 1)));
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
  if (!username.empty()) {
    percent::append_encoded(out, username, "");
    if (!password.empty()) out += ":***";
    out += '@';
  }
  out += host.find(':') == host.npos ? host : "[" + host + "]";
  if (port != 0) out += ":" + std::to_string(port);
  if (!database.empty()) out += "/" + database;
  const char* separator = "?";
  for (const auto& [key, value] : query) {
    out += separator;
    percent::append_encoded(out, key, "");
    out += '=';
    percent::append_encoded(out, value, "/");
    separator = "&";
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
  // A password may hold "/" and "?" as they stand: the authority ends at the first "/" behind the "@".
  const std::size_t at = rest.rfind('@');
  const std::size_t slash = rest.find('/', at == rest.npos || url.dialect == "sqlite" ? 0 : at);
  const std::size_t question = rest.find('?', slash == rest.npos ? (at == rest.npos ? 0 : at) : slash);
  const std::string_view authority = rest.substr(0, std::min(slash, question));
  if (slash != rest.npos && slash < question)
    url.database =
        std::string(rest.substr(slash + 1, question == rest.npos ? rest.npos : question - slash - 1));
  if (question != rest.npos) take_query(rest.substr(question + 1), url);
  if (url.dialect == "sqlite") {
    if (!authority.empty())
      refuse("a file's path follows three slashes (sqlite:///app.db), an absolute one four");
    return url;
  }
  take_host(take_credentials(authority, url), url);
  return url;
}

}  // namespace retort::db
