// SPDX-License-Identifier: BSD-3-Clause
#include "retort/testing/client.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/app/session.h"
#include "retort/app/session_interface.h"
#include "retort/base/percent.h"
#include "retort/base/text.h"
#include "retort/fiber/fiber.h"
#include "retort/http/cookie.h"
#include "retort/http/field_view.h"
#include "retort/http/multipart.h"
#include "retort/http/status.h"
#include "retort/http/url.h"
#include "retort/testing/detail/exchange.h"

namespace retort {
namespace {

/// A URL in the pieces that a client needs; what is not there is empty.
struct UrlPieces {
  std::string_view scheme, host, path, query;
};

/// `url` split; "//x" begins with a host only where `reference` says so.
UrlPieces split_url(std::string_view url, bool reference = false) {
  UrlPieces out;
  url = url.substr(0, url.find('#'));
  if (const std::size_t question = url.find('?'); question != std::string_view::npos) {
    out.query = url.substr(question + 1);
    url = url.substr(0, question);
  }
  std::size_t authority = std::string_view::npos;
  if (const std::size_t colon = url.find("://"); colon < url.find('/')) {
    out.scheme = url.substr(0, colon);
    authority = colon + 3;
  } else if (reference && url.starts_with("//")) {
    authority = 2;
  }
  if (authority != std::string_view::npos) {
    const std::size_t end = std::min(url.find('/', authority), url.size());
    out.host = url.substr(authority, end - authority);
    url = url.substr(end);
  }
  out.path = url;
  return out;
}

/// Escapes what may not stand in a request target; escapes that are there stay.
std::string escaped_path(std::string_view path) { return percent::encode(path, "%!#$&'()*+,/:;=@~"); }

bool contains(const std::vector<http::MultipartPart>& parts, std::string_view text) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const auto& part) { return part.data.find(text) != std::string::npos; });
}

std::string encode_files(const TestRequest& request, std::string& content_type) {
  std::vector<http::MultipartPart> parts;
  for (const auto& [name, value] : request.form.pairs()) parts.push_back({name, value});
  for (const TestFile& file : request.files)
    parts.push_back({file.name, file.data, file.filename, file.content_type});
  std::string boundary = "retort";
  while (contains(parts, boundary)) boundary += '-';
  content_type = "multipart/form-data; boundary=" + boundary;
  return http::encode_multipart(parts, boundary);
}

/// The body, and its Content-Type (empty: none is sent).
std::string encode_body(const TestRequest& request, std::string& content_type) {
  content_type = request.content_type;
  if (request.json) {
    if (content_type.empty()) content_type = "application/json";
    return ::retort::json::dump(*request.json);
  }
  if (!request.files.empty() || content_type == "multipart/form-data")
    return encode_files(request, content_type);
  if (!request.form.empty()) {
    if (content_type.empty()) content_type = "application/x-www-form-urlencoded";
    return http::urlencode(request.form.pairs());
  }
  return request.data;
}

/// Where an app says that it is (Flask's EnvironBuilder).
std::string base_url_of(const App& app) {
  const Value server_name = app.config.get("SERVER_NAME");
  const Value scheme = app.config.get("PREFERRED_URL_SCHEME");
  const Value root = app.config.get("APPLICATION_ROOT");
  return fmt::format("{}://{}{}", scheme.truthy() ? scheme.str() : "http",
                     server_name.truthy() ? server_name.str() : "localhost",
                     root.truthy() ? root.str() : "/");
}

bool is_redirect(int code) {
  return code == 301 || code == 302 || code == 303 || code == 305 || code == 307 || code == 308;
}

}  // namespace

std::string TestResponse::status() const {
  return fmt::format("{} {}", status_code, text::to_upper(http::reason_phrase(status_code)));
}

Value TestResponse::json() const {
  Result<Value> value = ::retort::json::parse(data);
  if (!value)
    throw std::runtime_error(fmt::format("the response is no JSON ({}): {}", value.error().message, data));
  return *std::move(value);
}

bool TestResponse::is_json() const {
  const std::string type = text::to_lower(mimetype());
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

std::string_view TestResponse::mimetype() const {
  const std::string_view type = content_type();
  return text::trim(type.substr(0, type.find(';')));
}

std::optional<std::uint64_t> TestResponse::content_length() const {
  const std::string_view text = headers.get("Content-Length", "");
  if (text.empty()) return std::nullopt;
  return std::stoull(std::string(text));
}

TestClient::TestClient(Handler& app, TestClientOptions options) : app_(app), options_(std::move(options)) {
  if (options_.base_url.empty()) options_.base_url = "http://localhost";
}

TestClient::~TestClient() = default;

void TestClient::end_preserved() {
  if (preserved_ && !preserved_->is_current()) {
    throw std::logic_error(
        "the test client's kept context is not the current one: end the contexts that were made after it "
        "first, in the reverse order");
  }
  preserved_ = Owned<detail::PreservedExchange>();
}

TestClient::PreservedContext::PreservedContext(TestClient& client) : client_(client) {
  if (client.preserving_) throw std::logic_error("the test client keeps the context already");
  if (!dynamic_cast<App*>(&client.app_))
    throw std::logic_error("the test client can keep the context of an App alone");
  client.preserving_ = true;
}

TestClient::PreservedContext::~PreservedContext() noexcept(false) {
  client_.preserving_ = false;
  if (std::uncaught_exceptions() == 0) {
    client_.end_preserved();
  } else {
    client_.preserved_ = Owned<detail::PreservedExchange>();
  }
}

TestSent TestClient::prepare(std::string_view method, std::string_view path,
                             const TestRequest& request) const {
  const UrlPieces base = split_url(request.base_url.empty() ? options_.base_url : request.base_url);
  const UrlPieces url = split_url(path);
  TestSent sent;
  sent.method = method;
  sent.scheme = !url.scheme.empty()          ? url.scheme
                : request.url_scheme.empty() ? base.scheme
                                             : request.url_scheme;
  sent.host = url.host.empty() ? base.host : url.host;
  if (!request.subdomain.empty()) sent.host = request.subdomain + "." + sent.host;
  sent.host = http::without_default_port(sent.host, sent.scheme);
  sent.root_path = base.path;
  while (sent.root_path.ends_with('/')) sent.root_path.pop_back();
  sent.target = escaped_path(url.path);
  if (!sent.target.starts_with('/') && sent.target != "*") sent.target.insert(0, 1, '/');
  std::string query(url.query);
  if (!request.query_string.empty())
    query += (query.empty() ? "" : "&") + http::urlencode(request.query_string.pairs());
  if (!query.empty()) sent.target += "?" + query;

  std::string content_type;
  sent.data = encode_body(request, content_type);
  sent.chunks = request.chunks;
  sent.headers = options_.headers;
  for (const auto& header : request.headers) {
    std::erase_if(sent.headers, [&](const auto& known) {
      return http::iequals(known.first, header.first) &&
             std::find(options_.headers.begin(), options_.headers.end(), known) != options_.headers.end();
    });
  }
  for (const auto& [name, value] : request.headers) {
    if (http::iequals(name, "Cookie")) sent.has_own_cookies = true;
  }
  sent.headers.insert(sent.headers.end(), request.headers.begin(), request.headers.end());
  if (!content_type.empty()) sent.headers.emplace_back("Content-Type", content_type);
  if (request.auth) {
    sent.remove_header("Authorization");
    sent.headers.emplace_back("Authorization", request.auth->to_header());
  }
  sent.remote_addr = request.remote_addr.empty() ? options_.remote_addr : request.remote_addr;
  return sent;
}

TestResponse TestClient::open(std::string_view method, std::string_view path, const TestRequest& request) {
  TestResponse response = send(prepare(method, path, request));
  if (!request.follow_redirects) return response;
  std::vector<TestResponse> history;
  std::set<std::pair<std::string, int>> seen;
  while (is_redirect(response.status_code) && !response.location().empty()) {
    if (!seen.emplace(response.location(), response.status_code).second) {
      throw std::runtime_error(
          fmt::format("the test client goes in circles: there was a {} redirect to {} already",
                      response.status_code, response.location()));
    }
    TestSent next = response.request;
    redirect(next, response);
    history.push_back(std::move(response));
    response = send(std::move(next));
  }
  response.history = std::move(history);
  return response;
}

TestResponse TestClient::stream(std::string_view method, std::string_view path, const TestRequest& request,
                                Function<bool(std::string_view)> on_piece) {
  struct Scope {
    const Function<bool(std::string_view)>*& place;
    ~Scope() { place = nullptr; }
  } scope{on_piece_};
  on_piece_ = &on_piece;
  return open(method, path, request);
}

void TestClient::redirect(TestSent& next, const TestResponse& from) const {
  const UrlPieces url = split_url(from.location(), true);
  if (!url.host.empty()) {
    const std::string old_name(next.server_name());
    next.host = url.host;
    if (!url.scheme.empty()) next.scheme = url.scheme;
    next.host = http::without_default_port(next.host, next.scheme);
    const std::string_view name = next.server_name();
    if (name != old_name) {
      if (!name.ends_with("." + old_name)) {
        throw std::runtime_error(
            fmt::format("the test client follows no redirect to another host: {}", from.location()));
      }
      if (!options_.allow_subdomain_redirects) {
        throw std::runtime_error(fmt::format(
            "the test client follows a redirect to a subdomain when allow_subdomain_redirects is set: {}",
            from.location()));
      }
    }
  }
  std::string path = escaped_path(url.path);
  if (!path.starts_with('/')) {  // relative to the path of the request
    const std::string_view old = next.path();
    path = path.empty() ? std::string(old) : std::string(old.substr(0, old.rfind('/') + 1)) + path;
    path.insert(0, next.root_path);
  }
  const std::string& root = next.root_path;
  if (path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/')) {
    path.erase(0, root.size());
  } else {
    next.root_path.clear();
  }
  next.target = (path.empty() ? "/" : path) + (url.query.empty() ? "" : "?" + std::string(url.query));
  if (from.status_code == 307 || from.status_code == 308) return;
  if (next.method != "HEAD") next.method = "GET";
  next.data.clear();
  next.chunks.clear();
  next.remove_header("Content-Type");
  next.remove_header("Content-Length");
  next.remove_header("Transfer-Encoding");
}

void TestClient::add_cookies(TestSent& sent) {
  if (!options_.use_cookies || sent.has_own_cookies) return;
  sent.remove_header("Cookie");
  const std::string path = sent.root_path + std::string(sent.path());
  if (std::string cookies = cookies_.header(sent.scheme, sent.server_name(), path); !cookies.empty())
    sent.headers.emplace_back("Cookie", std::move(cookies));
}

TestResponse TestClient::send(TestSent sent) {
  add_cookies(sent);
  end_preserved();
  Owned<detail::TestConnection> connection(new detail::TestConnection(std::move(sent)));
  TestResponse response;
  if (preserving_) {
    KeptContext kept;
    response = detail::exchange(app_, *connection, on_piece_, &kept);
    preserved_ = Owned(new detail::PreservedExchange(std::move(connection), std::move(kept)));
  } else {
    response = detail::exchange(app_, *connection, on_piece_, nullptr);
  }
  take_cookies(response.headers, response.request);
  return response;
}

void TestClient::take_cookies(const http::Headers& headers, const TestSent& sent) {
  if (!options_.use_cookies) return;
  cookies_.take(headers, sent.server_name(), sent.root_path + std::string(sent.path()));
}

void TestClient::session_transaction(Function<void(Session&)> f, std::string_view path,
                                     const TestRequest& request) {
  App* app = dynamic_cast<App*>(&app_);
  if (!app || !options_.use_cookies)
    throw std::logic_error("session_transaction: only a client of an App that keeps cookies has a session");
  app->freeze();
  TestSent sent = prepare(request.method.empty() ? std::string_view("GET") : request.method, path, request);
  add_cookies(sent);
  detail::TestConnection connection(std::move(sent));
  const SessionInterface& sessions = app->session_interface();
  std::unique_ptr<Session> session;
  // The interface may ask for the context, and park.
  const auto in_context = [&](auto run) {
    fiber::run([&] {
      const RequestContext context(*app, connection.request);
      run();
    });
  };
  in_context([&] { session = sessions.open_session(*app, connection.request); });
  if (!session) {
    throw std::logic_error(
        "session_transaction: the session interface opened no session; is SECRET_KEY set?");
  }
  f(*session);
  if (sessions.is_null_session(*session)) return;
  Response response;
  in_context([&] { sessions.save_session(*app, *session, response); });
  take_cookies(response.headers, connection.sent);
}

std::string TestClient::domain_of(const TestCookieScope& scope) const {
  if (!scope.domain.empty()) return scope.domain;
  const std::string_view host = split_url(options_.base_url).host;
  return std::string(host.substr(0, host.find(':')));
}

std::optional<TestCookie> TestClient::get_cookie(std::string_view key, const TestCookieScope& scope) const {
  const TestCookie* found = cookies_.find(key, domain_of(scope), scope.path);
  return found ? std::optional(*found) : std::nullopt;
}

void TestClient::set_cookie(std::string_view key, std::string_view value, const TestCookieScope& scope) {
  const std::string dumped = http::dump_cookie(key, value, {.path = ""});
  TestCookie cookie;
  cookie.key = key;
  cookie.value = dumped.substr(dumped.find('=') + 1);
  cookie.domain = domain_of(scope);
  cookie.path = scope.path;
  cookie.origin_only = scope.origin_only;
  cookies_.set(std::move(cookie));
}

void TestClient::delete_cookie(std::string_view key, const TestCookieScope& scope) {
  cookies_.remove(key, domain_of(scope), scope.path);
}

TestRequestContext::TestRequestContext(App& app, std::string_view path, const TestRequest& request) {
  const TestClient client(app, {.base_url = base_url_of(app)});
  const std::string_view method = request.method.empty() ? std::string_view("GET") : request.method;
  connection_ = Owned(new detail::TestConnection(client.prepare(method, path, request)));
  context_ = Owned(new RequestContext(app, connection_->request));
}

TestRequestContext::~TestRequestContext() = default;

TestRequestContext App::test_request_context(std::string_view path) {
  return TestRequestContext(*this, path);
}

TestRequestContext App::test_request_context(std::string_view path, const TestRequest& request) {
  return TestRequestContext(*this, path, request);
}

TestClient App::test_client() { return test_client({}); }

TestClient App::test_client(TestClientOptions options) {
  if (options.base_url.empty()) options.base_url = base_url_of(*this);
  return TestClient(*this, std::move(options));
}

}  // namespace retort
