// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// TestRequest: what a request of the test client carries (Werkzeug: the arguments of
// EnvironBuilder), and TestSent, the request as it went out. Value types.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/http/auth.h"
#include "retort/json/json.h"

namespace retort {

/// The fields of a form or of a query: `{{"name", "ada"}, {"page", 2}, {"tag", {"a", "b"}}}`.
/// A name may come several times.
class TestFields {
 public:
  struct Field {
    template <class T, std::enable_if_t<std::is_convertible_v<T, std::string_view>, int> = 0>
    Field(std::string_view field, const T& value)
        : name(field), values{std::string(std::string_view(value))} {}
    template <class T, std::enable_if_t<std::is_integral_v<T>, long> = 0>
    Field(std::string_view field, T value) : name(field), values{std::to_string(value)} {}
    Field(std::string_view field, std::initializer_list<std::string_view> several)
        : name(field), values(several.begin(), several.end()) {}

    std::string name;
    std::vector<std::string> values;
  };

  TestFields() = default;
  TestFields(std::initializer_list<Field> fields);
  TestFields(std::vector<std::pair<std::string, std::string>> pairs) : pairs_(std::move(pairs)) {}  // NOLINT

  void add(std::string name, std::string value) { pairs_.emplace_back(std::move(name), std::move(value)); }
  const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }
  bool empty() const { return pairs_.empty(); }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

/// A file that the test client uploads.
struct TestFile {
  std::string name;  ///< of the field
  std::string filename;
  std::string data;
  std::string content_type = "application/octet-stream";

  /// A file on disk under its own name. Throws std::runtime_error when it cannot be read.
  static TestFile from_path(std::string name, const std::string& path,
                            std::string content_type = "application/octet-stream");
};

/// What a request of the test client carries. At most one of json, form (with files or
/// without), data and chunks.
struct TestRequest {
  std::string method = {};  ///< where no function's name says it; empty: GET
  TestFields query_string = {};
  std::optional<::retort::json> json = {};  ///< with its Content-Type
  TestFields form = {};                     ///< urlencoded; multipart with files
  std::vector<TestFile> files = {};
  std::string data = {};                 ///< a raw body
  std::vector<std::string> chunks = {};  ///< a body without a length, arriving in these pieces
  std::string content_type = {};         ///< of data and chunks
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< a Cookie here replaces the jar's
  std::optional<http::Authorization> auth = {};                   ///< http::Authorization::basic(...), bearer
  std::string base_url = {};     ///< "https://api.example.com/app": scheme, host and mount point
  std::string subdomain = {};    ///< in front of the client's host; not with base_url
  std::string url_scheme = {};   ///< instead of the client's; not with base_url
  std::string remote_addr = {};  ///< instead of the client's
  bool follow_redirects = false;
};

/// A request as it was sent.
struct TestSent {
  std::string method;
  std::string scheme = "http";
  std::string host;       ///< with a port that is not the scheme's own
  std::string root_path;  ///< where the application is mounted
  std::string target;     ///< path below root_path, and query; escaped
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string data = {};
  std::vector<std::string> chunks = {};
  std::string remote_addr = "127.0.0.1";
  bool has_own_cookies = false;  ///< a Cookie header was asked for: the jar is left out

  std::string url() const { return scheme + "://" + host + root_path + target; }
  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  std::string_view query_string() const;
  /// The host without its port.
  std::string_view server_name() const;
  /// The first header of this name; empty without one.
  std::string_view header(std::string_view name) const;
  void remove_header(std::string_view name);
};

}  // namespace retort
