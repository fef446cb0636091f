// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// TestClient: calls an app in process, without a socket (Flask: app.test_client()). Keeps
// cookies, follows redirects, sends JSON and forms. Used on one thread; the app must
// outlive it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/http/headers.h"
#include "retort/json/json.h"
#include "retort/message/handler.h"

namespace retort {

/// A file that the test client uploads.
struct TestFile {
  std::string name;  ///< of the field
  std::string filename;
  std::string data;
  std::string content_type = "application/octet-stream";
};

/// What a request of the test client carries. At most one of json, form (with files or
/// without) and data.
struct TestRequest {
  std::vector<std::pair<std::string, std::string>> query_string = {};
  std::optional<::retort::json> json = {};                     ///< with its Content-Type
  std::vector<std::pair<std::string, std::string>> form = {};  ///< urlencoded; multipart with files
  std::vector<TestFile> files = {};
  std::string data = {};          ///< a raw body
  std::string content_type = {};  ///< of data
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool follow_redirects = false;
};

struct TestResponse {
  int status_code = 0;
  http::Headers headers = {};
  std::string data = {};
  std::vector<TestResponse> history = {};  ///< the redirects that led here

  const std::string& text() const { return data; }
  /// The body as JSON; throws std::runtime_error when it is none.
  Value json() const;
  std::string_view mimetype() const;
  std::string_view location() const { return headers.get("Location", ""); }
};

class TestClient {
 public:
  explicit TestClient(Handler& app, std::string host = "localhost") : app_(app), host_(std::move(host)) {}

  TestResponse open(std::string_view method, std::string_view path, const TestRequest& request = {});
  TestResponse get(std::string_view path, const TestRequest& request = {}) {
    return open("GET", path, request);
  }
  TestResponse post(std::string_view path, const TestRequest& request = {}) {
    return open("POST", path, request);
  }
  TestResponse put(std::string_view path, const TestRequest& request = {}) {
    return open("PUT", path, request);
  }
  TestResponse patch(std::string_view path, const TestRequest& request = {}) {
    return open("PATCH", path, request);
  }
  TestResponse delete_(std::string_view path, const TestRequest& request = {}) {
    return open("DELETE", path, request);
  }
  TestResponse head(std::string_view path, const TestRequest& request = {}) {
    return open("HEAD", path, request);
  }
  TestResponse options(std::string_view path, const TestRequest& request = {}) {
    return open("OPTIONS", path, request);
  }

  std::optional<std::string> get_cookie(std::string_view name) const;
  void set_cookie(std::string name, std::string value);
  void delete_cookie(std::string_view name);

 private:
  TestResponse send(const std::string& method, const std::string& target, const TestRequest& request);
  void keep_cookies(const TestResponse& response);

  Handler& app_;
  std::string host_;
  std::vector<std::pair<std::string, std::string>> cookies_;
};

}  // namespace retort
