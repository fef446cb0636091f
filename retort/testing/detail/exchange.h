// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// One request of the test client through a Handler, with a connection that is memory.

#include <string>
#include <string_view>
#include <vector>

#include "retort/app/kept_context.h"
#include "retort/base/function.h"
#include "retort/http/request_head.h"
#include "retort/message/handler.h"
#include "retort/message/request.h"
#include "retort/message/response.h"
#include "retort/testing/client.h"

namespace retort::detail {

/// The connection that a test has. Pieces of a body without a length come one a read.
class TestTransport final : public Transport {
 public:
  explicit TestTransport(const TestSent& sent) : sent_(sent) {}

  std::size_t read_body(char* out, std::size_t size) override;
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

/// All that a request is while an app sees it.
struct TestConnection {
  explicit TestConnection(TestSent sent);
  ~TestConnection();
  TestConnection(const TestConnection&) = delete;
  TestConnection& operator=(const TestConnection&) = delete;

  TestSent sent;
  std::string target;  // with the mount point
  std::vector<http::HeaderField> fields;
  http::RequestHead head;
  TestTransport transport{sent};
  Request request;
  Response response;
};

/// An exchange whose context has been kept, and is the calling thread's until this goes: before
/// that the contexts made since have to go.
class PreservedExchange {
 public:
  PreservedExchange(Owned<TestConnection> connection, KeptContext kept);
  ~PreservedExchange();
  PreservedExchange(const PreservedExchange&) = delete;
  PreservedExchange& operator=(const PreservedExchange&) = delete;

  /// Whether its context is the current one.
  bool is_current() const;

 private:
  Owned<TestConnection> connection_;
  KeptContext kept_;
  void* previous_;
};

/// Runs the request of `connection` and gives what came back. `on_piece` may be null; with
/// `kept` (for an App) its context stays there.
TestResponse exchange(Handler& app, TestConnection& connection,
                      const Function<bool(std::string_view)>* on_piece, KeptContext* kept);

}  // namespace retort::detail
