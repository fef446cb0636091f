// SPDX-License-Identifier: BSD-3-Clause
#include "retort/ext/login/urls.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "retort/app/app.h"
#include "retort/app/globals.h"
#include "retort/app/url_for.h"
#include "retort/base/percent.h"
#include "retort/base/text.h"
#include "retort/http/url.h"

namespace retort::login {
namespace {

/// A URL's parts; each without what divides it from the others.
struct Parts {
  std::string_view scheme, host, path, query;
  bool has_query = false;
};

bool is_scheme(std::string_view text) {
  const auto letter = [](char c) { return text::lower(c) >= 'a' && text::lower(c) <= 'z'; };
  return !text.empty() && letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
    return letter(c) || text::is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

Parts split(std::string_view url) {
  Parts parts;
  url = url.substr(0, url.find('#'));
  if (const auto mark = url.find('?'); mark != url.npos) {
    parts.query = url.substr(mark + 1);
    parts.has_query = true;
    url = url.substr(0, mark);
  }
  if (const auto colon = url.find(':'); colon != url.npos && is_scheme(url.substr(0, colon))) {
    parts.scheme = url.substr(0, colon);
    url.remove_prefix(colon + 1);
  }
  if (url.substr(0, 2) == "//") {
    url.remove_prefix(2);
    parts.host = url.substr(0, url.find('/'));
    url.remove_prefix(parts.host.size());
  }
  parts.path = url;
  return parts;
}

std::string path_and_query(const Parts& parts) {
  std::string out(parts.path);
  if (!parts.query.empty()) (out += '?') += parts.query;
  return out;
}

/// As urllib.parse.quote_plus.
void append_pair(std::string& query, std::string_view name, std::string_view value) {
  const auto append = [&](std::string_view text) {
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t space = std::min(text.find(' ', at), text.size());
      percent::append_encoded(query, text.substr(at, space - at), "");
      if (space < text.size()) query += '+';
      at = space + 1;
    }
  };
  if (!query.empty()) query += '&';
  append(name);
  query += '=';
  append(value);
}

}  // namespace

std::string expand_login_view(std::string_view login_view) {
  const bool is_url = login_view.substr(0, 8) == "https://" || login_view.substr(0, 7) == "http://" ||
                      login_view.substr(0, 1) == "/";
  return is_url ? std::string(login_view) : url_for(login_view);
}

std::string make_next_param(std::string_view login_url, std::string_view current_url) {
  const Parts login = split(login_url);
  const Parts current = split(current_url);
  const bool same = (login.scheme.empty() || login.scheme == current.scheme) &&
                    (login.host.empty() || login.host == current.host);
  return same ? path_and_query(current) : std::string(current_url);
}

std::string login_url(std::string_view login_view) { return expand_login_view(login_view); }

std::string login_url(std::string_view login_view, std::string_view next_url, std::string_view next_field) {
  const std::string base = expand_login_view(login_view);
  const Parts parts = split(base);
  std::string query;
  const http::MultiDict pairs = http::parse_query(parts.query);
  for (const auto& [name, value] : pairs.items(true)) {
    if (name != next_field) append_pair(query, name, value);
  }
  append_pair(query, next_field, make_next_param(base, next_url));
  std::string host(parts.host);
  const Value forced = current_app->config.get("FORCE_HOST_FOR_REDIRECTS");
  if (forced.is_string() && forced.truthy()) host = forced.as_string();
  std::string out;
  if (!parts.scheme.empty()) (out += parts.scheme) += ':';
  if (!host.empty()) (out += "//") += host;
  ((out += parts.path) += '?') += query;
  return out;
}

}  // namespace retort::login
