// SPDX-License-Identifier: BSD-3-Clause
// cpp-httplib as a peer of the HTTP benchmark: a thread per connection, so it gets as many
// threads as there will be connections. bench_http_cpphttplib PORT [THREADS]
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include <httplib.h>

int main(int argc, char** argv) {
  const int port = argc > 1 ? std::atoi(argv[1]) : 8080;
  const auto threads = static_cast<std::size_t>(argc > 2 ? std::atoi(argv[2]) : 72);
  httplib::Server server;
  server.set_keep_alive_max_count(1'000'000'000);
  server.set_tcp_nodelay(true);
  server.new_task_queue = [threads] { return new httplib::ThreadPool(threads); };
  server.Get("/", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("Hello, World!", "text/html; charset=utf-8");
  });
  server.Get("/json", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(R"({"message":"Hello, World!"})", "application/json");
  });
  for (int i = 0; i < 1000; ++i) {
    const std::string path = "/r" + std::to_string(i) + R"(/(\d+)/x/([^/]+))";
    server.Get(path, [](const httplib::Request& request, httplib::Response& response) {
      response.set_content(request.matches[1].str() + request.matches[2].str(), "text/html; charset=utf-8");
    });
  }
  server.Get("/sleep", [](const httplib::Request&, httplib::Response& response) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    response.set_content("Hello, World!", "text/html; charset=utf-8");
  });
  return server.listen("127.0.0.1", port) ? 0 : 1;
}
