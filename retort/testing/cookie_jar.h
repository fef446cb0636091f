// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// CookieJar: the cookies that a test client keeps, by domain, path and name (Werkzeug: the
// cookies of test.Client), and which of them a request gets. Used on one thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/http/headers.h"

namespace retort {

/// A cookie as a client keeps it (Werkzeug: test.Cookie).
struct TestCookie {
  std::string key;
  std::string value;  ///< as it is sent: quoted and escaped where need be
  std::string domain;
  std::string path = "/";
  bool origin_only = true;  ///< not for subdomains of its domain
  bool secure = false;      ///< for https and for localhost alone, as in browsers
  bool http_only = false;
  std::string same_site = {};
  std::optional<std::int64_t> expires = {};  ///< seconds since 1970; empty: it stays
  std::optional<std::int64_t> max_age = {};

  /// The value without quotes and escapes.
  std::string decoded_value() const;
  bool matches(std::string_view scheme, std::string_view host, std::string_view path) const;
};

class CookieJar {
 public:
  /// Takes the Set-Cookie headers of a response to a request for `path` at `host` (without
  /// a port). A cookie that has expired is forgotten.
  void take(const http::Headers& headers, std::string_view host, std::string_view path);
  void set(TestCookie cookie);
  const TestCookie* find(std::string_view key, std::string_view domain, std::string_view path) const;
  void remove(std::string_view key, std::string_view domain, std::string_view path);
  /// The Cookie header of a request; empty without cookies for it. What has expired goes.
  std::string header(std::string_view scheme, std::string_view host, std::string_view path);
  std::size_t size() const { return cookies_.size(); }

 private:
  std::vector<TestCookie> cookies_;  // in the order they came
};

}  // namespace retort
