// SPDX-License-Identifier: BSD-3-Clause
// Retort under the HTTP benchmark, as in production: one worker, no access log.
//   bench_http_retort PORT app       an App with its whole pipeline and 1,003 routes
//   bench_http_retort PORT handler   a bare Handler: what server and parser cost alone
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "retort/app/app.h"
#include "retort/fiber/fiber.h"
#include "retort/http/headers.h"
#include "retort/message/handler.h"
#include "retort/message/request.h"
#include "retort/message/response.h"
#include "retort/server/server.h"

namespace {

struct Message {
  std::string_view message;
};

std::string params(std::int64_t a, std::string_view b) {
  std::string text = std::to_string(a);
  text += b;
  return text;
}

retort::App create_app() {
  retort::App app{"bench"};
  app.get("/", [] { return "Hello, World!"; });
  app.get("/json", [] { return Message{"Hello, World!"}; });
  app.get("/sleep", [] {
    retort::fiber::sleep_for(retort::milliseconds(10));
    return "Hello, World!";
  });
  for (int i = 0; i < 1000; ++i) {
    std::string name = "r";
    name += std::to_string(i);
    std::string rule = "/";
    rule += name;
    rule += "/<int:a>/x/<b>";
    app.add_url_rule(rule, name, params);
  }
  return app;
}

class Plaintext : public retort::Handler {
 public:
  void handle(retort::Request&, retort::Response& response) override {
    response.headers.set("Content-Type", retort::Response::kHtml);
    response.lend_data("Hello, World!");
  }
};

void serve(retort::Handler& handler, std::uint16_t port) {
  retort::server::ServerOptions options;
  options.port = port;
  retort::server::serve(handler, std::move(options));
}

}  // namespace

int main(int argc, char** argv) try {
  const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 5000);
  if (argc > 2 && std::string_view(argv[2]) == "handler") {
    Plaintext handler;
    serve(handler, port);
  } else {
    retort::App app = create_app();
    serve(app, port);
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench_http_retort: %s\n", error.what());
  return 1;
}
