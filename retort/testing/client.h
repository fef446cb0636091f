// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// TestClient: calls an app in process, without a socket (Flask: app.test_client()). Keeps
// cookies, follows redirects, sends JSON, forms and files. Knows no test framework: it
// throws, or returns what it found. Used on one thread; the app must outlive it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/function.h"
#include "retort/base/owned.h"
#include "retort/http/headers.h"
#include "retort/message/handler.h"
#include "retort/testing/cookie_jar.h"
#include "retort/testing/test_request.h"
#include "retort/value/value.h"

namespace retort {

class App;
class RequestContext;
class Session;
namespace detail {
class PreservedExchange;
struct TestConnection;
}  // namespace detail

/// What the test client got (Werkzeug: TestResponse).
struct TestResponse {
  int status_code = 0;
  http::Headers headers = {};
  std::string data = {};
  std::vector<TestResponse> history = {};  ///< the redirects that led here
  std::vector<std::string> pieces = {};    ///< of a streamed body, as they were written
  TestSent request = {};                   ///< the request that this answers

  const std::string& text() const { return data; }
  /// "404 NOT FOUND"
  std::string status() const;
  /// The body as JSON; throws std::runtime_error when it is none.
  Value json() const;
  bool is_json() const;
  std::string_view mimetype() const;
  std::string_view content_type() const { return headers.get("Content-Type", ""); }
  std::optional<std::uint64_t> content_length() const;
  std::string_view location() const { return headers.get("Location", ""); }
  bool is_streamed() const { return !pieces.empty(); }
};

/// How a client begins (Flask: the client's environ_base, use_cookies and others).
struct TestClientOptions {
  std::string base_url = {};  ///< empty: from PREFERRED_URL_SCHEME, SERVER_NAME, APPLICATION_ROOT
  std::string remote_addr = "127.0.0.1";
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< of every request
  bool use_cookies = true;
  bool allow_subdomain_redirects = false;
};

/// Which cookie is meant: by the host and the path that it is for.
struct TestCookieScope {
  std::string domain = {};  ///< empty: the client's host
  std::string path = "/";
  bool origin_only = true;
};

class TestClient {
 public:
  explicit TestClient(Handler& app, TestClientOptions options = {});
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  /// Sends a request. `path` may hold a query, or be a whole URL. With follow_redirects it
  /// goes on as Werkzeug's client does: GET but for HEAD, and 307 and 308 keep method and
  /// body. Throws std::runtime_error for a redirect that comes round again, or that leads
  /// to another host.
  TestResponse open(std::string_view method, std::string_view path, const TestRequest& request = {});
  /// open, with each piece of a streamed body given to `on_piece` as it is written. When
  /// that returns false the client goes away, as one that closes its connection does.
  TestResponse stream(std::string_view method, std::string_view path, const TestRequest& request,
                      Function<bool(std::string_view)> on_piece);

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

  /// The cookie of this name; empty without one.
  std::optional<TestCookie> get_cookie(std::string_view key, const TestCookieScope& scope = {}) const;
  /// Sets a cookie to `value`, quoted where need be.
  void set_cookie(std::string_view key, std::string_view value, const TestCookieScope& scope = {});
  void delete_cookie(std::string_view key, const TestCookieScope& scope = {});

  /// Opens the client's session for `f` and keeps what it becomes: what the next request
  /// finds. Include retort/app/session.h. For an App with a SECRET_KEY, else std::logic_error.
  void session_transaction(Function<void(Session&)> f, std::string_view path = "/",
                           const TestRequest& request = {});

  /// Keeps the last request's context open for a scope, so that request, session and g tell
  /// what it left (Flask: `with client:`): the one of the last redirect, where redirects are
  /// followed. It ends, and its teardown functions run, with the next request or the scope.
  /// For an App; throws std::logic_error while there is such a scope. Contexts that are made in
  /// it end before it does, and before the next request, else those throw std::logic_error.
  class [[nodiscard]] PreservedContext {
   public:
    explicit PreservedContext(TestClient& client);
    ~PreservedContext() noexcept(false);
    PreservedContext(const PreservedContext&) = delete;
    PreservedContext& operator=(const PreservedContext&) = delete;

   private:
    TestClient& client_;
  };
  PreservedContext preserve_context() { return PreservedContext(*this); }

 private:
  friend class TestRequestContext;

  TestSent prepare(std::string_view method, std::string_view path, const TestRequest& request) const;
  TestResponse send(TestSent sent);
  void add_cookies(TestSent& sent);
  void take_cookies(const http::Headers& headers, const TestSent& sent);
  void end_preserved();
  void redirect(TestSent& next, const TestResponse& from) const;
  std::string domain_of(const TestCookieScope& scope) const;

  Handler& app_;
  TestClientOptions options_;
  CookieJar cookies_;
  const Function<bool(std::string_view)>* on_piece_ = nullptr;  // while stream() runs
  bool preserving_ = false;
  Owned<detail::PreservedExchange> preserved_;
};

/// A request's context without a server: `const TestRequestContext context(app, "/?name=ada");`
/// (Flask: app.test_request_context). request, session, g and url_for work in its scope; no
/// hook and no view has run: app.preprocess_request and full_dispatch_request run them. The
/// teardown functions run at its end.
class [[nodiscard]] TestRequestContext {
 public:
  explicit TestRequestContext(App& app, std::string_view path = "/", const TestRequest& request = {});
  ~TestRequestContext();
  TestRequestContext(const TestRequestContext&) = delete;
  TestRequestContext& operator=(const TestRequestContext&) = delete;

 private:
  Owned<detail::TestConnection> connection_;
  Owned<RequestContext> context_;  // goes first
};

}  // namespace retort
