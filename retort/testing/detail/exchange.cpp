// SPDX-License-Identifier: BSD-3-Clause
#include "retort/testing/detail/exchange.h"

#include <algorithm>
#include <string>
#include <utility>

#include "retort/app/app.h"
#include "retort/fiber/fiber.h"
#include "retort/http/errors.h"
#include "retort/http/status.h"

namespace retort::detail {

std::size_t TestTransport::read_body(char* out, std::size_t size) {
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

TestConnection::TestConnection(TestSent sent_request) : sent(std::move(sent_request)) {
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

TestConnection::~TestConnection() {
  response.close();
  request.finish();
}

PreservedExchange::PreservedExchange(Owned<TestConnection> connection, KeptContext kept)
    : connection_(std::move(connection)), kept_(std::move(kept)), previous_(fiber::context()) {
  fiber::context() = kept_.context();
}

bool PreservedExchange::is_current() const { return fiber::context() == kept_.context(); }

PreservedExchange::~PreservedExchange() {
  if (is_current()) fiber::context() = previous_;
  fiber::run([this] { kept_.end(); });
}

namespace {

class Collector final : public BodyWriter {
 public:
  Collector(TestResponse& out, const Function<bool(std::string_view)>* on_piece)
      : out_(out), on_piece_(on_piece) {}
  void write(std::string_view piece) override {
    if (gone_) throw ClientDisconnected();
    if (piece.empty()) return;
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

void read_body(TestConnection& connection, TestResponse& out,
               const Function<bool(std::string_view)>* on_piece) {
  Response& response = connection.response;
  if (connection.sent.method == "HEAD" || http::status_forbids_body(response.status_code)) return;
  if (!response.is_streamed()) {
    out.data = response.get_data();
    return;
  }
  Collector collector(out, on_piece);
  try {
    response.stream()(collector);
  } catch (const ClientDisconnected&) {
    if (!collector.gone()) throw;
  }
}

void run(Handler& app, TestConnection& connection, TestResponse& out,
         const Function<bool(std::string_view)>* on_piece, KeptContext* kept) {
  Response& response = connection.response;
  if (kept) {
    *kept = static_cast<App&>(app).handle_keeping(connection.request, response);
  } else {
    app.handle(connection.request, response);
  }
  out.status_code = response.status_code;
  out.headers = response.headers;
  const auto length = response.content_length();
  if (length && !http::status_forbids_body(response.status_code))
    out.headers.set("Content-Length", std::to_string(*length));
  read_body(connection, out, on_piece);
}

/// run(), and after it the functions of call_on_close. Throws the first thing that was thrown.
void run_and_close(Handler& app, TestConnection& connection, TestResponse& out,
                   const Function<bool(std::string_view)>* on_piece, KeptContext* kept) {
  std::exception_ptr failed;
  try {
    run(app, connection, out, on_piece, kept);
  } catch (...) {
    failed = std::current_exception();
  }
  connection.response.close([&failed](const std::exception_ptr& error) {
    if (!failed) failed = error;
  });
  if (failed) std::rethrow_exception(failed);
}

}  // namespace

TestResponse exchange(Handler& app, TestConnection& connection,
                      const Function<bool(std::string_view)>* on_piece, KeptContext* kept) {
  TestResponse response;
  fiber::run([&] { run_and_close(app, connection, response, on_piece, kept); });
  if (!kept) connection.request.finish();
  response.request = connection.sent;
  return response;
}

}  // namespace retort::detail
