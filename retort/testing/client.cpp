// SPDX-License-Identifier: BSD-3-Clause
#include "retort/testing/client.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "retort/app/app.h"
#include "retort/base/text.h"
#include "retort/fiber/fiber.h"
#include "retort/http/field_view.h"
#include "retort/http/multipart.h"
#include "retort/http/status.h"
#include "retort/http/url.h"
#include "retort/message/request.h"
#include "retort/message/response.h"

namespace retort {
namespace {

constexpr int kMaxRedirects = 20;

/// The connection that a test has: everything is there already.
class TestTransport final : public Transport {
 public:
  std::size_t read_body(char*, std::size_t) override { return 0; }
  std::string_view remote_addr() const override { return "127.0.0.1"; }
  std::uint16_t remote_port() const override { return 0; }
  std::string_view server_addr() const override { return "127.0.0.1"; }
  std::uint16_t server_port() const override { return 80; }
  bool secure() const override { return false; }
};

class Collector final : public BodyWriter {
 public:
  explicit Collector(std::string& out) : out_(out) {}
  void write(std::string_view piece) override { out_ += piece; }
  void flush() override {}

 private:
  std::string& out_;
};

bool contains(const std::vector<http::MultipartPart>& parts, std::string_view text) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const auto& part) { return part.data.find(text) != std::string::npos; });
}

/// The path and query of a Location, which may be absolute.
std::string target_of(std::string_view location) {
  if (const std::size_t scheme = location.find("://"); scheme != std::string_view::npos) {
    const std::size_t path = location.find('/', scheme + 3);
    location = path == std::string_view::npos ? std::string_view("/") : location.substr(path);
  }
  return std::string(location.substr(0, location.find('#')));
}

void run(Handler& app, const http::RequestHead& head, std::string_view body, TestResponse& out) {
  TestTransport transport;
  Request request;
  Response response;
  request.reset(head, body, true, transport);
  app.handle(request, response);
  if (response.is_streamed()) {
    Collector collector(out.data);
    if (head.method != "HEAD") response.stream()(collector);
  } else if (head.method != "HEAD" && !http::status_forbids_body(response.status_code)) {
    out.data = response.data();
  }
  out.status_code = response.status_code;
  out.headers = response.headers;
  const auto length = response.content_length();
  if (length && !http::status_forbids_body(response.status_code))
    out.headers.set("Content-Length", std::to_string(*length));
  response.close();
  request.finish();
}

}  // namespace

Value TestResponse::json() const {
  Result<Value> value = ::retort::json::parse(data);
  if (!value)
    throw std::runtime_error(fmt::format("the response is no JSON ({}): {}", value.error().message, data));
  return *std::move(value);
}

std::string_view TestResponse::mimetype() const {
  const std::string_view type = headers.get("Content-Type", "");
  return text::trim(type.substr(0, type.find(';')));
}

TestResponse TestClient::open(std::string_view method, std::string_view path, const TestRequest& request) {
  std::string target(path);
  if (!request.query_string.empty())
    target += (target.find('?') == std::string::npos ? "?" : "&") + http::urlencode(request.query_string);
  TestResponse response = send(std::string(method), target, request);
  if (!request.follow_redirects) return response;
  std::vector<TestResponse> history;
  TestRequest next = request;
  std::string next_method(method);
  while (response.status_code >= 300 && response.status_code < 400 && !response.location().empty()) {
    if (history.size() == kMaxRedirects)
      throw std::runtime_error("the test client followed 20 redirects in a row");
    target = target_of(response.location());
    const int code = response.status_code;
    if (code != 307 && code != 308) {  // as browsers do
      if (next_method != "HEAD") next_method = "GET";
      next = TestRequest{};
      next.headers = request.headers;
    }
    history.push_back(std::move(response));
    response = send(next_method, target, next);
  }
  response.history = std::move(history);
  return response;
}

TestResponse TestClient::send(const std::string& method, const std::string& target,
                              const TestRequest& request) {
  std::string body = request.data;
  std::string content_type = request.content_type;
  if (request.json) {
    body = ::retort::json::dump(*request.json);
    content_type = "application/json";
  } else if (!request.files.empty()) {
    std::vector<http::MultipartPart> parts;
    for (const auto& [name, value] : request.form) parts.push_back({name, value});
    for (const TestFile& file : request.files)
      parts.push_back({file.name, file.data, file.filename, file.content_type});
    std::string boundary = "retort";
    while (contains(parts, boundary)) boundary += '-';
    body = http::encode_multipart(parts, boundary);
    content_type = "multipart/form-data; boundary=" + boundary;
  } else if (!request.form.empty()) {
    body = http::urlencode(request.form);
    content_type = "application/x-www-form-urlencoded";
  }
  std::string cookie;
  for (const auto& [name, value] : cookies_) cookie += (cookie.empty() ? "" : "; ") + name + "=" + value;
  std::vector<http::HeaderField> fields{{"Host", host_}};
  for (const auto& [name, value] : request.headers) fields.push_back({name, value});
  if (!content_type.empty()) fields.push_back({"Content-Type", content_type});
  if (!cookie.empty()) fields.push_back({"Cookie", cookie});

  http::RequestHead head;
  head.method = method;
  head.target = target;
  head.fields = fields.data();
  head.field_count = fields.size();
  head.host = host_;
  head.content_length = body.size();
  head.framing = body.empty() ? http::Framing::none : http::Framing::content_length;
  TestResponse response;
  fiber::run([&] { run(app_, head, body, response); });
  keep_cookies(response);
  return response;
}

void TestClient::keep_cookies(const TestResponse& response) {
  for (const std::string_view cookie : response.headers.getlist("Set-Cookie")) {
    const std::string_view pair = cookie.substr(0, cookie.find(';'));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const bool gone = text::to_lower(cookie).find("max-age=0") != std::string::npos;
    if (gone) {
      delete_cookie(pair.substr(0, equals));
    } else {
      set_cookie(std::string(pair.substr(0, equals)), std::string(pair.substr(equals + 1)));
    }
  }
}

std::optional<std::string> TestClient::get_cookie(std::string_view name) const {
  for (const auto& [key, value] : cookies_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

void TestClient::set_cookie(std::string name, std::string value) {
  delete_cookie(name);
  cookies_.emplace_back(std::move(name), std::move(value));
}

void TestClient::delete_cookie(std::string_view name) {
  std::erase_if(cookies_, [&](const auto& cookie) { return cookie.first == name; });
}

TestClient App::test_client() { return TestClient(*this); }

}  // namespace retort
