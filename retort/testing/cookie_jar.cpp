// SPDX-License-Identifier: BSD-3-Clause
#include "retort/testing/cookie_jar.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "retort/base/text.h"
#include "retort/http/cookie.h"
#include "retort/http/date.h"
#include "retort/http/multidict.h"

namespace retort {
namespace {

std::int64_t now() {
  using std::chrono::duration_cast, std::chrono::seconds, std::chrono::system_clock;
  return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

bool is_below(std::string_view host, std::string_view domain) {
  return host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

bool is_local(std::string_view host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1" || is_below(host, "localhost");
}

/// RFC 6265, 5.2.2: what is no number is as if it were not there; what is beyond counting is
/// the end of time.
std::optional<std::int64_t> parse_max_age(std::string_view text) {
  std::int64_t age = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), age);
  if (text.empty() || end != text.data() + text.size() || error == std::errc::invalid_argument)
    return std::nullopt;
  constexpr std::int64_t kLongest = std::int64_t{1} << 60;
  if (error == std::errc::result_out_of_range) return text.front() == '-' ? -kLongest : kLongest;
  return std::clamp(age, -kLongest, kLongest);
}

void read_attribute(TestCookie& cookie, std::string_view name, std::string_view value) {
  const std::string key = text::to_lower(name);
  if (key == "domain" && !value.empty()) {
    cookie.domain = text::to_lower(value.substr(value.front() == '.' ? 1 : 0));
    cookie.origin_only = false;
  } else if (key == "path" && !value.empty()) {
    cookie.path = value;
  } else if (key == "secure") {
    cookie.secure = true;
  } else if (key == "httponly") {
    cookie.http_only = true;
  } else if (key == "samesite") {
    cookie.same_site = value;
  } else if (key == "max-age") {
    if (const auto age = parse_max_age(value)) cookie.max_age = age;
  } else if (key == "expires") {
    if (const auto date = http::parse_date(value)) cookie.expires = unix_seconds(*date);
  }
}

TestCookie parse(std::string_view header, std::string_view host, std::string_view request_path) {
  TestCookie cookie;
  const std::size_t end = std::min(header.find(';'), header.size());
  const std::string_view pair = header.substr(0, end);
  const std::size_t equals = std::min(pair.find('='), pair.size());
  cookie.key = text::trim(pair.substr(0, equals));
  if (equals < pair.size()) cookie.value = text::trim(pair.substr(equals + 1));
  cookie.domain = host;
  cookie.path = request_path.substr(0, request_path.rfind('/'));
  if (cookie.path.empty()) cookie.path = "/";
  for (std::size_t at = end; at < header.size();) {
    const std::size_t next = std::min(header.find(';', at + 1), header.size());
    const std::string_view item = text::trim(header.substr(at + 1, next - at - 1));
    const std::size_t sign = std::min(item.find('='), item.size());
    read_attribute(cookie, text::trim(item.substr(0, sign)),
                   sign < item.size() ? text::trim(item.substr(sign + 1)) : std::string_view());
    at = next;
  }
  if (cookie.max_age) cookie.expires = now() + *cookie.max_age;  // RFC 6265, 5.3: it wins
  return cookie;
}

}  // namespace

std::string TestCookie::decoded_value() const {
  return std::string(http::parse_cookie(key + "=" + value).get(key, value));
}

bool TestCookie::matches(std::string_view scheme, std::string_view host,
                         std::string_view request_path) const {
  if (secure && scheme != "https" && !is_local(host)) return false;
  if (host != domain && (origin_only || !is_below(host, domain))) return false;
  if (request_path == path) return true;
  if (!request_path.starts_with(path)) return false;
  return path.ends_with('/') || request_path[path.size()] == '/';
}

void CookieJar::take(const http::Headers& headers, std::string_view host, std::string_view path) {
  for (const std::string_view header : headers.getlist("Set-Cookie")) set(parse(header, host, path));
}

void CookieJar::set(TestCookie cookie) {
  const bool gone = cookie.expires && *cookie.expires <= now();
  for (TestCookie& known : cookies_) {
    if (known.key == cookie.key && known.domain == cookie.domain && known.path == cookie.path) {
      if (gone) return remove(cookie.key, cookie.domain, cookie.path);
      known = std::move(cookie);
      return;
    }
  }
  if (!gone) cookies_.push_back(std::move(cookie));
}

const TestCookie* CookieJar::find(std::string_view key, std::string_view domain,
                                  std::string_view path) const {
  for (const TestCookie& cookie : cookies_) {
    if (cookie.key == key && cookie.domain == domain && cookie.path == path) return &cookie;
  }
  return nullptr;
}

void CookieJar::remove(std::string_view key, std::string_view domain, std::string_view path) {
  std::erase_if(cookies_, [&](const TestCookie& cookie) {
    return cookie.key == key && cookie.domain == domain && cookie.path == path;
  });
}

std::string CookieJar::header(std::string_view scheme, std::string_view host, std::string_view path) {
  const std::int64_t time = now();
  std::erase_if(cookies_,
                [&](const TestCookie& cookie) { return cookie.expires && *cookie.expires <= time; });
  std::string out;
  for (const TestCookie& cookie : cookies_) {
    if (!cookie.matches(scheme, host, path)) continue;
    if (!out.empty()) out += "; ";
    out += cookie.key + "=" + cookie.value;
  }
  return out;
}

}  // namespace retort
