// SPDX-License-Identifier: BSD-3-Clause
#include "retort/testing/detail/exchange.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "retort/fiber/fiber.h"
#include "retort/http/errors.h"
#include "retort/http/request_head.h"
#include "retort/http/status.h"
#include "retort/message/request.h"
#include "retort/message/response.h"

namespace retort::detail {
namespace {

/// The connection that a test has. Pieces of a body without a length come one a read.
class TestTransport final : public Transport {
 public:
  explicit TestTransport(const TestSent& sent) : sent_(sent) {}

  std::size_t read_body(char* out, std::size_t size) override {
    while (next_ < sent_.chunks.size() && at_ == sent_.chunks[next_].size()) {
      ++next_;
      at_ = 0;
    }
    if (next_ == sent_.chunks.size()) return 0;
    const std::string& chunk = sent_.chunks[next_];
    const std::size_t n = std::min(size, chunk.size() - at_);
    std::copy_n(chunk.data() + at_, n, out);
    at_ += n;
    return n;
  }
  std::string_view remote_addr() const override { return sent_.remote_addr; }
  std::uint16_t remote_port() const override { return 0; }
  std::string_view server_addr() const override { return "127.0.0.1"; }
  std::uint16_t server_port() const override { return secure() ? 443 : 80; }
  bool secure() const override { return sent_.scheme == "https"; }

 private:
  const TestSent& sent_;
  std::size_t next_ = 0;
  std::size_t at_ = 0;
};

class Collector final : public BodyWriter {
 public:
  Collector(TestResponse& out, const Function<bool(std::string_view)>* on_piece)
      : out_(out), on_piece_(on_piece) {}
  void write(std::string_view piece) override {
    if (gone_) throw ClientDisconnected();
    out_.data += piece;
    out_.pieces.emplace_back(piece);
    if (!on_piece_ || (*on_piece_)(piece)) return;
    gone_ = true;
    throw ClientDisconnected();
  }
  void flush() override {}
  bool gone() const { return gone_; }

 private:
  TestResponse& out_;
  const Function<bool(std::string_view)>* on_piece_;
  bool gone_ = false;
};

/// All that a request is while the app sees it.
struct Connection {
  explicit Connection(TestSent sent);

  TestSent sent;
  std::string target;  // with the mount point
  std::vector<http::HeaderField> fields;
  http::RequestHead head;
  TestTransport transport{sent};
  Request request;
  Response response;
};

Connection::Connection(TestSent sent_request) : sent(std::move(sent_request)) {
  target = sent.target == "*" ? sent.target : sent.root_path + sent.target;
  if (sent.header("Host").empty()) fields.push_back({"Host", sent.host});
  for (const auto& [name, value] : sent.headers) fields.push_back({name, value});
  head.method = sent.method;
  head.target = target;
  head.fields = fields.data();
  head.field_count = fields.size();
  head.host = sent.header("Host").empty() ? std::string_view(sent.host) : sent.header("Host");
  head.content_length = sent.data.size();
  head.framing = !sent.chunks.empty() ? http::Framing::chunked
                 : sent.data.empty()  ? http::Framing::none
                                      : http::Framing::content_length;
  request.reset(head, sent.data, sent.chunks.empty(), transport);
  if (!sent.root_path.empty()) request.mount(sent.root_path);
}

void read_body(Connection& connection, TestResponse& out, const Function<bool(std::string_view)>* on_piece) {
  const Response& response = connection.response;
  const bool wanted = connection.sent.method != "HEAD" && !http::status_forbids_body(response.status_code);
  if (!wanted) return;
  if (!response.is_streamed()) {
    out.data = response.data();
    return;
  }
  Collector collector(out, on_piece);
  try {
    response.stream()(collector);
  } catch (const ClientDisconnected&) {
    if (!collector.gone()) throw;
  }
}

void run(Handler& app, Connection& connection, TestResponse& out,
         const Function<bool(std::string_view)>* on_piece) {
  Response& response = connection.response;
  struct Finish {
    Connection& connection;
    ~Finish() {
      connection.response.close();
      connection.request.finish();
    }
  } finish{connection};
  app.handle(connection.request, response);
  out.status_code = response.status_code;
  out.headers = response.headers;
  const auto length = response.content_length();
  if (length && !http::status_forbids_body(response.status_code))
    out.headers.set("Content-Length", std::to_string(*length));
  read_body(connection, out, on_piece);
}

}  // namespace

TestResponse exchange(Handler& app, TestSent sent, const Function<bool(std::string_view)>* on_piece) {
  TestResponse response;
  Connection connection(std::move(sent));
  fiber::run([&] { run(app, connection, response, on_piece); });
  response.request = std::move(connection.sent);
  return response;
}

}  // namespace retort::detail
